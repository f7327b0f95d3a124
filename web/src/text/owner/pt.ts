// What owners read, in Portuguese. What is missing is said in English.

import type { Message } from '../text';
import type { OwnerKey } from './en';

export const pt: Partial<Record<OwnerKey, Message>> = {};
