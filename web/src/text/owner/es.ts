// What owners read, in Spanish. What is missing is said in English.

import type { Message } from '../text';
import type { OwnerKey } from './en';

export const es: Partial<Record<OwnerKey, Message>> = {};
