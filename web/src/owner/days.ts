// Particular days of an owner: those with other hours than usual, or none, and spans of time off. From rows to
// what a calendar and a form show of them, and back. Pure; every day and wall clock is of the owner's zone.

import { addDays, type Day, dayOf, daysOf, type Instant, instant, iso, type Month, startOfDay, timeOf, wallClock } from '../time/days';
import { checkWindows, inOrder, isTime, type Window } from './hours';
import type { Versioned } from './save';

/** A row of `availability_overrides`. */
export interface DayRow extends Versioned {
  id: string;
  day: Day;
  windows: Window[];
  reason: string | null;
}

/** A row of `time_off`. */
export interface OffRow extends Versioned {
  id: string;
  starts_at: string;
  ends_at: string;
  reason: string | null;
}

export const DAY_COLUMNS = 'id,day,windows,reason,updated_at';
export const OFF_COLUMNS = 'id,starts_at,ends_at,reason,updated_at';

/** What a month shows of itself, with the weeks that it shares with its neighbours. */
export function spanOf(month: Month, zone: string): { first: Day; last: Day; from: string; until: string } {
  const days = daysOf(month);
  const first = addDays(days[0]!, -7);
  const last = addDays(days.at(-1)!, 14);
  return { first, last, from: iso(startOfDay(first, zone)), until: iso(startOfDay(addDays(last, 1), zone)) };
}

export type Mark = 'closed' | 'hours' | 'off';

/** What a day is marked with: closed by itself, in part or wholly time off, other hours. */
export function markOf(day: Day, days: readonly DayRow[], off: readonly OffRow[], zone: string): Mark | undefined {
  const row = days.find((one) => one.day === day);
  if (row && !row.windows.length) return 'closed';
  if (off.some((one) => meets(one, day, zone))) return 'off';
  return row ? 'hours' : undefined;
}

export function meets(off: OffRow, day: Day, zone: string): boolean {
  return instant(off.starts_at) < startOfDay(addDays(day, 1), zone) && instant(off.ends_at) > startOfDay(day, zone);
}

/** What becomes of the picked days. */
export type Plan = 'usual' | 'closed' | 'hours' | 'off';

/** A form about one day or several. */
export interface DaysForm {
  first: Day;
  last: Day;
  plan: Plan;
  windows: Window[];
  /** Time off from midnight to midnight. */
  whole: boolean;
  start: string;
  end: string;
  reason: string;
}

/** The form of days that were just picked: as the first of them is. */
export function formOfDays(first: Day, last: Day, days: readonly DayRow[], usual: readonly Window[]): DaysForm {
  const row = days.find((one) => one.day === first);
  return {
    first,
    last,
    plan: row ? (row.windows.length ? 'hours' : 'closed') : 'usual',
    windows: inOrder(row?.windows.length ? row.windows : usual.length ? usual : [{ start: '09:00', end: '17:00' }]),
    whole: true,
    start: '09:00',
    end: '17:00',
    reason: row?.reason ?? '',
  };
}

/** The form of a span of time off that is there. */
export function formOfOff(row: OffRow, zone: string): DaysForm {
  const [from, until] = [instant(row.starts_at), instant(row.ends_at)];
  const first = dayOf(from, zone);
  // Until midnight is until the end of the day before.
  const ends = dayOf(until, zone);
  const midnight = until === startOfDay(ends, zone);
  const last = midnight ? addDays(ends, -1) : ends;
  const whole = midnight && from === startOfDay(first, zone);
  return {
    first,
    last,
    plan: 'off',
    windows: [{ start: '09:00', end: '17:00' }],
    whole,
    start: whole ? '09:00' : timeOf(from, zone),
    end: whole ? '17:00' : midnight ? '24:00' : timeOf(until, zone),
    reason: row.reason ?? '',
  };
}

/** From when until when it is time off. */
export function offOf(form: DaysForm, zone: string): { starts_at: string; ends_at: string } {
  return form.whole
    ? { starts_at: iso(startOfDay(form.first, zone)), ends_at: iso(startOfDay(addDays(form.last, 1), zone)) }
    : { starts_at: iso(wallClock(form.first, form.start, zone)), ends_at: iso(wallClock(form.last, form.end, zone)) };
}

/** A year and a day more at once: nobody means more, and it is many rows. */
const MOST_DAYS = 366;

export function listedDays(form: Pick<DaysForm, 'first' | 'last'>): Day[] {
  const days: Day[] = [];
  for (let day = form.first; day <= form.last && days.length < MOST_DAYS; day = addDays(day, 1)) days.push(day);
  return days;
}

export type FormTrouble = 'no_day' | 'day_order' | 'too_many_days' | 'no_time' | 'time_order' | 'windows';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What is not right with it; nothing where all is. */
export function troubleOf(form: DaysForm, zone: string): FormTrouble | undefined {
  if (!DAY.test(form.first) || !DAY.test(form.last)) return 'no_day';
  if (form.last < form.first) return 'day_order';
  if (form.plan !== 'off' && addDays(form.first, MOST_DAYS) <= form.last) return 'too_many_days';
  if (form.plan === 'hours' && (checkWindows(form.windows).length || !form.windows.length)) return 'windows';
  if (form.plan === 'off' && !form.whole) {
    if (!isTime(form.start) || !isTime(form.end, true)) return 'no_time';
    const { starts_at, ends_at } = offOf(form, zone);
    if (ends_at <= starts_at) return 'time_order';
  }
  return undefined;
}

/** One line of the list beneath a month. */
export type Entry = { at: Instant; day: DayRow; off?: never } | { at: Instant; off: OffRow; day?: never };

/** Those that meet this month, in order. */
export function entriesOf(month: Month, days: readonly DayRow[], off: readonly OffRow[], zone: string): Entry[] {
  const all = daysOf(month);
  const [from, until] = [startOfDay(all[0]!, zone), startOfDay(addDays(all.at(-1)!, 1), zone)];
  const entries: Entry[] = [
    ...days.filter((row) => row.day.startsWith(month)).map((row) => ({ at: startOfDay(row.day, zone), day: row })),
    ...off
      .filter((row) => instant(row.starts_at) < until && instant(row.ends_at) > from)
      .map((row) => ({ at: instant(row.starts_at), off: row })),
  ];
  return entries.sort((a, b) => a.at - b.at);
}
