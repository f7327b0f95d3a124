// What guests read, in Italian. What is missing is said in English.

import type { Message } from '../text';
import type { GuestKey } from './en';

export const it: Partial<Record<GuestKey, Message>> = {};
