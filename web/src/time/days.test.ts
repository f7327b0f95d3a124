import { expect, test } from 'vitest';
import {
  addDays, addMonths, byDay, clocksChange, dayOf, daysOf, firstWeekday, instant, iso, monthRange, startOfDay, timeOf, wallClock, weekday,
} from './days';

test('days_belong_to_the_visitors_zone_in_kiritimati_and_niue', () => {
  // UTC+14 and UTC-11: a day and an hour apart.
  const starts = ['2026-11-11T10:30:00Z', '2026-11-12T10:30:00Z', '2026-11-12T09:30:00Z'].map(instant);
  expect([...byDay(starts, 'Pacific/Kiritimati').keys()]).toEqual(['2026-11-12', '2026-11-13'].flatMap((day) => [day]));
  expect(dayOf(starts[1]!, 'Pacific/Kiritimati')).toBe('2026-11-13');
  expect(dayOf(starts[1]!, 'Pacific/Niue')).toBe('2026-11-11');
  expect(timeOf(starts[1]!, 'Pacific/Kiritimati')).toBe('00:30');
  expect(timeOf(starts[1]!, 'Pacific/Niue')).toBe('23:30');
});

test('what_is_asked_for_a_month_holds_its_days_whole_in_every_zone', () => {
  for (const month of ['2026-11', '2027-02', '2024-12']) {
    const { from, until } = monthRange(month);
    for (const zone of ['Pacific/Kiritimati', 'Etc/GMT+12', 'Asia/Kolkata', 'America/New_York']) {
      expect(instant(from)).toBeLessThanOrEqual(startOfDay(`${month}-01`, zone));
      expect(instant(until)).toBeGreaterThanOrEqual(startOfDay(`${addMonths(month, 1)}-01`, zone));
    }
  }
});

test('starts_are_listed_by_day_in_order', () => {
  const starts = ['2026-11-13T08:00:00Z', '2026-11-12T09:00:00Z', '2026-11-12T08:00:00Z'].map(instant);
  expect([...byDay(starts, 'UTC')]).toEqual([
    ['2026-11-12', [starts[2], starts[1]]],
    ['2026-11-13', [starts[0]]],
  ]);
});

test('months_and_days_are_counted_as_calendars_do', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
  expect(addMonths('2026-01', -1)).toBe('2025-12');
  expect(addMonths('2026-11', 14)).toBe('2028-01');
  expect(['2026-02', '2028-02', '2100-02', '2000-02'].map((month) => daysOf(month).length)).toEqual([28, 29, 28, 29]);
  expect(daysOf('2026-04').at(-1)).toBe('2026-04-30');
  // The landing on the moon was on a Sunday.
  expect(weekday('1969-07-20')).toBe(0);
});

test('a_skipped_time_is_the_instant_of_the_change', () => {
  // In Berlin clocks went from 2:00 to 3:00 at 1:00 UTC, on Lord Howe by half an hour at 15:30 UTC.
  for (const time of ['02:00', '02:30', '02:59']) {
    expect(iso(wallClock('2026-03-29', time, 'Europe/Berlin'))).toBe('2026-03-29T01:00:00.000Z');
  }
  expect(iso(wallClock('2026-10-04', '02:15', 'Australia/Lord_Howe'))).toBe('2026-10-03T15:30:00.000Z');
  // A day that began at 1:00, and one that never was.
  expect(iso(startOfDay('2018-11-04', 'America/Sao_Paulo'))).toBe('2018-11-04T03:00:00.000Z');
  expect(iso(startOfDay('2011-12-30', 'Pacific/Apia'))).toBe('2011-12-30T10:00:00.000Z');
});

test('a_repeated_time_is_the_first_of_both', () => {
  expect(iso(wallClock('2026-10-25', '02:30', 'Europe/Berlin'))).toBe('2026-10-25T00:30:00.000Z');
  expect(iso(wallClock('2026-11-01', '01:30', 'America/New_York'))).toBe('2026-11-01T05:30:00.000Z');
  expect(iso(wallClock('2026-04-05', '01:45', 'Australia/Lord_Howe'))).toBe('2026-04-04T14:45:00.000Z');
});

test('the_end_of_a_day_is_the_start_of_the_next_also_when_clocks_change', () => {
  for (const [day, zone] of [['2026-03-29', 'Europe/Berlin'], ['2026-10-25', 'Europe/Berlin'], ['2026-11-12', 'Asia/Kathmandu']]) {
    expect(wallClock(day!, '24:00', zone!)).toBe(startOfDay(addDays(day!, 1), zone!));
  }
  expect((startOfDay('2026-03-30', 'Europe/Berlin') - startOfDay('2026-03-29', 'Europe/Berlin')) / 3_600_000).toBe(23);
  expect((startOfDay('2026-10-26', 'Europe/Berlin') - startOfDay('2026-10-25', 'Europe/Berlin')) / 3_600_000).toBe(25);
});

test('days_on_which_clocks_change_are_known', () => {
  const berlin = ['2026-03-28', '2026-03-29', '2026-10-25', '2026-10-26'].map((day) => clocksChange(day, 'Europe/Berlin'));
  expect(berlin).toEqual([false, true, true, false]);
  expect(clocksChange('2026-03-29', 'Asia/Tokyo')).toBe(false);
});

test('weeks_start_as_the_locale_says', () => {
  const expected = { 'en-US': 0, 'en-GB': 1, de: 1, ja: 0, 'pt-BR': 0, 'pt-PT': 0, ar: 6, 'ar-MA': 1, pl: 1, nl: 1 };
  for (const [locale, first] of Object.entries(expected)) expect([locale, firstWeekday(locale)]).toEqual([locale, first]);
});

test('weeks_start_as_the_locale_says_where_the_browser_does_not_know', () => {
  const known = Intl.Locale.prototype as { getWeekInfo?: unknown };
  const locales = ['en-US', 'en-GB', 'de', 'ja', 'pt-BR', 'ar', 'ar-MA', 'pl', 'en', 'he', 'hi', 'ar-AE', 'es-MX', 'zh-TW'];
  const said = locales.map(firstWeekday);
  const kept = Object.getOwnPropertyDescriptors(Intl.Locale.prototype) as Record<string, PropertyDescriptor>;
  try {
    delete known.getWeekInfo;
    delete (known as { weekInfo?: unknown }).weekInfo;
    expect(locales.map(firstWeekday)).toEqual(said);
  } finally {
    for (const name of ['getWeekInfo', 'weekInfo']) if (kept[name]) Object.defineProperty(known, name, kept[name]);
  }
});
