// The document of weekly hours and the rows of an editor: what API.md says of the document, held against both.

import { describe, expect, test } from 'vitest';
import {
  checkWindows,
  copied,
  DAYS,
  halvesOf,
  quarters,
  type Settings,
  settingsOf,
  switched,
  troubledDays,
  typedTime,
  weekOf,
  weekOrder,
  without,
  withAnother,
} from './hours';
import { canonical } from './save';

const w = (start: string, end: string) => ({ start, end });

describe('the document', () => {
  test.each<[string, Settings]>([
    ['one window', { monday: { enabled: true, start: '09:00', end: '17:00' } }],
    ['several windows', { tuesday: { enabled: true, windows: [w('09:00', '12:00'), w('13:00', '17:00')] } }],
    ['to midnight', { sunday: { enabled: true, start: '22:00', end: '24:00' } }],
    ['a day that is off and has hours', { friday: { enabled: false, start: '10:00', end: '14:00' } }],
    ['a day that is off and has several', { friday: { enabled: false, windows: [w('08:00', '09:00'), w('10:00', '11:00')] } }],
    ['windows that touch', { monday: { enabled: true, windows: [w('09:00', '12:00'), w('12:00', '13:00')] } }],
  ])('%s comes back as it was, with every other day said to be closed', (_, settings) => {
    const again = settingsOf(weekOf(settings));
    for (const day of DAYS) expect(again[day]).toEqual(settings[day] ?? { enabled: false });
  });

  test.each([{ monday: {} }, { monday: { enabled: false } }, { monday: { enabled: true, windows: [] } }, {}])(
    '%o is a closed day',
    (settings) => {
      expect(weekOf(settings).monday).toEqual({ enabled: false, windows: [] });
      expect(settingsOf(weekOf(settings)).monday).toEqual({ enabled: false });
    },
  );

  test('has the seven days and nothing else', () => {
    expect(Object.keys(settingsOf(weekOf({ monday: { enabled: true, start: '09:00', end: '10:00' } }))).sort()).toEqual(
      ['friday', 'monday', 'saturday', 'sunday', 'thursday', 'tuesday', 'wednesday'],
    );
  });

  test('the order in which windows were typed makes no other document', () => {
    const [one, two] = [weekOf({}), weekOf({})];
    one.monday = { enabled: true, windows: [w('13:00', '17:00'), w('09:00', '12:00')] };
    two.monday = { enabled: true, windows: [w('09:00', '12:00'), w('13:00', '17:00')] };
    expect(canonical(settingsOf(one))).toBe(canonical(settingsOf(two)));
  });

  test('what nobody sees on a day that is off, and would be refused, is not kept', () => {
    const week = weekOf({});
    week.monday = { enabled: false, windows: [w('12:00', '09:00')] };
    expect(settingsOf(week).monday).toEqual({ enabled: false });
  });
});

