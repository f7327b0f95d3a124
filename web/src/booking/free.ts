// What is known of the free times of one length: instants, and which months have been asked for. Pure; knows
// nothing of zones, days or requests.

import type { Refusal } from '../api/errors';
import type { Instant, Month } from '../time/days';

/** A month is being asked for, known, or was refused. */
export type Asked = 'asked' | 'known' | Refusal;

export interface Free {
  /** In order, each once. */
  readonly starts: readonly Instant[];
  readonly months: ReadonlyMap<Month, Asked>;
}

export const NOTHING: Free = { starts: [], months: new Map() };

/** What an answer told: all free starts from `from` on, before `until`. */
export interface Answer {
  readonly months: readonly Month[];
  readonly from: Instant;
  readonly until: Instant;
  readonly starts: readonly Instant[];
}

export function marked(free: Free, months: readonly Month[], as: Asked): Free {
  const next = new Map(free.months);
  for (const month of months) next.set(month, as);
  return { ...free, months: next };
}

/** The answer holds for its span, whatever was known of that before. */
export function learnt(free: Free, { months, from, until, starts }: Answer): Free {
  const kept = free.starts.filter((at) => at < from || at >= until);
  const merged = [...new Set([...kept, ...starts])].sort((a, b) => a - b);
  return { starts: merged, months: marked(free, months, 'known').months };
}

/** Without this start; what else is known stays. */
export function without(free: Free, start: Instant): Free {
  return { ...free, starts: free.starts.filter((at) => at !== start) };
}

/** A month that was refused is asked for again. */
export function again(free: Free, month: Month): Free {
  if (!(free.months.get(month) instanceof Error)) return free;
  const months = new Map(free.months);
  months.delete(month);
  return { ...free, months };
}

/** All has to be asked anew; what was known is shown meanwhile. */
export function stale(free: Free): Free {
  return { ...free, months: new Map() };
}

/** The nearest known starts before and after. */
export function nearest(free: Free, start: Instant): Instant[] {
  const before = free.starts.findLast((at) => at < start);
  const after = free.starts.find((at) => at > start);
  return [before, after].filter((at) => at !== undefined);
}
