// What owners read, in Italian. What is missing is said in English.

import type { Message } from '../text';
import type { OwnerKey } from './en';

export const it: Partial<Record<OwnerKey, Message>> = {};
