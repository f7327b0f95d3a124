// What guests read, in Dutch. What is missing is said in English.

import type { Message } from '../text';
import type { GuestKey } from './en';

export const nl: Partial<Record<GuestKey, Message>> = {};
