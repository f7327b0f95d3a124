// The booking page's course: keeps its state, asks the server what the state wants, and books. It draws
// nothing; whoever holds it is told of each change.

import { Refusal } from '../api/errors';
import type { Booked, BookingLink } from '../api/types';
import { addMonths, dayOf, monthOf, type Month } from '../time/days';
import type { Desk } from './desk';
import { NOTHING } from './free';
import { begin, following, lengthOf, next, wanted, type Beginning, type Event, type Model } from './state';

/** When what could not be read is read again by itself: then by hand only. */
const TRIES = [5_000, 20_000];
/** What has been read is trusted for so long by a tab that was away. */
const FRESH = 120_000;

export interface Told {
  /** Something changed: draw it. */
  changed(before: Model, event: Event): void;
  /** Slots have been on their way for a second. */
  slow(): void;
}

export class Course {
  model: Model;
  readonly #told: Told;
  #desk: Desk;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #readAt = 0;
  #gone = false;
  #searching: Month | undefined;

  constructor(desk: Desk, beginning: Beginning, told: Told) {
    this.#desk = desk;
    this.#told = told;
    this.model = begin(beginning);
  }

  /** `known` is what the page already holds of the link: then only times are asked for. */
  start(known: BookingLink | undefined): void {
    if (known) this.happen({ type: 'link', link: known });
    else void this.#link();
    this.#pursue();
  }

  stop(): void {
    this.#gone = true;
    clearTimeout(this.#timer);
    this.#desk.forget();
  }

  happen(event: Event): void {
    if (this.#gone) return;
    const before = this.model;
    this.model = next(before, event);
    if (this.model.free === NOTHING && before.free !== NOTHING) {
      this.#searching = undefined;
      this.#desk.forget();
    }
    this.#told.changed(before, event);
    this.#pursue();
  }

  /** By hand: at once, and with all automatic tries again. */
  retry(): void {
    this.#tries = 0;
    clearTimeout(this.#timer);
    if (this.model.step.at === 'unreachable') void this.#link();
    this.happen({ type: 'refresh' });
  }

  /** The tab is looked at again. */
  shown(): void {
    if (this.#readAt && Date.now() - this.#readAt > FRESH) this.happen({ type: 'refresh' });
  }

  /** Reads a month that will be wanted soon, once the one in view is known. */
  ahead(month: Month = addMonths(this.model.month, 1)): void {
    if (this.model.free.months.get(this.model.month) !== 'known') return;
    if (following(this.model, month)) void this.#month(month);
  }

  async book(args: Record<string, unknown>): Promise<Booked | Refusal> {
    this.happen({ type: 'sending' });
    try {
      const booked = await this.#desk.book({ ...args, duration_minutes: lengthOf(this.model) });
      this.happen({ type: 'booked', booked });
      void this.#details(booked);
      return booked;
    } catch (error) {
      const refusal = asRefusal(error);
      this.happen({ type: 'refused', refusal });
      return refusal;
    }
  }

  /** Asks for what the state lacks. */
  #pursue(): void {
    const want = wanted(this.model);
    if (want?.what === 'month') void this.#month(want.month);
    else if (want?.what === 'search') void this.#search(want.month);
  }

  async #link(): Promise<void> {
    try {
      const link = await this.#desk.link();
      this.happen(link ? { type: 'link', link } : { type: 'link-refused', refusal: new Refusal('gone') });
    } catch (error) {
      this.happen({ type: 'link-refused', refusal: asRefusal(error) });
    }
  }

  async #month(month: Month): Promise<void> {
    this.happen({ type: 'asked', months: [month] });
    const slow = setTimeout(() => this.model.free.months.get(month) === 'asked' && this.#told.slow(), 1000);
    try {
      // The month of today begins when the server says it does.
      const fromNow = month <= monthOf(dayOf(Date.now(), this.model.zone));
      const answer = await this.#desk.month(month, this.model.duration, fromNow);
      if (!answer) return;
      this.#readAt = Date.now();
      this.#tries = 0;
      this.happen({ type: 'learnt', answer });
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal.kind === 'gone' && this.model.link) this.happen({ type: 'link-refused', refusal });
      else this.happen({ type: 'month-refused', month, refusal });
      this.#again(refusal);
    } finally {
      clearTimeout(slow);
    }
  }

  async #search(month: Month): Promise<void> {
    const { link, arrival, duration, zone } = this.model;
    if (!link || this.#searching === month) return;
    this.#searching = month;
    // On arrival the server's clock is the one that counts: this one may be wrong.
    const now = arrival === 'waiting' || month <= monthOf(dayOf(Date.now(), zone));
    try {
      const start = await this.#desk.first(now ? undefined : month, link, duration);
      if (start === undefined) return;
      this.#searching = undefined;
      this.happen({ type: 'searched', month, start });
    } catch (error) {
      this.#searching = undefined;
      this.happen({ type: 'searched', month, start: asRefusal(error) });
      this.#again(asRefusal(error));
    }
  }

  /** A calendar that could not be read is tried twice more, while somebody looks. */
  #again(refusal: Refusal): void {
    if (refusal.kind !== 'calendar') return;
    const wait = TRIES[this.#tries];
    if (wait === undefined) return;
    this.#tries += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (document.visibilityState === 'visible') this.happen({ type: 'refresh' });
    }, wait);
  }

  /** What `book` does not tell; a link to a call may take a moment to be made. */
  async #details(booked: Booked): Promise<void> {
    for (const wait of [0, 2000]) {
      await new Promise((done) => setTimeout(done, wait));
      if (this.model.step.at !== 'done' || this.#gone) return;
      try {
        const booking = await this.#desk.booking(booked.manage_token);
        if (booking) this.happen({ type: 'booking', booking });
        if (booking?.meeting_url || this.model.link?.conferencing === 'none') return;
      } catch {
        // What is booked is booked: the page says what it knows.
      }
    }
  }
}

function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal('failed', { message: String(error) });
}
