// What is looked at while a new time is chosen: the month, the day, and what is known of their times. Decides what
// to open and what to ask for; draws nothing and changes no booking.

import type { Api } from '../api/client';
import type { Asked } from '../booking/free';
import { nearest } from '../booking/free';
import type { Booking, BookingLink } from '../api/types';
import { addMonths, byDay, dayOf, instant, monthOf, type Day, type Instant, type Month } from '../time/days';
import { Times } from './times';

export class Choice {
  month: Month;
  day: Day | undefined;
  /** The last day that can be booked at all, if that is known. */
  last: Day | undefined;
  /** Where the month has nothing: the first time after it, or that there is none. */
  next: Instant | 'none' | undefined;
  /** The start that was lost meanwhile, whose neighbours are offered. */
  lost: Instant | undefined;
  #zone: string;
  /** Until a month was turned by hand or a day was picked. */
  #arriving = true;
  /** What the day follows from zone to zone, so that it is the same again in the first one. */
  #anchor: Instant | undefined;
  #ended = false;
  readonly #own: Instant;
  readonly #times: Times;
  readonly #changed: () => void;

  constructor(server: Api, token: string, booking: Booking, zone: string, changed: () => void) {
    this.#zone = zone;
    this.#own = instant(booking.starts_at);
    this.#changed = changed;
    this.#times = new Times(server, token, changed);
    const day = dayOf(this.#own, zone);
    this.month = monthOf(day > this.today ? day : this.today);
    void this.#window(server, booking.slug);
    void this.#show(this.month);
  }

  get today(): Day {
    return dayOf(Date.now(), this.#zone);
  }

  /** All that is known to be free; moving a booking to where it is moves nothing. */
  get starts(): Instant[] {
    return this.#times.starts.filter((at) => at !== this.#own);
  }

  get days(): Map<Day, Instant[]> {
    return byDay(this.starts, this.#zone);
  }

  get asked(): Asked | undefined {
    return this.#times.asked(this.month);
  }

  /** The times before and after the one that was lost. */
  get near(): Instant[] {
    return this.lost === undefined ? [] : nearest({ starts: this.starts, months: new Map() }, this.lost);
  }

  turn(month: Month): Promise<void> {
    this.#arriving = false;
    return this.#show(month);
  }

  /** Asks once more for a month that could not be read. */
  again(): Promise<void> {
    return this.#show(this.month, true);
  }

  /** Shows the month, and where it has nothing, looks for what comes after it. */
  async #show(month: Month, again = false): Promise<void> {
    this.month = month;
    this.next = undefined;
    this.#changed();
    await this.#times.month(month, monthOf(this.today), again);
    const left = () => this.#ended || this.month !== month;
    if (left() || this.asked !== 'known') return;
    const free = [...this.days.keys()].filter((day) => monthOf(day) === month);
    if (free.length) {
      // Something is open on arrival: the day that the booking is on now, else what is free next to it.
      const own = dayOf(this.#own, this.#zone);
      if (this.#arriving) this.day ??= free.find((day) => day >= own) ?? free.at(-1);
      this.#changed();
      return;
    }
    const next = await this.#times.after(addMonths(month, 1), this.#own).catch(() => undefined);
    if (left()) return;
    this.next = next ?? 'none';
    this.#changed();
  }

  /** The month may soon be wanted. */
  expect(month: Month): void {
    void this.#times.month(month, monthOf(this.today));
  }

  async see(day: Day): Promise<void> {
    this.day = day;
    this.#anchor = undefined;
    this.#arriving = false;
    if (monthOf(day) === this.month) this.#changed();
    else await this.#show(monthOf(day));
  }

  /** This time is gone. */
  async lose(start: Instant): Promise<void> {
    this.lost = start;
    this.#times.drop(start);
    await this.#show(monthOf(dayOf(start, this.#zone)), true);
  }

  /** The day that is shown is regrouped; nothing is asked for. */
  rezone(zone: string): void {
    this.#anchor ??= this.days.get(this.day ?? '')?.[0];
    this.#zone = zone;
    if (this.#anchor === undefined) return;
    this.day = dayOf(this.#anchor, zone);
    this.month = monthOf(this.day);
  }

  end(): void {
    this.#ended = true;
    this.#times.end();
  }

  /** How far ahead the link can be booked; without it, months are turned as far as one likes. */
  async #window(server: Api, slug: string | null): Promise<void> {
    if (!slug) return;
    try {
      const [link] = await server.read<BookingLink>('get_booking_link', { slug }, { select: 'bookable_until' });
      if (link) this.last = dayOf(instant(link.bookable_until) - 1, this.#zone);
      this.#changed();
    } catch {
      // The link is closed by now; its bookings can be moved nevertheless.
    }
  }
}
