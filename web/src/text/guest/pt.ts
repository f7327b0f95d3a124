// What guests read, in Portuguese. What is missing is said in English.

import type { Message } from '../text';
import type { GuestKey } from './en';

export const pt: Partial<Record<GuestKey, Message>> = {};
