// Calendars of an account, to a form and back.

import { describe, expect, test } from 'vitest';
import { argumentsOf, type Calendar, choiceOf, choiceTrouble, counted, moved } from './calendar-choice';

const calendar = (calendar_id: string, more: Partial<Calendar> = {}): Calendar => ({
  calendar_id, name: calendar_id, is_primary: false, can_write: true, is_selected: false, is_busy: false, ...more,
});

describe('the choice', () => {
  test('is what the list says', () => {
    const list = [calendar('a', { is_primary: true }), calendar('b', { is_selected: true, is_busy: true }), calendar('c', { is_busy: true })];
    expect(choiceOf(list)).toMatchObject({ selected: 'b', busy: ['b', 'c'] });
  });

  test('has another version when it changes, and none when the list is in another order', () => {
    const list = [calendar('a', { is_selected: true, is_busy: true }), calendar('b', { is_busy: true })];
    expect(choiceOf(list).updated_at).toBe(choiceOf([...list].reverse()).updated_at);
    expect(choiceOf(list).updated_at).not.toBe(choiceOf([list[0]!, calendar('b')]).updated_at);
  });

  test('is written with each calendar once', () => {
    expect(argumentsOf({ selected: 'b', busy: ['c', 'b', 'c'] })).toEqual({ calendar_id: 'b', busy_calendar_ids: ['b', 'c'] });
  });
});

test('another calendar for meetings counts from then on, and ticks stay', () => {
  expect(moved({ selected: 'a', busy: ['a'] }, 'b')).toEqual({ selected: 'b', busy: ['a', 'b'] });
  expect(counted({ selected: 'a', busy: ['a', 'b'] }, 'b', false).busy).toEqual(['a']);
});

test('nobody is never busy, and nobody reads more than fifty', () => {
  expect(choiceTrouble({ selected: 'a', busy: [] })).toBe('none');
  expect(choiceTrouble({ selected: 'a', busy: Array.from({ length: 51 }, (_, n) => String(n)) })).toBe('too_many');
  expect(choiceTrouble({ selected: 'a', busy: ['a'] })).toBeUndefined();
});
