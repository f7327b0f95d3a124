// What owners read, in Arabic. What is missing is said in English.

import type { Message } from '../text';
import type { OwnerKey } from './en';

export const ar: Partial<Record<OwnerKey, Message>> = {};
