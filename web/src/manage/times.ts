// The times that a booking can move to, fetched by month as they come into view. Keeps instants only: which day
// one is on is decided while rendering. An answer that nobody waits for any more changes nothing.

import type { Api } from '../api/client';
import { Refusal } from '../api/errors';
import { allStarts } from '../api/slots';
import type { Slot } from '../api/types';
import { learnt, marked, NOTHING, without, type Asked, type Free } from '../booking/free';
import { instant, iso, monthRange, type Instant, type Month } from '../time/days';

/** A call looks no further than this many days. */
const FURTHEST = 366 * 86_400_000;

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
    const begin = month === now ? undefined : from;
    try {
      const starts = await allStarts((next) => this.#ask(next, until), begin);
      this.#set(learnt(this.#free, { months: [month], from: instant(from), until: instant(until), starts }));
    } catch (error) {
      if (error instanceof Refusal && !this.#given.signal.aborted) this.#set(marked(this.#free, [month], error));
    }
  }

  /** The first time from the month on, however far away, beside the booking's own; undefined where there is none. */
  async after(month: Month, own: Instant): Promise<Instant | undefined> {
    const { from } = monthRange(month);
    const slots = await this.#ask(from, iso(instant(from) + FURTHEST));
    return slots.map(({ slot_start }) => instant(slot_start)).find((at) => at !== own);
  }

  /** This one is not to be had. */
  drop(start: Instant): void {
    this.#set(without(this.#free, start));
  }

  /** No answer changes anything from now on. */
  end(): void {
    this.#given.abort();
  }

  #ask(from_time: string | undefined, until_time: string): Promise<Slot[]> {
    const { signal } = this.#given;
    return this.#server.call<Slot>('booking_slots', { manage_token: this.#token, from_time, until_time }, { signal });
  }

  #set(free: Free): void {
    if (this.#given.signal.aborted) return;
    this.#free = free;
    this.#changed();
  }
}
