// What guests read, in Polish. What is missing is said in English.

import type { Message } from '../text';
import type { GuestKey } from './en';

export const pl: Partial<Record<GuestKey, Message>> = {};
