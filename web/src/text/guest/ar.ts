// What guests read, in Arabic. What is missing is said in English.

import type { Message } from '../text';
import type { GuestKey } from './en';

export const ar: Partial<Record<GuestKey, Message>> = {};
