// Texts of the pages: one table a language with the same keys, and how a text is made of one. A page's texts
// are `guest/*.ts`, the owner's `owner/*.ts`; a language that lacks a text says it in English.

import { brought, type Reader } from './brought';

/** The languages that pages speak where their texts are brought. */
export const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'it', 'ja', 'nl', 'pl', 'pt'] as const;

/** A text with `{names}` to fill in; forms by number where it counts something by `{count}`. */
export type Message = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);
export type Table = Record<string, Message>;
export type Values = Record<string, string | number>;

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Characters that would turn the words after a name around, and that no name needs. */
const OVERRIDES = /[\u202a-\u202e]/g;

export type Translate<Key extends string> = (key: Key, values?: Values) => string;

/** What says the texts of these readers in a locale: in its language where that is here, else in English. */
export function speaker<Key extends string>(
  reader: Reader,
  english: Record<Key, Message>,
): (locale: string) => Translate<Key> {
  const made = new Map<string, Translate<Key>>();
  return (locale) => {
    let translate = made.get(locale);
    if (!translate) {
      const table = brought(new Intl.Locale(locale).language)?.[reader] ?? {};
      translate = translator(locale, english, table as Partial<Record<Key, Message>>);
      made.set(locale, translate);
    }
    return translate;
  };
}

function translator<Key extends string>(
  locale: string,
  english: Record<Key, Message>,
  table: Partial<Record<Key, Message>>,
): Translate<Key> {
  const numbers = new Intl.NumberFormat(gregorian(locale));
  const rules = new Intl.PluralRules(locale);
  const englishRules = new Intl.PluralRules('en');
  return (key, values = {}) => {
    const own = table[key];
    const message = own ?? english[key];
    const text =
      typeof message === 'string'
        ? message
        : (message[(own ? rules : englishRules).select(Number(values['count'] ?? 0))] ?? message.other);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name] ?? '';
      return typeof value === 'number' ? numbers.format(value) : isolated(value.replace(OVERRIDES, ''), locale);
    });
  };
}

/** The first of these that names a language whose texts are here, with its region kept; else English. */
export function spoken(...wanted: (string | null | undefined)[]): string {
  for (const name of wanted) {
    try {
      if (!name) continue;
      const { language } = new Intl.Locale(name);
      if (language === 'en' || brought(language)) return name;
    } catch {
      // no name of a language
    }
  }
  return 'en';
}

/** Dates and numbers are written in these everywhere: cells of a calendar and labels then agree. */
export function gregorian(locale: string): string {
  return new Intl.Locale(locale, { calendar: 'gregory', numberingSystem: 'latn' }).toString();
}

export function direction(locale: string): 'ltr' | 'rtl' {
  return new Intl.Locale(locale).language === 'ar' ? 'rtl' : 'ltr';
}

/** A value whose letters run the other way than the sentence does not turn the words around it. */
function isolated(value: string, locale: string): string {
  const foreign = direction(locale) === 'rtl' ? /[A-Za-z0-9]/.test(value) : RIGHT_TO_LEFT.test(value);
  return foreign ? `\u2068${value}\u2069` : value;
}
