// Every language says every text, fills in the same values, and has a form for each of its numbers.

import { describe, expect, test } from 'vitest';
import { en as guest } from './guest/en';
import { others as guests } from './guest/others';
import { en as owner } from './owner/en';
import { others as owners } from './owner/others';
import { LANGUAGES, type Message, type Table } from './text';

const rooms: [string, Table, Record<string, Table>][] = [
  ['guest', guest, guests as Record<string, Table>],
  ['owner', owner, owners as Record<string, Table>],
];

function forms(message: Message): Record<string, string> {
  return typeof message === 'string' ? { other: message } : message;
}

function values(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
}

describe.each(rooms)('texts for the %s', (_, english, tables) => {
  test('are_in_all_languages', () => {
    expect(Object.keys(tables).sort()).toEqual(LANGUAGES.filter((language) => language !== 'en'));
  });

  test.each(Object.entries(tables))('are_complete_and_nothing_else_in %s', (_, table) => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(english).sort());
  });

  test.each(Object.entries(tables))('take_the_same_values_in %s', (_, table) => {
    for (const [key, message] of Object.entries(table)) {
      const wanted = values(forms(english[key]!)['other']!);
      for (const [form, text] of Object.entries(forms(message))) {
        expect(text.trim(), key).toBe(text);
        expect(text, key).not.toBe('');
        // One, two and none may be words.
        const counted = ['zero', 'one', 'two'].includes(form) ? ['{count}'] : [];
        const missing = wanted.filter((value) => !values(text).includes(value) && !counted.includes(value));
        expect(missing, `${key}, ${form}`).toEqual([]);
        expect(values(text).filter((value) => !wanted.includes(value)), `${key}, ${form}`).toEqual([]);
      }
    }
  });

  test.each(Object.entries({ en: english, ...tables }))('have_a_form_for_each_number_in %s', (language, table) => {
    const wanted = [...new Intl.PluralRules(language).resolvedOptions().pluralCategories].sort();
    for (const [key, message] of Object.entries(table)) {
      if (typeof message !== 'string') expect(Object.keys(message).sort(), key).toEqual(wanted);
    }
  });
});
