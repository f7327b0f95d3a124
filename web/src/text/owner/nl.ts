// What owners read, in Dutch. What is missing is said in English.

import type { Message } from '../text';
import type { OwnerKey } from './en';

export const nl: Partial<Record<OwnerKey, Message>> = {};
