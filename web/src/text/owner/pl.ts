// What owners read, in Polish. What is missing is said in English.

import type { Message } from '../text';
import type { OwnerKey } from './en';

export const pl: Partial<Record<OwnerKey, Message>> = {};
