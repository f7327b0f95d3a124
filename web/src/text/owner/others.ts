// The texts of owners in the languages beside English, of which texts.json is made: no script has them in it.

import type { Message } from '../text';
import type { OwnerKey } from './en';
import { ar } from './ar';
import { de } from './de';
import { es } from './es';
import { fr } from './fr';
import { it } from './it';
import { ja } from './ja';
import { nl } from './nl';
import { pl } from './pl';
import { pt } from './pt';

export const others: Record<string, Partial<Record<OwnerKey, Message>>> = { ar, de, es, fr, it, ja, nl, pl, pt };
