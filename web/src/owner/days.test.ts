// Particular days: rows to forms and back, in zones that the browser is not in. Instants that are expected come
// from tzdb's own rules, written out.

import { describe, expect, test } from 'vitest';
import { type DayRow, entriesOf, formOfDays, formOfOff, listedDays, markOf, type OffRow, offOf, spanOf, troubleOf } from './days';

const off = (starts_at: string, ends_at: string): OffRow => ({ id: starts_at, starts_at, ends_at, reason: null, updated_at: '' });
const day = (day: string, windows: DayRow['windows'] = []): DayRow => ({ id: day, day, windows, reason: null, updated_at: '' });

describe('time off', () => {
  test.each<[string, string, string, string, string, string]>([
    // zone, first day, last day, starts, ends
    ['Europe/Madrid', '2026-12-24', '2026-12-26', '2026-12-23T23:00:00.000Z', '2026-12-26T23:00:00.000Z', 'a winter holiday'],
    ['America/New_York', '2026-11-01', '2026-11-01', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z', '25 hours'],
    ['America/New_York', '2026-03-08', '2026-03-08', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z', '23 hours'],
    ['Pacific/Kiritimati', '2027-01-01', '2027-01-01', '2026-12-31T10:00:00.000Z', '2027-01-01T10:00:00.000Z', 'ahead of all'],
    // Clocks there go from 24:00 to 01:00: the day begins with the change.
    ['Africa/Cairo', '2027-04-30', '2027-04-30', '2027-04-29T22:00:00.000Z', '2027-04-30T21:00:00.000Z', 'a day without midnight'],
  ])('whole days in %s, %s to %s', (zone, first, last, starts_at, ends_at) => {
    const form = { ...formOfDays(first, last, [], []), plan: 'off' as const };
    expect(offOf(form, zone)).toEqual({ starts_at, ends_at });
    expect(formOfOff(off(starts_at, ends_at), zone)).toMatchObject({ first, last, whole: true });
  });

  test('from an afternoon to a morning comes back as it was typed', () => {
    const form = { ...formOfDays('2026-12-24', '2026-12-28', [], []), plan: 'off' as const, whole: false, start: '14:00', end: '09:30' };
    const stored = offOf(form, 'America/Los_Angeles');
    expect(stored).toEqual({ starts_at: '2026-12-24T22:00:00.000Z', ends_at: '2026-12-28T17:30:00.000Z' });
    expect(formOfOff(off(stored.starts_at, stored.ends_at), 'America/Los_Angeles')).toMatchObject({
      first: '2026-12-24', last: '2026-12-28', whole: false, start: '14:00', end: '09:30',
    });
  });

  test('until midnight is until 24:00 of the day before', () => {
    const form = formOfOff(off('2026-12-24T13:00:00Z', '2026-12-25T00:00:00Z'), 'UTC');
    expect(form).toMatchObject({ first: '2026-12-24', last: '2026-12-24', whole: false, start: '13:00', end: '24:00' });
    expect(offOf(form, 'UTC').ends_at).toBe('2026-12-25T00:00:00.000Z');
  });
});

describe('marks', () => {
  const days = [day('2026-12-24'), day('2026-12-25', [{ start: '09:00', end: '10:00' }])];
  const away = [off('2026-12-26T23:30:00Z', '2026-12-27T23:00:00Z')];

  test.each([
    ['2026-12-23', 'Europe/Madrid', undefined],
    ['2026-12-24', 'Europe/Madrid', 'closed'],
    ['2026-12-25', 'Europe/Madrid', 'hours'],
    // 23:30 in UTC is half past midnight there.
    ['2026-12-26', 'Europe/Madrid', undefined],
    ['2026-12-27', 'Europe/Madrid', 'off'],
    ['2026-12-26', 'UTC', 'off'],
    ['2026-12-28', 'Europe/Madrid', undefined],
  ])('%s in %s is %s', (at, zone, mark) => {
    expect(markOf(at, days, away, zone)).toBe(mark);
  });

  test('the list of a month has what meets it, in order', () => {
    const entries = entriesOf('2026-12', [day('2026-11-30'), day('2026-12-24')], [off('2026-11-20T00:00:00Z', '2026-12-01T00:00:01Z'), off('2027-01-01T00:00:00Z', '2027-01-02T00:00:00Z')], 'UTC');
    expect(entries.map(({ day, off }) => day?.day ?? off?.starts_at)).toEqual(['2026-11-20T00:00:00Z', '2026-12-24']);
  });

  test('what a month shows reaches into its neighbours', () => {
    const { first, last } = spanOf('2026-02', 'UTC');
    expect([first <= '2026-01-26', last >= '2026-03-08']).toEqual([true, true]);
  });
});

describe('the form', () => {
  const right = formOfDays('2026-12-24', '2026-12-24', [], []);

  test.each([
    [{}, undefined],
    [{ last: '2026-12-23' }, 'day_order'],
    [{ first: '' }, 'no_day'],
    [{ plan: 'closed', last: '2027-12-24' }, undefined],
    [{ plan: 'closed', last: '2027-12-25' }, 'too_many_days'],
    [{ plan: 'off', last: '2028-12-24' }, undefined],
    [{ plan: 'hours', windows: [] }, 'windows'],
    [{ plan: 'hours', windows: [{ start: '10:00', end: '09:00' }] }, 'windows'],
    [{ plan: 'off', whole: false, start: '17:00', end: '09:00' }, 'time_order'],
    [{ plan: 'off', whole: false, start: '17:00', end: '17:00' }, 'time_order'],
    [{ plan: 'off', whole: false, start: 'x', end: '17:00' }, 'no_time'],
    [{ plan: 'off', whole: false, start: '17:00', end: '24:00' }, undefined],
  ] as const)('%o: %s', (change, trouble) => {
    expect(troubleOf({ ...right, ...change } as typeof right, 'UTC')).toBe(trouble);
  });

  test('begins as the day is', () => {
    const usual = [{ start: '08:00', end: '12:00' }];
    expect(formOfDays('2026-12-24', '2026-12-24', [day('2026-12-24')], usual)).toMatchObject({ plan: 'closed', windows: usual });
    const hours = [{ start: '10:00', end: '11:00' }];
    expect(formOfDays('2026-12-24', '2026-12-24', [day('2026-12-24', hours)], usual)).toMatchObject({ plan: 'hours', windows: hours });
    expect(formOfDays('2026-12-24', '2026-12-24', [], usual)).toMatchObject({ plan: 'usual', windows: usual });
  });

  test('days are listed with both ends', () => {
    expect(listedDays({ first: '2026-12-30', last: '2027-01-02' })).toEqual(['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02']);
  });
});
