// What clocks show and when, as `Date` in a process of that zone has it: it reads no formatted text, and we use none
// of its local times.

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { dayOf, timeOf, wallClock } from './days';

const ZONES = [
  'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Kiritimati', 'Pacific/Niue', 'Asia/Kathmandu',
  'America/St_Johns', 'Africa/Casablanca', 'America/Nuuk', 'Pacific/Chatham', 'UTC',
];

const ASK = `
  const two = (n) => String(n).padStart(2, '0');
  const said = [];
  for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 5 * 3_600_000 + 17 * 60_000) {
    const d = new Date(at);
    said.push([at, d.getFullYear() + '-' + two(d.getMonth() + 1) + '-' + two(d.getDate()), two(d.getHours()) + ':' + two(d.getMinutes()),
      new Date(d.getFullYear(), d.getMonth(), d.getDate(), d.getHours(), d.getMinutes()).getTime()]);
  }
  console.log(JSON.stringify(said));
`;

test.each(ZONES)('clocks_of_a_year_show_what_Date_says_in %s', (zone) => {
  const said = JSON.parse(execFileSync(process.execPath, ['-e', ASK], { env: { ...process.env, TZ: zone } }).toString());
  expect(said.length).toBeGreaterThan(1600);
  for (const [at, day, time, back] of said) {
    expect([dayOf(at, zone), timeOf(at, zone)]).toEqual([day, time]);
    expect(wallClock(day, time, zone)).toBe(back);
  }
});
