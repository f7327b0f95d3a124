import { expect, test } from 'vitest';
import { instant } from './days';
import { Labels, localeCycle } from './labels';

test('persian_and_thai_readers_see_gregorian_cells_and_labels', () => {
  for (const locale of ['fa', 'th', 'ar-SA', 'ar-EG', 'hi-u-nu-deva', 'ja-u-ca-japanese', 'fa-u-ca-persian']) {
    const labels = new Labels(locale, 'UTC');
    expect(labels.day('2026-11-12')).toMatch(/12/);
    expect(labels.day('2026-11-12')).toMatch(/2026/);
    expect(labels.month('2026-11')).toMatch(/2026/);
    expect(labels.time(instant('2026-11-12T09:30:00Z'))).toMatch(/9.*30/);
    expect(labels.number(25)).toBe('25');
  }
});

test('a_repeated_hour_is_told_apart_by_the_zones_short_name', () => {
  const labels = new Labels('en-US', 'America/New_York');
  const starts = ['2026-11-01T04:30:00Z', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'].map(instant);
  expect(starts.map((at) => labels.timeTold(at, starts))).toEqual(['12:30 AM', '1:30 AM EDT', '1:30 AM EST']);
  expect(labels.range(starts[1]!, starts[2]!)).toBe('1:30 AM EDT – 1:30 AM EST');
  // Half an hour on Lord Howe, where clocks have no short names in English.
  const island = new Labels('en-US', 'Australia/Lord_Howe');
  const twice = ['2026-04-04T14:45:00Z', '2026-04-04T15:15:00Z'].map(instant);
  expect(new Set(twice.map((at) => island.time(at))).size).toBe(1);
  expect(twice.map((at) => island.timeTold(at, twice))).toEqual(['1:45 AM GMT+11', '1:45 AM GMT+10:30']);
});

test('the_same_time_on_another_day_is_not_a_repeated_one', () => {
  const labels = new Labels('en-US', 'UTC');
  const starts = ['2026-11-12T09:30:00Z', '2026-11-13T09:30:00Z'].map(instant);
  expect(labels.timeTold(starts[0]!, starts)).toBe('9:30 AM');
});

test('clocks_go_as_the_locale_says_and_as_the_reader_switches', () => {
  const at = instant('2026-11-12T15:05:00Z');
  expect([localeCycle('en-US'), localeCycle('de'), localeCycle('ja'), localeCycle('ar')]).toEqual(['h12', 'h23', 'h23', 'h12']);
  expect(new Labels('en-US', 'UTC').time(at)).toMatch(/^3:05.PM$/);
  expect(new Labels('en-US', 'UTC', 'h23').time(at)).toBe('15:05');
  expect(new Labels('de', 'UTC').time(at)).toBe('15:05');
  expect(new Labels('de', 'UTC', 'h12').time(at)).toMatch(/^3:05.PM$/);
  // Midnight is the first hour of a day, never the 24th.
  expect(new Labels('en-US', 'UTC', 'h23').time(instant('2026-11-12T00:00:00Z'))).toBe('00:00');
});

test('hours_below_ten_are_written_as_the_language_writes_them', () => {
  // CLDR: HH:mm in German, H:mm in Spanish and Japanese.
  const at = instant('2026-11-12T09:05:00Z');
  const said = ['de', 'en-GB', 'fr', 'es', 'ja'].map((locale) => new Labels(locale, 'UTC').time(at));
  expect(said).toEqual(['09:05', '09:05', '09:05', '9:05', '9:05']);
});

test('a_range_past_midnight_says_both_times', () => {
  const labels = new Labels('de', 'UTC');
  expect(labels.range(instant('2026-11-12T23:30:00Z'), instant('2026-11-13T00:30:00Z'))).toBe('23:30 – 00:30');
});

test('the_end_of_a_day_stays_one_in_hours_of_the_owner', () => {
  expect(new Labels('de', 'UTC').clock('24:00')).toBe('24:00');
  expect(new Labels('en-US', 'UTC').clock('24:00')).toBe('12:00 AM');
  expect(new Labels('en-US', 'Pacific/Niue').clock('09:00')).toBe('9:00 AM');
});

test('lengths_are_words', () => {
  const labels = new Labels('en', 'UTC');
  expect([0, 1, 30, 60, 90, 120].map((minutes) => labels.length(minutes))).toEqual([
    '0 minutes', '1 minute', '30 minutes', '1 hour', '1 hour, 30 minutes', '2 hours',
  ]);
});

test('zones_are_called_what_people_call_them', () => {
  const summer = instant('2026-07-01T12:00:00Z');
  expect(new Labels('en', 'America/Los_Angeles').zoneName(summer)).toBe('Pacific Time');
  expect(new Labels('de', 'Europe/Berlin').zoneName(summer)).toBe('Mitteleuropäische Zeit');
  expect(new Labels('en', 'UTC').zoneName(summer)).toBe('Coordinated Universal Time');
  expect(new Labels('en', 'Asia/Kathmandu').offset(summer)).toBe('GMT+5:45');
});

test('weeks_begin_on_a_sunday_of_zero', () => {
  const labels = new Labels('en', 'Pacific/Kiritimati');
  expect(labels.weekdayName(0, 'long')).toBe('Sunday');
  expect(labels.weekdayName(6, 'short')).toBe('Sat');
});
