// What guests read, in German. What is missing is said in English.

import type { Message } from '../text';
import type { GuestKey } from './en';

export const de: Partial<Record<GuestKey, Message>> = {};
