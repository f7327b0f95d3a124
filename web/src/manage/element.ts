// `<scheduling-manage>`: see, move and cancel a booking with the token of its mail. Opening it only reads; what
// changes the booking is a press on a button that says so. The token is in no attribute, event or message.

import { html, nothing, type PropertyValues } from 'lit';
import type { Refusal } from '../api/errors';
import type { Booked, Booking } from '../api/types';
import { saveInvitation } from '../parts/calendar-links';
import '../parts/month';
import '../parts/time-list';
import '../parts/zone-picker';
import { dayOf, instant, iso, type Day, type Instant } from '../time/days';
import { Labels } from '../time/labels';
import { isZone, ownZone } from '../time/zone';
import { Choice } from './choice';
import { manageStyles } from './manage.css';
import { moving, type Picking } from './move-view';
import { BookingReader, theRefusal } from './reader';
import { aboutBooking, lostTime, type Act, type Phase } from './state';
import { cancelling, failed, gone, heading, seen, unknown, type View } from './view';

/**
 * @attr token - The manage token, read once and taken out of the page; without it, the one in the page's address.
 * @attr booking-path - Where guests book; the link's slug is put at its end.
 * @fires scheduling-ready - The booking is shown.
 * @fires scheduling-moved - `{ meeting_id, starts_at, ends_at }`
 * @fires scheduling-cancelled - `{ meeting_id }`
 * @fires scheduling-refused - `{ code }`: nothing was changed.
 */
export class SchedulingManage extends BookingReader {
  static override properties = {
    ...BookingReader.properties,
    bookingPath: { attribute: 'booking-path' },
    zone: { state: true },
    fileFailed: { state: true },
  };
  static override styles = [...BookingReader.styles, manageStyles];

  declare bookingPath: string | undefined;
  /** As picked by hand. */
  declare private zone: string | undefined;
  declare private fileFailed: boolean;

  #choice: Choice | undefined;
  #level = 1;

  constructor() {
    super();
    this.fileFailed = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#level = [...document.querySelectorAll('h1')].some((other) => !this.contains(other)) ? 2 : 1;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const before = changed.get('phase') as Phase | undefined;
    if (!before || before.name === 'loading' || !this.#elsewhere(before)) return;
    // Back to where it began, or on to what is new.
    const began = before.name === 'moving' ? '#move' : '#cancel';
    const back = this.phase.name === 'seen' && !this.said ? this.renderRoot.querySelector<HTMLElement>(began) : null;
    (back ?? this.renderRoot.querySelector<HTMLElement>('.heading'))?.focus();
  }

  #elsewhere(before: Phase): boolean {
    const chosen = (phase: Phase) => (phase.name === 'moving' ? phase.chosen : undefined);
    return before.name !== this.phase.name || chosen(before) !== chosen(this.phase);
  }

  override render() {
    return html`${this.#body()}
      <p class="hidden" role="status">${this.spoken}</p>`;
  }

