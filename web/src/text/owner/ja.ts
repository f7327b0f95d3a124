// What owners read, in Japanese. What is missing is said in English.

import type { Message } from '../text';
import type { OwnerKey } from './en';

export const ja: Partial<Record<OwnerKey, Message>> = {};
