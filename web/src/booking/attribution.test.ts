import { expect, test } from 'vitest';

import { attributionOf } from './attribution';
import { parameters } from './prefill';

test('what book() would refuse keeps nobody from booking', () => {
  expect(attributionOf({ utm_source: 'news', referrer: 'https://search.example/', utm_id: 'x', gclid: 'y' })).toEqual({
    utm_source: 'news',
    referrer: 'https://search.example/',
  });
  for (const none of [undefined, null, 'utm_source=x', [], {}, { utm_source: 7 }, { utm_source: '' }, { utm_source: '\0' }]) {
    expect(attributionOf(none)).toBeUndefined();
  }
});

test('a long one is cut between characters, and holds none that cannot be stored', () => {
  const bees = '\u{1f41d}'.repeat(300);
  expect(attributionOf({ utm_term: bees })).toEqual({ utm_term: '\u{1f41d}'.repeat(255) });
  expect(attributionOf({ utm_term: `a${bees}` })?.['utm_term']).toBe(`a${'\u{1f41d}'.repeat(254)}`);
  expect(attributionOf({ utm_term: 'a\0b\ud83dc\udc1d' })).toEqual({ utm_term: 'abc' });
});

test('an address says it, by the names that pages use', () => {
  const { prefill, rest } = parameters(new URLSearchParams(`utm_source=a%00b&ref=https%3A%2F%2Fx.example&utm_campaign=${'é'.repeat(256)}&x=1`));
  expect(prefill.attribution).toEqual({ utm_source: 'ab', referrer: 'https://x.example', utm_campaign: 'é'.repeat(255) });
  expect(rest.toString()).toBe('x=1');
});
