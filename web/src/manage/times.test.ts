// The times that a booking can move to, as answers bring them: all of a month, and the next one beside its own.

import { expect, test } from 'vitest';
import type { Api } from '../api/client';
import { instant, iso } from '../time/days';
import { Times } from './times';

/** A database with a slot each quarter of an hour from here, cut at so many rows. */
function serverOf(from: string, count: number, rows: number) {
  const all = Array.from({ length: count }, (_, n) => instant(from) + n * 900_000);
  const asked: Record<string, string>[] = [];
  const call = (_: string, args: Record<string, string>) => {
    asked.push(args);
    const [begin, end] = [instant(args['from_time'] ?? from), instant(args['until_time']!)];
    return Promise.resolve(all.filter((at) => at >= begin && at < end).slice(0, rows).map((at) => ({ slot_start: iso(at) })));
  };
  return { api: { call } as unknown as Api, asked, all };
}

test('a month is whole however few rows an answer may have', async () => {
  for (const now of ['2026-11', '2026-10']) {
    const { api, all, asked } = serverOf('2026-11-02T00:00:00Z', 1900, 1000);
    const times = new Times(api, 'token', () => {});
    await times.month('2026-11', now);
    expect(times.starts).toEqual(all);
    expect(times.asked('2026-11')).toBe('known');
    expect(asked.length).toBe(3);
  }
});

test('the next time is not the one that the booking has already', async () => {
  const { api, all } = serverOf('2026-12-02T09:00:00Z', 2, 1000);
  const times = new Times(api, 'token', () => {});
  expect(await times.after('2026-12', all[0]!)).toBe(all[1]);
  expect(await times.after('2026-12', 0)).toBe(all[0]);
});
