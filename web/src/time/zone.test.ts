import { expect, test } from 'vitest';
import { instant } from './days';
import { isZone, searchZones, zones } from './zone';

const winter = instant('2026-12-01T12:00:00Z');
const summer = instant('2026-07-01T12:00:00Z');
const found = (query: string, locale = 'en', now = winter) => searchZones(query, locale, now).map((row) => row.name);

test('kolkata_and_calcutta_find_the_same_zone', () => {
  for (const name of ['kolkata', 'Calcutta', 'asia/calcutta', 'Mumbai']) expect(found(name)).toEqual(['Asia/Kolkata']);
  for (const name of ['Kyiv', 'kiev']) expect(found(name)[0]).toBe('Europe/Kyiv');
  expect(found('saigon')).toEqual(found('ho chi minh'));
});

test('each_zone_that_a_browser_lists_is_listed_once_as_it_is_spelled_today', () => {
  const all = zones();
  expect(new Set(all).size).toBe(all.length);
  expect(all).toContain('UTC');
  expect(all).toContain('Asia/Kathmandu');
  expect(all).not.toContain('Asia/Katmandu');
  expect(all.length).toBeGreaterThan(400);
  expect(all.every(isZone)).toBe(true);
});

test('utc_can_be_chosen', () => {
  expect(found('utc')[0]).toBe('UTC');
  expect(found('gmt')).toContain('UTC');
});

test('zones_are_found_without_accents_and_by_the_time_of_a_region', () => {
  expect(found('sao paulo')).toEqual(['America/Sao_Paulo']);
  expect(found('São Paulo')).toEqual(['America/Sao_Paulo']);
  expect(found('munchen')).toEqual(['Europe/Berlin']);
  expect(found('Pacific Time')[0]).toBe('America/Los_Angeles');
  expect(found('eastern time')[0]).toBe('America/New_York');
  expect(found('Mitteleuropaische', 'de')[0]).toBe('Europe/Berlin');
  expect(found('new york')).toEqual(['America/New_York']);
});

test('an_offset_finds_the_zones_that_have_it_now', () => {
  for (const offset of ['+5:30', 'UTC+5:30', 'gmt +0530', '+05:30']) expect(found(offset)[0]).toBe('Asia/Kolkata');
  expect(found('-8')).toContain('America/Los_Angeles');
  expect(found('\u22128')).toEqual(found('-8'));
  expect(found('-8', 'en', summer)).not.toContain('America/Los_Angeles');
  expect(found('-7', 'en', summer)).toContain('America/Los_Angeles');
  expect(found('+0')).toContain('UTC');
  expect(found('+14')).toEqual(['Pacific/Kiritimati']);
});

test('rows_show_the_time_there_now', () => {
  const row = (query: string, locale: string) => searchZones(query, locale, winter)[0]!;
  expect(row('kathmandu', 'de')).toMatchObject({ city: 'Kathmandu', region: 'Asia', offset: 'GMT+5:45', clock: '17:45' });
  expect(row('kolkata', 'en').generic).toBe('India Standard Time');
  expect(row('niue', 'en').clock).toBe('1:00 AM');
});

test('what_is_no_zone_finds_nothing_and_is_none', () => {
  expect(found('xyzzy')).toEqual([]);
  expect(found('+99')).toEqual([]);
  for (const name of ['', '+05:30', 'Mars/Olympus', '<img>', 'Europe/Berlin; drop table', '2026']) expect(isZone(name)).toBe(false);
  for (const name of ['Europe/Berlin', 'Asia/Calcutta', 'Asia/Kolkata', 'UTC']) expect(isZone(name)).toBe(true);
  // A megabyte, and signs of expressions, are text like any.
  expect(found('a'.repeat(1_000_000))).toEqual([]);
  expect(found('(*[')).toEqual(found(''));
});
