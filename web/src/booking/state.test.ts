// The state of the booking page: what each thing that happens makes of it, and what is asked of the server then.

import { expect, test } from 'vitest';
import { Refusal } from '../api/errors';
import type { Booked, BookingLink } from '../api/types';
import { instant } from '../time/days';
import { begin, days, leads, next, wanted, type Event, type Model } from './state';

const link = {
  slug: 'talk', duration_minutes: 30, duration_options: [60], bookable_until: '2026-12-31T00:00:00Z', questions: [],
} as unknown as BookingLink;
const at = (iso: string) => instant(`2026-${iso}:00Z`);
const month = (name: string, ...starts: number[]): Event => ({
  type: 'learnt',
  answer: { months: [name], from: instant(`${name}-01T00:00:00Z`) - 14 * 3_600_000, until: instant(`${name}-28T00:00:00Z`) + 4 * 86_400_000, starts },
});
const after = (...events: Event[]): Model =>
  events.reduce(next, begin({ zone: 'UTC', today: '2026-11-05' }));

test('the first free day is opened whichever of link and times came first', () => {
  const times = month('2026-11', at('11-12T09:00'), at('11-12T09:30'), at('11-13T09:00'));
  for (const events of [[{ type: 'link', link } as Event, times], [times, { type: 'link', link } as Event]]) {
    expect(after(...events)).toMatchObject({ arrival: 'arrived', day: '2026-11-12', month: '2026-11', later: false });
  }
});

test('an empty month has the first free start after it looked for, and is left for that', () => {
  const empty = after({ type: 'link', link }, month('2026-11'));
  expect(wanted(empty)).toEqual({ what: 'search', month: '2026-11' });
  const found = next(empty, { type: 'searched', month: '2026-11', start: at('12-03T10:00') });
  expect(found).toMatchObject({ arrival: 'arrived', month: '2026-12', day: '2026-12-03', later: true });
  expect(wanted(found)).toEqual({ what: 'month', month: '2026-12' });
  const none = next(empty, { type: 'searched', month: '2026-11', start: null });
  expect(none.arrival).toBe('nothing');
  expect(wanted(none)).toBeUndefined();
});

test('a month without times leads to the very next day that has some, else back', () => {
  const early = after({ type: 'link', link }, month('2026-11', at('12-01T09:00')), { type: 'turn', month: '2026-11' });
  expect(leads(early)).toBeUndefined();
  expect(leads(next(early, { type: 'searched', month: '2026-11', start: at('12-02T15:00') }))).toBe('2026-12-01');
  expect(leads(next(early, { type: 'searched', month: '2026-11', start: null }))).toBe('2026-12-01');
  const last = after({ type: 'link', link }, month('2026-11', at('11-12T09:00')), { type: 'turn', month: '2026-12' }, month('2026-12'));
  expect(leads(next(last, { type: 'searched', month: '2026-12', start: null }))).toBe('2026-11-12');
  expect(leads(next(last, { type: 'searched', month: '2026-12', start: at('12-31T09:00') + 86_400_000 }))).toBe('2027-01-01');
});

const open = after({ type: 'link', link }, month('2026-11', at('11-12T23:30'), at('11-13T09:00')));

test('the picked instant stays picked when the zone is changed', () => {
  const picked = next(open, { type: 'pick', start: at('11-12T23:30') });
  const there = next(picked, { type: 'zone', zone: 'Asia/Tokyo' });
  expect(there.step).toEqual(picked.step);
  expect(there.day).toBe('2026-11-13');
  expect([...days(there).keys()]).toEqual(['2026-11-13']);
});

test('turning months picks nothing and forgets nothing', () => {
  const turned = next(open, { type: 'turn', month: '2026-12' });
  expect(turned).toMatchObject({ month: '2026-12', day: '2026-11-12' });
  expect(wanted(turned)).toEqual({ what: 'month', month: '2026-12' });
});

test('a time that is taken is gone, all is asked anew, and what is known stays to be seen', () => {
  const sent = [{ type: 'pick', start: at('11-12T23:30') }, { type: 'sending' }].reduce((model, event) => next(model, event as Event), open);
  const lost = next(sent, { type: 'refused', refusal: new Refusal('conflict', { word: 'taken' }) });
  expect(lost.step).toEqual({ at: 'times', lost: { start: at('11-12T23:30'), why: 'taken' } });
  expect(lost.free.starts).toEqual([at('11-13T09:00')]);
  expect(wanted(lost)).toEqual({ what: 'month', month: '2026-11' });
});

test.each([
  ['lost', 'unanswered'], ['offline', 'unanswered'], ['gone', 'closed'], ['malformed', 'form'], ['too_many', 'form'],
  ['calendar', 'form'], ['failed', 'form'], ['conflict', 'times'],
] as const)('what was refused as %s is %s', (kind, step) => {
  const sent = [{ type: 'pick', start: at('11-12T23:30') }, { type: 'sending' }].reduce((model, event) => next(model, event as Event), open);
  expect(next(sent, { type: 'refused', refusal: new Refusal(kind) }).step.at).toBe(step);
});

test('nothing is asked of the server while an answer is awaited, nor once there is one', () => {
  const sending = [{ type: 'pick', start: at('11-12T23:30') }, { type: 'sending' }, { type: 'refresh' }].reduce((model, event) => next(model, event as Event), open);
  expect(wanted(sending)).toBeUndefined();
  const booked = next(sending, { type: 'booked', booked: { status: 'confirmed' } as Booked });
  expect(wanted(booked)).toBeUndefined();
});

test('a month that was refused is not asked for by itself, but when it is turned to again', () => {
  const refused = next(next(open, { type: 'turn', month: '2026-12' }), {
    type: 'month-refused', month: '2026-12', refusal: new Refusal('calendar'),
  });
  expect(wanted(refused)).toBeUndefined();
  const again = next(next(refused, { type: 'turn', month: '2026-11' }), { type: 'turn', month: '2026-12' });
  expect(wanted(again)).toEqual({ what: 'month', month: '2026-12' });
});

test('another length forgets the times of the one before, and opens the same day where it can', () => {
  const longer = next(open, { type: 'length', duration: 60 });
  expect(longer).toMatchObject({ duration: 60, arrival: 'waiting', day: undefined });
  expect(longer.free.starts).toEqual([]);
  const known = next(longer, month('2026-11', at('11-12T22:00'), at('11-20T09:00')));
  expect(known.day).toBe('2026-11-12');
});
