// What guests read, in French. What is missing is said in English.

import type { Message } from '../text';
import type { GuestKey } from './en';

export const fr: Partial<Record<GuestKey, Message>> = {};
