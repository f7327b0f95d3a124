// The texts of owners in all languages.

import { type Message, translator, type Translate } from '../text';
import { en, type OwnerKey } from './en';
import { others } from './others';

const tables: Record<string, Partial<Record<OwnerKey, Message>>> = { en, ...others };

export type { OwnerKey };
export type OwnerText = Translate<OwnerKey>;

/** What says them in the language of this locale. */
export function ownerText(locale: string): OwnerText {
  return translator(locale, tables);
}
