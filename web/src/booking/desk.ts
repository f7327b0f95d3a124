// All that the booking page asks of the database. Of two questions about one month the later one's answer
// counts, and none for a length that is chosen no more.

import type { Api } from '../api/client';
import { Refusal } from '../api/errors';
import { allStarts } from '../api/slots';
import type { Booked, Booking, BookingLink, Slot } from '../api/types';
import { instant, iso, monthRange, type Instant, type Month } from '../time/days';
import type { Answer } from './free';

/** `link_slots` answers for 366 days. */
const LONGEST_CALL = 360 * 86_400_000;

export class Desk {
  readonly #server: Api;
  readonly #slug: string;
  readonly #asking = new Map<string, AbortController>();

  constructor(server: Api, slug: string) {
    this.#server = server;
    this.#slug = slug;
  }

  async link(): Promise<BookingLink | undefined> {
    return (await this.#server.read<BookingLink>('get_booking_link', { slug: this.#slug }))[0];
  }

  /**
   * The free starts of a month, whole in every zone; `fromNow` leaves the beginning to the server's clock.
   * Undefined where a later question has taken this one's place.
   */
  async month(month: Month, duration: number | undefined, fromNow: boolean): Promise<Answer | undefined> {
    const { from, until } = monthRange(month);
    const starts = await this.#only(month, (signal) =>
      allStarts((from_time) => {
        const args = { slug: this.#slug, duration_minutes: duration, from_time, until_time: until };
        return this.#server.read<Slot>('link_slots', args, { select: 'slot_start', signal });
      }, fromNow ? undefined : from),
    ).catch((refusal: unknown) => {
      // A clock that is wrong takes a month for today's that is over, or years away: there is nothing in it.
      if (fromNow && refusal instanceof Refusal && refusal.word === 'until_time') return [];
      throw refusal;
    });
    if (!starts) return undefined;
    const begin = fromNow ? -Infinity : instant(from);
    return { months: [month], from: begin, until: instant(until), starts };
  }

  /**
   * The first free start after a month, or from now on; null where there is none before the window ends.
   * Undefined where a later question has taken this one's place.
   */
  async first(after: Month | undefined, link: BookingLink, duration: number | undefined): Promise<Instant | null | undefined> {
    const end = instant(link.bookable_until);
    const begin = after === undefined ? undefined : instant(monthRange(after).until);
    if (begin !== undefined && begin >= end) return null;
    // What one call answers for: of a window that is longer, no clock but the server's says where it begins.
    const until = link.booking_window_days < 360 ? end : Math.min(end, (begin ?? Date.now()) + LONGEST_CALL);
    const args = {
      slug: this.#slug,
      from_time: begin === undefined ? undefined : iso(begin),
      until_time: iso(until),
      duration_minutes: duration,
      slots_limit: 1,
    };
    const found = await this.#only('search', (signal) =>
      this.#server.read<Slot>('link_slots', args, { select: 'slot_start', signal }),
    );
    if (!found) return undefined;
    return found[0] ? instant(found[0].slot_start) : null;
  }

  /** Nothing that was asked of another length is wanted any more. */
  forget(): void {
    for (const asking of this.#asking.values()) asking.abort();
    this.#asking.clear();
  }

  async book(args: Record<string, unknown>): Promise<Booked> {
    const [booked] = await this.#server.call<Booked>('book', { slug: this.#slug, ...args });
    // Whoever answered that, it is not known what was done.
    if (!booked) throw new Refusal('lost');
    return booked;
  }

  async booking(token: string): Promise<Booking | undefined> {
    return (await this.#server.call<Booking>('get_booking', { manage_token: token }))[0];
  }

  /** Undefined where another question of this name has been asked meanwhile. */
  async #only<T>(name: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    this.#asking.get(name)?.abort();
    const asking = new AbortController();
    this.#asking.set(name, asking);
    try {
      const answer = await ask(asking.signal);
      return asking.signal.aborted ? undefined : answer;
    } catch (refusal) {
      if (asking.signal.aborted) return undefined;
      throw refusal;
    }
  }
}
