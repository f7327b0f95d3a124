// `<scheduling-meetings>`: an owner's meetings, those to come first, each opening to its guest, its answers and what
// can be done. What follows from an act (mails, the calendar) is the database's; guests are told, and it is said so.

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Refusal } from '../api/errors';
import type { Owner } from '../api/types';
import { addDays, dayOf, instant, iso, startOfDay, type Day } from '../time/days';
import { Labels } from '../time/labels';
import { OwnerElement } from './element';
import { longField } from './field';
import { fields } from './field.css';
import { icons } from './icons';
import { meetingDetails } from './meeting-details';
import { isKnown, meetingList } from './meeting-list';
import { MeetingMove } from './meeting-move';
import { meetingsPage, SHELVES, type MeetingRow, type Shelf } from './meeting-page';
import { changeMeeting, movedTo, readMeeting, type Change } from './meeting-writes';
import { meetingStyles } from './meetings.css';
import { refusalNotice, sentence } from './refusals';
import { shelfStyles } from './shelves.css';
import type { What } from './tabs';

const LONGEST_REASON = 1000;
/** What has begun, and what is today, is looked at again so often. */
const MINUTE = 60_000;

/** What is being done with the meeting that is open. */
type Act = { is: 'cancel'; reason: string } | { is: 'move'; move: MeetingMove };

/** What an act came to, above the meeting that it was about. */
type Outcome = { text: string; good: boolean } | { refusal: Refusal; start?: number };

export class SchedulingMeetings extends OwnerElement {
  static override styles = [...OwnerElement.styles, fields, shelfStyles, meetingStyles];

  protected override readonly heeds: readonly What[] = ['meetings', 'links'];

