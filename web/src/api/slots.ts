// Free times as instants: all that a function of slots lists, however few rows an answer may have.

import { instant, iso, type Instant } from '../time/days';
import type { Slot } from './types';

/** PostgREST cuts answers at its `db-max-rows`, without a word; from so many rows on, the rest is asked for. */
const PERHAPS_CUT = 500;

/**
 * The starts from `from` on, in order; undefined is the server's now. `ask` brings what is free from there until
 * wherever it ends.
 */
export async function allStarts(ask: (from: string | undefined) => Promise<Slot[]>, from?: string): Promise<Instant[]> {
  const starts: Instant[] = [];
  for (let next = from; ; ) {
    const slots = await ask(next);
    const before = starts.at(-1) ?? -Infinity;
    starts.push(...slots.map(({ slot_start }) => instant(slot_start)));
    const last = starts.at(-1) ?? -Infinity;
    // An answer that leads no further ends it, whoever gave it.
    if (slots.length < PERHAPS_CUT || !(last > before)) return starts;
    next = iso(last + 1000);
  }
}
