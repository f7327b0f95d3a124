// The texts of guests in the languages beside English. A page that the database serves holds the one that it is in
// beside its script (text/held/), and has none of these in it.

import type { Message } from '../text';
import type { GuestKey } from './en';
import { ar } from './ar';
import { de } from './de';
import { es } from './es';
import { fr } from './fr';
import { it } from './it';
import { ja } from './ja';
import { nl } from './nl';
import { pl } from './pl';
import { pt } from './pt';

export const others: Record<string, Partial<Record<GuestKey, Message>>> = { ar, de, es, fr, it, ja, nl, pl, pt };
