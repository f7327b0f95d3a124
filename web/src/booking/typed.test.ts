// What is typed, prefilled and sent, one key an intent, and which addresses are links: the pure parts of a booking.

import { expect, test } from 'vitest';
import type { BookingLink, Question } from '../api/types';
import { keyOf, settled } from './intent';
import { onwardAddress } from './onward';
import { filled, parameters } from './prefill';
import { blank, fieldOf, problems, told } from './typed';
import { pieces, webAddress } from '../parts/prose';
import type { Booked } from '../api/types';

const linkOf = (...questions: Question[]) => ({ questions, max_guests: 3 }) as unknown as BookingLink;
const guest = () => ({ ...blank(), name: 'Ada', email: 'ada@guest.example' });

test.each([
  ['1.5', 1.5], ['1,5', 1.5], ['-2', -2], ['1 000', 1000], ["1'000", 1000], ['.5', 0.5], ['1,000,000', undefined],
  ['1e5', undefined], ['five', undefined], ['0x1', undefined], ['Infinity', undefined],
  ['10,000', undefined], ['0,125', 0.125], ['1234,5', 1234.5], ['١٬٢٣٤٫٥', 1234.5], ['۲۰', 20],
])('a number typed as %s is %s', (text, value) => {
  const link = linkOf({ id: 'n', label: 'N', type: 'number' });
  const typed = { ...guest(), answers: { n: text } };
  expect(problems(typed, link).length).toBe(value === undefined ? 1 : 0);
  if (value !== undefined) expect(told(typed, link)['answers']).toEqual({ n: value });
});

test('what is optional and empty is neither wrong nor sent', () => {
  const link = linkOf({ id: 'a', label: 'A' }, { id: 'b', label: 'B', type: 'choices', options: ['x'] });
  const typed = { ...guest(), phone: ' ', guests: ['', ' '], answers: { a: ' ', b: [] } };
  expect(problems(typed, link)).toEqual([]);
  expect(Object.values(told(typed, link)).filter((value) => value !== undefined)).toEqual(['Ada', 'ada@guest.example']);
});

test.each(['constructor', '__proto__', 'toString'])('a question whose id is %s is like any other', (id) => {
  const link = linkOf({ id, label: 'Who builds it', required: true });
  const empty = filled({ answers: {} }, link);
  expect(problems(empty, link).map(({ fault }) => fault)).toEqual(['fault_name', 'fault_email', 'fault_missing']);
  const { prefill } = parameters(new URLSearchParams([[`a.${id}`, 'Ada']]));
  const typed = filled({ ...prefill, answers: { ...prefill.answers } }, link);
  expect(JSON.stringify(told(typed, link)['answers'])).toBe(`{"${id}":"Ada"}`);
  typed.answers[id] = 'Bob';
  expect(JSON.stringify(told(typed, link)['answers'])).toBe(`{"${id}":"Bob"}`);
});

test('a refused guest is found in the row that it was typed in', () => {
  const typed = { ...guest(), guests: ['', 'a@b', '', 'c@d'] };
  expect(fieldOf('guests[1]', typed, linkOf())).toBe('guests[3]');
  expect(fieldOf('guests[2]', typed, linkOf())).toBeUndefined();
  expect(fieldOf('answers.x', typed, linkOf())).toBeUndefined();
});

test('parameters fill in what is asked, and no more', () => {
  const { prefill, wishes, rest } = parameters(
    new URLSearchParams('slug=x&name=Ada&guest=a@b&guest=c@d&guest=e@f&guest=g@h&a.q=maybe&a.none=1&duration=-1&month=2026-13&date=2026-11-12'),
  );
  const typed = filled(prefill, linkOf({ id: 'q', label: 'Q', type: 'choice', options: ['yes'] }));
  expect(typed).toEqual({ ...blank(), name: 'Ada', guests: ['a@b', 'c@d', 'e@f'] });
  expect(wishes).toEqual({ date: '2026-11-12' });
  expect(rest.get('name')).toBeNull();
});

test('one key an intent, until there is an answer', () => {
  const kept = new Map<string, string>();
  const store = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
  const intent = { slug: 'x', start: 1, duration: 30, email: 'Ada@guest.example ' };
  const key = keyOf(intent, store);
  expect(keyOf({ ...intent, email: 'ada@guest.example' }, store)).toBe(key);
  for (const other of [{ slug: 'y' }, { start: 2 }, { duration: 60 }, { email: 'bob@guest.example' }]) {
    expect(keyOf({ ...intent, ...other }, store)).not.toBe(key);
  }
  const again = keyOf(intent, store);
  settled(store);
  expect(keyOf(intent, store)).not.toBe(again);
  expect(keyOf(intent, undefined)).toMatch(/^[0-9a-f]{32}$/);
});

test.each([
  ['https://a.example/x?y=1', 'https://a.example/x?y=1'], ['/thanks', 'https://site.example/thanks'],
  ['http://a.example/', undefined], ['javascript:alert(1)', undefined], ['//a.example/', 'https://a.example/'], ['https://', undefined],
])('after booking %s leads to %s', (wanted, leads) => {
  const booked = { meeting_id: 'm', status: 'confirmed', starts_at: 's', manage_token: 'secret' } as Booked;
  const href = onwardAddress(wanted, booked, { utm_source: 'x', referrer: 'y' }, 'https://site.example/page');
  if (leads === undefined) expect(href).toBeUndefined();
  else {
    expect(href!.startsWith(leads)).toBe(true);
    expect(href).not.toMatch(/secret|referrer/);
  }
});

test('addresses in a text are links, and nothing else is', () => {
  expect(pieces('See https://a.example/x(y). Or javascript:alert(1)')).toEqual([
    'See ', { href: 'https://a.example/x(y', text: 'https://a.example/x(y' }, '). Or javascript:alert(1)',
  ]);
  for (const none of ['javascript:alert(1)', 'data:text/html,x', ' java\nscript:x', 'ftp://a.example', '', null]) {
    expect(webAddress(none)).toBeUndefined();
  }
});
