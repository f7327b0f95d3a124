// What owners read, in French. What is missing is said in English.

import type { Message } from '../text';
import type { OwnerKey } from './en';

export const fr: Partial<Record<OwnerKey, Message>> = {};