  #shelf: Shelf = 'upcoming';
  /** One day alone, where an overlap is looked at. */
  #day: Day | undefined;
  #meetings: MeetingRow[] = [];
  #more = false;
  #reading = false;
  #rereads = 0;
  #open: string | undefined;
  #act: Act | undefined;
  #busy = false;
  #outcome: Outcome | undefined;
  #refusal: Refusal | undefined;
  #said = '';
  #focus: string | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock = setInterval(() => this.requestUpdate(), MINUTE);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  protected override get unsaved(): boolean {
    return this.#act !== undefined && (this.#act.is === 'move' || this.#act.reason !== '');
  }

  protected override async load(who: Owner, current: () => boolean): Promise<void> {
    // Read again, what was shown stays shown, however many pages it was.
    const page = await meetingsPage(this.server, who, this.#shelf, { on: this.#range(who), count: this.#meetings.length });
    if (!current()) return;
    this.#meetings = page.rows;
    this.#more = page.more;
    this.#refusal = undefined;
  }

  protected override forget(): void {
    this.#meetings = [];
    this.#leave();
    this.#open = undefined;
    this.#day = undefined;
    this.#outcome = undefined;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const target = this.#focus && this.renderRoot.querySelector<HTMLElement>(`[id="${this.#focus}"]`);
    if (!target) return;
    this.#focus = undefined;
    target.focus();
  }

  protected override body(): TemplateResult {
    const { t } = this;
    const zone = this.who!.timezone;
    const labels = new Labels(this.language(), zone);
    return html`<header class="row head">
        <div>
          <h2 tabindex="-1" id="heading">${this.#day ? t('meetings_day', { day: labels.day(this.#day) }) : t('meetings_title')}</h2>
          <p class="muted">${t('meetings_zone', { zone: zone.replaceAll('_', ' ') })}</p>
        </div>
        ${this.#day
          ? html`<button type="button" class="small push" @click=${() => this.#show('upcoming')}>${t('meetings_all_days')}</button>`
          : html`<div class="shelves push" role="group" aria-label=${t('meetings_which')}>
              ${SHELVES.map(
                (shelf) => html`<button type="button" aria-pressed=${shelf === this.#shelf ? 'true' : 'false'} @click=${() => this.#show(shelf)}>${t(`shelf_${shelf}`)}</button>`,
              )}
            </div>`}
      </header>
      ${this.#refusal ? refusalNotice(t, this.#refusal, { retry: () => this.#show(this.#shelf) }) : nothing}
      <div aria-busy=${this.#reading ? 'true' : 'false'}>
        ${this.#meetings.length
          ? meetingList({
              t,
              labels,
              zone,
              now: Date.now(),
              meetings: this.#meetings,
              open: this.#open,
              toggle: (meeting) => this.#toggle(meeting),
              details: (meeting) => this.#details(meeting, labels),
            })
          : this.#refusal || this.#reading
            ? nothing
            : this.#none()}
      </div>
      ${this.#more
        ? html`<p class="further"><button type="button" id="more" aria-disabled=${this.#reading ? 'true' : nothing} @click=${() => void this.#further()}>${t('meetings_more')}</button></p>`
        : nothing}
      <p class="hidden" role="status">${this.#said}</p>`;
  }

  #none(): TemplateResult {
    const { t } = this;
    return html`<div class="card empty">
      ${icons.calendar}
      <h3>${this.#day ? t('meetings_none_day') : t(`meetings_none_${this.#shelf}`)}</h3>
      ${this.#shelf === 'upcoming' && !this.#day ? html`<p class="muted">${t('meetings_none_upcoming_help')}</p>` : nothing}
    </div>`;
  }

  #range(who: Owner): { from: string; until: string } | undefined {
    if (!this.#day) return undefined;
    const from = startOfDay(this.#day, who.timezone);
    return { from: iso(from), until: iso(startOfDay(addDays(this.#day, 1), who.timezone)) };
  }

  #show(shelf: Shelf, day?: Day): void {
    this.#shelf = shelf;
    this.#day = day;
    this.#leave();
    this.#open = undefined;
    this.#outcome = undefined;
    this.#said = '';
    void this.#reread();
  }

  async #reread(): Promise<void> {
    const reread = ++this.#rereads;
    this.#reading = true;
    this.#meetings = [];
    this.#more = false;
    this.requestUpdate();
    await this.refresh();
    if (reread !== this.#rereads) return; // another list is on its way
    this.#reading = false;
    this.requestUpdate();
  }

  async #further(): Promise<void> {
    const last = this.#meetings.at(-1);
    if (this.#reading || !last) return;
    const shelf = this.#shelf;
    this.#reading = true;
    this.requestUpdate();
    try {
      const page = await meetingsPage(this.server, this.who!, shelf, { after: last, on: this.#range(this.who!) });
      if (shelf !== this.#shelf || last !== this.#meetings.at(-1)) return;
      this.#meetings = [...this.#meetings, ...page.rows];
      this.#more = page.more;
      this.#said = this.t('meetings_more_said', { count: page.rows.length });
      if (page.rows[0]) this.#focus = `open-${page.rows[0].id}`;
    } catch (error) {
      this.#refusal = this.noted(error);
    } finally {
      this.#reading = false;
      this.requestUpdate();
    }
  }

  // ---- one meeting --------------------------------------------------------------------------

  #details(meeting: MeetingRow, labels: Labels): TemplateResult {
    const { t } = this;
    return meetingDetails({
      t,
      labels,
      zone: this.who!.timezone,
      now: Date.now(),
      meeting,
      busy: this.#busy,
      notice: this.#notice(labels),
      act: this.#acting(meeting, labels),
      move: () => this.#begin(meeting, 'move'),
      cancel: () => this.#begin(meeting, 'cancel'),
      mark: (status) => void this.#do(meeting, { status }),
    });
  }

  #notice(labels: Labels): unknown {
    const { t } = this;
    const outcome = this.#outcome;
    if (!outcome) return nothing;
    if ('text' in outcome) return html`<p class="notice ${outcome.good ? 'success' : 'error'}" role=${outcome.good ? 'status' : 'alert'}>${outcome.text}</p>`;
    const { refusal, start } = outcome;
    if (refusal.kind !== 'conflict' || start === undefined) return refusalNotice(t, refusal, { text: sentence(t, refusal) });
    const day = dayOf(start, this.who!.timezone);
    return html`<div class="notice error row" role="alert" part="alert">
      <p>${t('move_overlaps')}</p>
      <button type="button" class="small" aria-label=${`${t('move_show_day')}: ${labels.day(day)}`} @click=${() => this.#showDay(day)}>${t('move_show_day')}</button>
    </div>`;
  }

  #acting(meeting: MeetingRow, labels: Labels): unknown {
    const { t } = this;
    const act = this.#act;
    if (!act) return undefined;
    const leave = () => {
      this.#leave();
      this.#focusOn(`open-${meeting.id}`);
    };
    if (act.is === 'move') {
      return act.move.render(t, labels, this.language(), { busy: this.#busy, leave, confirm: () => void this.#move(meeting, act.move) });
    }
    const long = [...act.reason].length > LONGEST_REASON;
    return html`<form
      class="stack cancel-form"
      aria-labelledby="cancel-title"
      @submit=${(event: Event) => {
        event.preventDefault();
        if (!this.#busy && !long) void this.#do(meeting, { status: 'cancelled', cancel_reason: act.reason.trim() || null });
      }}
    >
      <h4 id="cancel-title" tabindex="-1">${t('cancel_title')}</h4>
      <p>${t('cancel_told')}</p>
      ${longField({
        name: 'cancel-reason',
        label: t('cancel_reason'),
        help: t('cancel_reason_help'),
        error: long ? t('cancel_reason_long') : undefined,
        rows: 3,
        value: act.reason,
        change: (reason) => {
          this.#act = { is: 'cancel', reason };
          this.requestUpdate();
        },
      })}
      <div class="row acts">
        <button type="submit" class="danger" aria-disabled=${this.#busy ? 'true' : nothing}>${t('cancel_yes')}</button>
        <button type="button" @click=${leave}>${t('cancel_no')}</button>
      </div>
    </form>`;
  }

  #toggle(meeting: MeetingRow): void {
    this.#leave();
    this.#outcome = undefined;
    this.#open = this.#open === meeting.id ? undefined : meeting.id;
    this.requestUpdate();
  }

  #begin(meeting: MeetingRow, is: Act['is']): void {
    this.#leave();
    this.#outcome = undefined;
    this.#act = is === 'cancel' ? { is, reason: '' } : { is, move: new MeetingMove(this, this.server, this.who!, meeting) };
    this.#focusOn(`${is}-title`);
  }

  #leave(): void {
    if (this.#act?.is === 'move') this.#act.move.stop();
    this.#act = undefined;
    this.requestUpdate();
  }

  #showDay(day: Day): void {
    this.#show('upcoming', day);
    this.#focusOn('heading');
  }

  async #move(meeting: MeetingRow, move: MeetingMove): Promise<void> {
    const start = move.chosen();
    if (start !== undefined) await this.#do(meeting, movedTo(meeting, start));
  }

  /** One change of a meeting, once at a time. Where another one is open when the answer comes, that one is left alone. */
  async #do(meeting: MeetingRow, change: Change): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#outcome = undefined;
    this.requestUpdate();
    try {
      const row = await changeMeeting(this.server, this.who!, meeting, change);
      if (row) this.#done(row, change);
      else await this.#metNone(meeting);
    } catch (error) {
      const refusal = this.noted(error);
      if (this.#open !== meeting.id) {
        if (refusal.kind !== 'signed_out') this.#refusal = refusal;
      } else {
        if (refusal.kind !== 'signed_out') this.#outcome = { refusal, ...('starts_at' in change ? { start: instant(change.starts_at) } : {}) };
        if (refusal.kind === 'conflict' && this.#act?.is === 'move') this.#act.move.taken();
      }
    }
    this.#busy = false;
    this.requestUpdate();
  }

  #done(row: MeetingRow, change: Change): void {
    const { t } = this;
    this.#put(row);
    this.saved('meetings');
    const labels = new Labels(this.language(), this.who!.timezone);
    const text =
      'starts_at' in change
        ? t('move_done', { when: labels.dateTime(instant(row.starts_at)) })
        : change.status === 'cancelled'
          ? t('cancel_done')
          : t('mark_done', { status: isKnown(row.status) ? t(`meeting_status_${row.status}`) : row.status });
    if (this.#open !== row.id) {
      this.#said = text;
      return;
    }
    const wasActing = this.#act !== undefined;
    this.#leave();
    this.#outcome = { text, good: true };
    // What marks a meeting is still there to be pressed again.
    if (wasActing) this.#focusOn(`open-${row.id}`);
  }

  /** Changed meanwhile, or gone: it is shown as it is now. */
  async #metNone(meeting: MeetingRow): Promise<void> {
    const row = await readMeeting(this.server, this.who!, meeting.id);
    if (row) this.#put(row);
    else this.#meetings = this.#meetings.filter(({ id }) => id !== meeting.id);
    const text = this.t(row ? 'meeting_changed' : 'meeting_gone');
    this.tell('stale', { what: 'meetings' });
    if (this.#open !== meeting.id) {
      this.#said = text;
      return;
    }
    this.#leave();
    if (row) this.#outcome = { text, good: false };
    else this.#said = text;
    this.#focusOn(row ? `open-${meeting.id}` : 'heading');
  }

  /** In its place in the list, though another shelf may be its own by now: what was pressed does not vanish. */
  #put(row: MeetingRow): void {
    const way = this.#shelf === 'upcoming' ? 1 : -1;
    this.#meetings = this.#meetings
      .map((one) => (one.id === row.id ? row : one))
      .sort((a, b) => way * (instant(a.starts_at) - instant(b.starts_at)) || way * (a.id < b.id ? -1 : 1));
  }

  #focusOn(id: string): void {
    this.#focus = id;
    this.requestUpdate();
  }
}

customElements.define('scheduling-meetings', SchedulingMeetings);
