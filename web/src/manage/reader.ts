// Reading a booking, and the right to it: takes the token, asks for what it opens, and asks again when a tab wakes or
// the network comes back. Changes no booking, and shows nothing.

import { html, type PropertyValues } from 'lit';
import { Refusal } from '../api/errors';
import type { Booking } from '../api/types';
import { SchedulingElement } from '../element';
import type { Notice } from '../parts/notice';
import { guestText, type GuestText } from '../text/guest';
import { refused, type Phase } from './state';
import { takeToken } from './token';

/** A tab that was away for longer looks again. */
const STALE = 60_000;

export abstract class BookingReader extends SchedulingElement {
  static override properties = {
    ...SchedulingElement.properties,
    token: {},
    booking: { state: true },
    phase: { state: true },
    said: { state: true },
    spoken: { state: true },
    offline: { state: true },
  };

  declare token: string | null | undefined;
  declare protected booking: Booking | undefined;
  declare protected phase: Phase;
  declare protected said: Notice | undefined;
  /** What the one polite live region says. */
  declare protected spoken: string;
  declare protected offline: boolean;

  #token: string | undefined;
  #reading = 0;
  #readAt = 0;

  constructor() {
    super();
    this.phase = { name: 'loading' };
    this.spoken = '';
    this.offline = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.offline = !navigator.onLine;
    addEventListener('online', this.#network);
    addEventListener('offline', this.#network);
    addEventListener('hashchange', this.#address);
    document.addEventListener('visibilitychange', this.#awake);
    if (!this.token) this.#address();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('online', this.#network);
    removeEventListener('offline', this.#network);
    removeEventListener('hashchange', this.#address);
    document.removeEventListener('visibilitychange', this.#awake);
  }

  /** Reads the booking anew. */
  async refresh(): Promise<void> {
    if (this.#token) await this.read();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('token') && this.token) {
      const token = this.token;
      this.token = undefined;
      this.removeAttribute('token');
      this.#start(token);
    } else if (!this.hasUpdated && !this.#token) this.phase = { name: 'gone' };
  }

  protected get t(): GuestText {
    return guestText(this.language());
  }

  /** What calls about the booking are given. */
  protected get right(): { manage_token: string } {
    return { manage_token: this.#token ?? '' };
  }

  /** Whether this is still the page of that booking: another link may have been opened in the tab. */
  protected isFor({ manage_token }: { manage_token: string }): boolean {
    return manage_token === this.#token;
  }

  #address = (): void => {
    const token = takeToken();
    if (token && token !== this.#token) this.#start(token);
  };

  /** Readings that are on their way are of before: what they bring is shown no more. */
  protected supersede(): void {
    this.#reading += 1;
  }

  #start(token: string): void {
    this.supersede();
    this.#token = token;
    this.booking = undefined;
    this.said = undefined;
    this.phase = { name: 'loading' };
    void this.updateComplete.then(() => this.read());
  }

  #network = (): void => {
    this.offline = !navigator.onLine;
    if (!this.offline && this.phase.name === 'failed') void this.read();
  };

  #awake = (): void => {
    if (document.visibilityState !== 'visible' || this.phase.name !== 'seen' || Date.now() - this.#readAt < STALE) return;
    void this.#again();
  };

  protected async read(): Promise<void> {
    const asked = ++this.#reading;
    this.said = undefined;
    try {
      const booking = await this.fetch();
      if (asked !== this.#reading) return;
      this.booking = booking;
      this.phase = { name: 'seen' };
      this.tell('ready');
    } catch (error) {
      if (asked !== this.#reading) return;
      const refusal = theRefusal(error);
      if (refusal.kind === 'gone') this.phase = { name: 'gone' };
      else {
        this.said = this.trouble(refusal);
        this.phase = { name: 'failed', refusal };
      }
    }
  }

  /** Reads again while the booking is on screen; says so where it is not what it was. */
  async #again(): Promise<void> {
    const asked = ++this.#reading;
    const before = this.booking;
    try {
      const booking = await this.fetch();
      if (asked !== this.#reading) return;
      const changed = booking.starts_at !== before?.starts_at || booking.status !== before.status;
      this.booking = booking;
      if (changed) this.say(this.t('changed_meanwhile'));
    } catch (error) {
      if (asked === this.#reading && theRefusal(error).kind === 'gone') this.phase = { name: 'gone' };
    }
  }

  protected async fetch(): Promise<Booking> {
    // What the database would not look at either is not sent there.
    if (!/^[!-~]{1,256}$/.test(this.#token ?? '')) throw new Refusal('gone');
    const [booking] = await this.server.call<Booking>('get_booking', this.right);
    if (!booking) throw new Refusal('gone');
    this.#readAt = Date.now();
    return booking;
  }

  protected say(text: string, more = ''): void {
    this.said = { text, kind: 'success', ...(more ? { more: html`<p>${more}</p>` } : {}) };
    this.spoken = text;
  }

  protected trouble(refusal: Refusal): Notice {
    const owner = this.booking?.owner_name ?? '';
    return { text: this.t(refused(refusal), { owner }), kind: 'error', spoken: 'alert', code: refusal.code };
  }
}

export function theRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
