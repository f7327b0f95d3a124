// Slots joined to what is shown of a day.

import { expect, test } from 'vitest';
import { freeRanges } from './free-times';

const at = (...times: string[]) => times.map((time) => Date.parse(time));
const shown = (starts: number[], zone: string) =>
  [...freeRanges(starts, 30, zone)].map(([day, ranges]) => [day, ranges.map(({ from, until }) => (until - from) / 60_000)]);

test('slots that touch or overlap are one stretch, others are not', () => {
  expect(shown(at('2026-12-01T09:00Z', '2026-12-01T09:30Z', '2026-12-01T09:45Z', '2026-12-01T11:00Z'), 'UTC')).toEqual([['2026-12-01', [75, 30]]]);
});

test('days are those of the zone', () => {
  expect(shown(at('2026-12-01T14:30Z', '2026-12-01T15:00Z'), 'Asia/Tokyo')).toEqual([['2026-12-01', [30]], ['2026-12-02', [30]]]);
});
