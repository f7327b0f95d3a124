// What guests read, in Japanese. What is missing is said in English.

import type { Message } from '../text';
import type { GuestKey } from './en';

export const ja: Partial<Record<GuestKey, Message>> = {};
