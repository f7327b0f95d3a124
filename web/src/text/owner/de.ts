// What owners read, in German. What is missing is said in English.

import type { Message } from '../text';
import type { OwnerKey } from './en';

export const de: Partial<Record<OwnerKey, Message>> = {};
