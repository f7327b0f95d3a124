// The times that a booking can move to, fetched by month as they come into view. Keeps instants only: which day
// one is on is decided while rendering. An answer that nobody waits for any more changes nothing.

import type { Api } from '../api/client';
import { Refusal } from '../api/errors';
import type { Slot } from '../api/types';
import { learnt, marked, NOTHING, without, type Asked, type Free } from '../booking/free';
import { instant, iso, monthRange, type Instant, type Month } from '../time/days';

/** A call looks no further than this many days. */
const FURTHEST = 366 * 86_400_000;
/** PostgREST cuts answers at its `db-max-rows`, without a word; from so many rows on, the rest is asked for. */
const PERHAPS_CUT = 500;

export class Times {
  #free: Free = NOTHING;
  readonly #given = new AbortController();
  readonly #server: Api;
  readonly #token: string;
  readonly #changed: () => void;

  /** `changed` is called whenever more, or less, is known. */
  constructor(server: Api, token: string, changed: () => void) {
    this.#server = server;
    this.#token = token;
    this.#changed = changed;
  }

  get starts(): readonly Instant[] {
    return this.#free.starts;
  }

  /** Whether this month is being asked for, is known, or why it is not. */
  asked(month: Month): Asked | undefined {
    return this.#free.months.get(month);
  }

  /** Fetches the month unless it is known or on its way; `now` is the month of today's. */
  async month(month: Month, now: Month, again = false): Promise<void> {
    const before = this.asked(month);
    if (before === 'asked' || (before === 'known' && !again)) return;
    this.#set(marked(this.#free, [month], 'asked'));
    const { from, until } = monthRange(month);
    // Of today's month the server's clock says what is over.
    const args = month === now ? { until_time: until } : { from_time: from, until_time: until };
    try {
      const starts = await this.#all(args);
      this.#set(learnt(this.#free, { months: [month], from: instant(from), until: instant(until), starts }));
    } catch (error) {
      if (error instanceof Refusal && !this.#given.signal.aborted) this.#set(marked(this.#free, [month], error));
    }
  }

  /** The first time from the month on, however far away, beside the booking's own; undefined where there is none. */
  async after(month: Month, own: Instant): Promise<Instant | undefined> {
    const { from } = monthRange(month);
    const starts = await this.#ask({ from_time: from, until_time: iso(instant(from) + FURTHEST) });
    return starts.find((at) => at !== own);
  }

  /** This one is not to be had. */
  drop(start: Instant): void {
    this.#set(without(this.#free, start));
  }

  /** No answer changes anything from now on. */
  end(): void {
    this.#given.abort();
  }

  async #all(args: Record<string, string>): Promise<Instant[]> {
    const starts: Instant[] = [];
    for (let next = args; ; ) {
      const before = starts.at(-1) ?? -Infinity;
      const more = await this.#ask(next);
      starts.push(...more);
      const last = starts.at(-1) ?? -Infinity;
      // An answer that leads no further ends it, whoever gave it.
      if (more.length < PERHAPS_CUT || !(last > before)) return starts;
      next = { ...args, from_time: iso(last + 1000) };
    }
  }

  async #ask(args: Record<string, string>): Promise<Instant[]> {
    const { signal } = this.#given;
    const slots = await this.#server.call<Slot>('booking_slots', { manage_token: this.#token, ...args }, { signal });
    return slots.map(({ slot_start }) => instant(slot_start));
  }

  #set(free: Free): void {
    if (this.#given.signal.aborted) return;
    this.#free = free;
    this.#changed();
  }
}
