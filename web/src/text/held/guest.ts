// In place of guest/others.ts in pages that the database serves: the texts of guests that the page holds.

import type { Message } from '../text';
import type { GuestKey } from '../guest/en';
import { held } from './held';

export const others: Record<string, Partial<Record<GuestKey, Message>>> = held?.guest ? { [held.language]: held.guest } : {};