  #body() {
    const { phase, booking } = this;
    const view = this.#view;
    if (phase.name === 'gone') return gone(view);
    if (phase.name === 'failed') return failed(view);
    if (phase.name === 'loading' || !booking) {
      return html`<div class="card stack" aria-busy="true">
        ${heading(this.#level, this.t('manage_heading'))}
        <p class="muted" role="status">${this.t('manage_loading')}</p>
        <div class="skeleton" aria-hidden="true"><span></span><span></span></div>
      </div>`;
    }
    switch (phase.name) {
      case 'seen':
        return seen(view, booking);
      case 'moving':
        return this.#choice ? moving(view, booking, phase, this.#choice, this.#picking) : nothing;
      case 'cancelling':
        return cancelling(view, booking, phase);
      case 'unknown':
        return unknown(view, phase);
    }
  }

  get #labels(): Labels {
    const wanted = [this.zone, this.timezone, this.booking?.timezone].find((zone) => zone && isZone(zone));
    return new Labels(this.language(), wanted ?? ownZone());
  }

  get #view(): View {
    const { slug } = this.booking ?? {};
    return {
      t: this.t,
      labels: this.#labels,
      now: Date.now(),
      level: this.#level,
      said: this.said,
      offline: this.offline,
      fileFailed: this.fileFailed,
      again: slug && this.bookingPath !== undefined ? `${this.bookingPath}${encodeURIComponent(slug)}` : undefined,
      act: this.#act,
    };
  }

  readonly #act: View['act'] = {
    retry: () => void this.refresh(),
    begin: (act: Act) => {
      this.said = undefined;
      this.spoken = '';
      if (act === 'move') this.#choose();
      else this.phase = { name: 'cancelling' };
    },
    leave: () => {
      if (this.phase.name === 'cancelling' && this.phase.sending) return;
      this.said = undefined;
      this.phase = { name: 'seen' };
    },
    cancel: (event: SubmitEvent) => void this.#cancel(event),
    check: () => void this.#check(),
    file: () => void this.#file(),
  };

  // Moving

  #choose(): void {
    const { booking } = this;
    if (!booking) return;
    this.#choice?.end();
    this.#choice = new Choice(this.server, this.right.manage_token, booking, this.#labels.zone, () => this.requestUpdate());
    this.phase = { name: 'moving' };
  }

  readonly #picking: Picking = {
    turn: (month) => void this.#choice?.turn(month),
    expect: (month) => this.#choice?.expect(month),
    see: (day) => void this.#open(day),
    zone: (zone) => {
      this.#choice?.rezone(zone);
      this.zone = zone;
    },
    pick: (at) => {
      this.said = undefined;
      if (this.#choice) this.#choice.lost = undefined;
      void this.#choice?.see(dayOf(at, this.#labels.zone));
      this.phase = { name: 'moving', chosen: at };
    },
    again: () => void this.#choice?.again(),
    confirm: () => void this.#move(),
    other: () => {
      if (this.phase.name === 'moving' && !this.phase.sending) this.phase = { name: 'moving' };
    },
  };

  async #open(day: Day): Promise<void> {
    await this.#choice?.see(day);
    const count = this.#choice?.days.get(day)?.length ?? 0;
    this.spoken = this.t('times_of', { day: this.#labels.day(day), count });
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('.day')?.focus();
  }

  async #move(): Promise<void> {
    const { phase } = this;
    if (phase.name !== 'moving' || phase.chosen === undefined || phase.sending || this.offline) return;
    const wanted = phase.chosen;
    this.phase = { ...phase, sending: true };
    this.said = undefined;
    this.spoken = this.t('moving');
    const { right } = this;
    try {
      const [row] = await this.server.call<Booked>('reschedule_booking', { ...right, starts_at: iso(wanted) });
      if (this.isFor(right)) await this.#done('move', row);
    } catch (error) {
      if (!this.isFor(right)) return;
      const refusal = theRefusal(error);
      if (await this.#refused('move', refusal, wanted)) return;
      if (refusal.kind !== 'conflict') {
        this.said = this.trouble(refusal);
        this.phase = { name: 'moving', chosen: wanted };
        return;
      }
      // Back at the times, without that one, and with those beside it.
      this.said = { text: this.t(lostTime(refusal), { time: this.#labels.dateTime(wanted) }), kind: 'error', spoken: 'alert' };
      this.phase = { name: 'moving' };
      await this.#choice?.lose(wanted);
    }
  }

  // Cancelling

  async #cancel(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.phase.name !== 'cancelling' || this.phase.sending || this.offline) return;
    const reason = String(new FormData(event.target as HTMLFormElement).get('reason') ?? '').trim();
    this.phase = { name: 'cancelling', sending: true };
    this.said = undefined;
    this.spoken = this.t('cancelling');
    const { right } = this;
    try {
      const [row] = await this.server.call<Booked>('cancel_booking', { ...right, reason });
      if (this.isFor(right)) await this.#done('cancel', row);
    } catch (error) {
      if (!this.isFor(right)) return;
      const refusal = theRefusal(error);
      if (await this.#refused('cancel', refusal)) return;
      this.said = this.trouble(refusal);
      this.phase = { name: 'cancelling' };
    }
  }

  // Afterwards

  async #done(act: Act, row: Booked | undefined): Promise<void> {
    this.supersede();
    const { right } = this;
    const booking = this.booking!;
    const after = { ...booking, ...row };
    // What can be done with it now is the database's to say; until it has, nothing.
    this.booking = { ...after, can_reschedule: false, can_cancel: false, reschedule_until: null, cancel_until: null };
    const now = await this.fetch().catch(() => undefined);
    // Another link may have been opened in the tab: what was done is told, and its booking is left alone.
    if (this.isFor(right)) this.#show(act, now ?? this.booking!);
    const { meeting_id, starts_at, ends_at } = after;
    if (act === 'move') this.tell('moved', { meeting_id, starts_at, ends_at });
    else this.tell('cancelled', { meeting_id });
  }

  #show(act: Act, booking: Booking): void {
    this.booking = booking;
    this.say(this.t(act === 'move' ? 'moved' : 'cancel_done'), act === 'move' ? this.t('moved_help', { email: booking.guest_email }) : '');
    this.phase = { name: 'seen' };
  }

  /** What both acts have in common: true where it is dealt with. */
  async #refused(act: Act, refusal: Refusal, wanted?: Instant): Promise<boolean> {
    this.spoken = '';
    if (refusal.kind === 'lost') {
      this.phase = { name: 'unknown', act, ...(wanted === undefined ? {} : { wanted }) };
      return true;
    }
    this.tell('refused', { code: refusal.code });
    if (!aboutBooking(refusal)) return false;
    await this.read();
    if (this.phase.name === 'seen') this.said = { text: this.t('no_longer'), kind: 'error', spoken: 'alert' };
    return true;
  }

  async #check(): Promise<void> {
    const { phase } = this;
    if (phase.name !== 'unknown' || phase.checking) return;
    this.phase = { ...phase, checking: true };
    this.said = undefined;
    const { right } = this;
    try {
      const booking = await this.fetch();
      if (!this.isFor(right)) return;
      const { act, wanted } = phase;
      const did = act === 'cancel' ? booking.status === 'cancelled' : instant(booking.starts_at) === wanted;
      this.booking = booking;
      if (did) {
        await this.#done(act, booking);
        return;
      }
      this.said = { text: this.t(act === 'move' ? 'not_moved' : 'not_cancelled'), kind: 'error', spoken: 'alert' };
      if (act === 'cancel') this.phase = { name: booking.can_cancel ? 'cancelling' : 'seen' };
      else if (booking.can_reschedule && wanted !== undefined) this.phase = { name: 'moving', chosen: wanted };
      else this.phase = { name: 'seen' };
    } catch (error) {
      if (!this.isFor(right)) return;
      const refusal = theRefusal(error);
      if (refusal.kind === 'gone') this.phase = { name: 'gone' };
      else {
        this.said = this.trouble(refusal);
        this.phase = { ...phase, checking: false };
      }
    }
  }

  async #file(): Promise<void> {
    this.fileFailed = false;
    await saveInvitation(this.server, this.right.manage_token).catch(() => {
      this.fileFailed = true;
    });
  }
}

customElements.define('scheduling-manage', SchedulingManage);
