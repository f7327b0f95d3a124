// What guests read, in Spanish. What is missing is said in English.

import type { Message } from '../text';
import type { GuestKey } from './en';

export const es: Partial<Record<GuestKey, Message>> = {};