describe('what is typed', () => {
  test.each<[string, ReturnType<typeof w>[], unknown[]]>([
    ['nothing', [], []],
    ['touching', [w('09:00', '12:00'), w('12:00', '13:00')], []],
    ['any order', [w('13:00', '14:00'), w('09:00', '12:00')], []],
    ['no time', [w('9', '12:00')], [{ at: 0, field: 'start', why: 'no_time' }]],
    ['25 o’clock', [w('09:00', '25:00')], [{ at: 0, field: 'end', why: 'no_time' }]],
    ['24:00 as a start', [w('24:00', '24:00')], [{ at: 0, field: 'start', why: 'no_time' }]],
    ['24:00 as an end', [w('23:45', '24:00')], []],
    ['an end before its start', [w('12:00', '09:00')], [{ at: 0, field: 'end', why: 'order' }]],
    ['an end at its start', [w('12:00', '12:00')], [{ at: 0, field: 'end', why: 'order' }]],
    ['overlapping', [w('09:00', '12:00'), w('11:59', '13:00')], [{ at: 1, field: 'start', why: 'overlap' }]],
    ['one within another', [w('09:00', '17:00'), w('10:00', '11:00')], [{ at: 1, field: 'start', why: 'overlap' }]],
  ])('%s', (_, windows, troubles) => {
    expect(checkWindows(windows)).toEqual(troubles);
  });

  test('only days that are on are in the way of saving', () => {
    const week = weekOf({});
    week.monday = { enabled: false, windows: [w('x', 'y')] };
    week.friday = { enabled: true, windows: [w('x', 'y')] };
    expect(troubledDays(week)).toEqual(['friday']);
  });

  const english = halvesOf('en-US');
  test.each([
    ['9', '09:00'],
    ['09:00', '09:00'],
    ['930', '09:30'],
    ['0930', '09:30'],
    ['9.30', '09:30'],
    ['21 h 30', '21:30'],
    ['21h', '21:00'],
    ['9pm', '21:00'],
    ['9:30 PM', '21:30'],
    ['9:30\u202fPM', '21:30'],
    ['12 am', '00:00'],
    ['12 pm', '12:00'],
    ['5:15 p.m.', '17:15'],
    [' 07:05 ', '07:05'],
  ])('%o is %s', (text, time) => {
    expect(typedTime(text, english)).toBe(time);
  });

  test.each(['', 'nine', '25', '9:60', '13 pm', '0 am', '24:00', '9:3', '-1', '1e1'])('%o is no time', (text) => {
    expect(typedTime(text, english)).toBeUndefined();
  });

  test('midnight as an end is 24:00, however it is written', () => {
    for (const text of ['24:00', '24', '0:00', '00:00', '12 am']) expect(typedTime(text, english, true)).toBe('24:00');
  });

  test.each(['ar', 'ja', 'es', 'en-US', 'ko', 'en-AU'])('what Intl writes in %s is read back as what it is', (locale) => {
    const format = new Intl.DateTimeFormat(`${locale}-u-nu-latn`, { hour: 'numeric', minute: '2-digit', hourCycle: 'h12', timeZone: 'UTC' });
    for (const time of quarters().filter((one) => one !== '00:00')) {
      expect([time, typedTime(format.format(Date.parse(`2026-01-01T${time}Z`)), halvesOf(locale))]).toEqual([time, time]);
    }
  });
});

describe('days', () => {
  test('one that is switched off and on again has the hours that it had', () => {
    const day = { enabled: true, windows: [w('08:00', '11:00'), w('12:00', '13:00')] };
    expect(switched(switched(day, false), true)).toEqual(day);
    expect(switched({ enabled: false, windows: [] }, true).windows).toEqual([w('09:00', '17:00')]);
  });

  test('another window never overlaps those that are there', () => {
    let day = { enabled: true, windows: [w('09:00', '17:00')] };
    expect(withAnother(day).windows.at(-1)).toEqual(w('18:00', '19:00'));
    for (let n = 0; n < 12; n++) {
      day = withAnother(day);
      expect(checkWindows(day.windows)).toEqual([]);
    }
    expect(checkWindows(withAnother({ enabled: true, windows: [w('09:00', '24:00')] }).windows)).toEqual([]);
    expect(checkWindows(withAnother({ enabled: true, windows: [w('09:00', '23:30')] }).windows)).toEqual([]);
  });

  test('without its last window it is off', () => {
    expect(without({ enabled: true, windows: [w('09:00', '10:00')] }, 0)).toEqual({ enabled: false, windows: [] });
  });

  test('a copy is one, and no second name for the same hours', () => {
    const week = weekOf({ monday: { enabled: true, start: '08:00', end: '12:00' } });
    const next = copied(week, 'monday', ['tuesday', 'sunday']);
    expect(next.tuesday).toEqual(week.monday);
    next.tuesday.windows[0]!.start = '07:00';
    expect(next.monday.windows[0]!.start).toBe('08:00');
    expect(week.tuesday.enabled).toBe(false);
  });

  test('a week begins as the language says', () => {
    expect(weekOrder('en-US')[0]).toBe(0);
    expect(weekOrder('de')[0]).toBe(1);
    expect(weekOrder('ar-EG')[0]).toBe(6);
    expect(weekOrder('de')).toEqual([1, 2, 3, 4, 5, 6, 0]);
  });
});
