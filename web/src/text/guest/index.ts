// The texts of guests in all languages.

import { type Message, translator, type Translate } from '../text';
import { en, type GuestKey } from './en';
import { others } from './others';

const tables: Record<string, Partial<Record<GuestKey, Message>>> = { en, ...others };

export type { GuestKey };
export type GuestText = Translate<GuestKey>;

/** What says them in the language of this locale. */
export function guestText(locale: string): GuestText {
  return translator(locale, tables);
}
