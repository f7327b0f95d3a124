// The times that a meeting could move to, as answers bring them.

import { expect, test } from 'vitest';
import type { Api } from '../api/client';
import type { Owner } from '../api/types';
import { instant, iso } from '../time/days';
import type { MeetingRow } from './meeting-page';
import { freeStarts } from './meeting-writes';

test('all times of a month are there however few rows an answer may have', async () => {
  const all = Array.from({ length: 1200 }, (_, n) => instant('2026-11-02T00:00:00Z') + n * 900_000);
  const read = (_: string, { from_time }: { from_time?: string }) =>
    Promise.resolve(all.filter((at) => !from_time || at >= instant(from_time)).slice(0, 1000).map((at) => ({ slot_start: iso(at) })));
  const owner = { owner: 'x', mode: 'client', owner_id: 'x', name: null, timezone: 'UTC' } satisfies Owner;
  const { signal } = new AbortController();
  const starts = await freeStarts({ read } as unknown as Api, owner, { id: 'm' } as MeetingRow, { until: '2026-12-01T12:00:00Z' }, signal);
  expect(starts).toEqual(all);
});
