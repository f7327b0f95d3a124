// In place of owner/others.ts in pages that the database serves: the texts of owners that the page holds.

import type { Message } from '../text';
import type { OwnerKey } from '../owner/en';
import { held } from './held';

export const others: Record<string, Partial<Record<OwnerKey, Message>>> = held?.owner ? { [held.language]: held.owner } : {};
