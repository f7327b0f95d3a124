// `<scheduling-days>`: particular days of an owner on a calendar, for the element of the hours. Days are picked, one
// or several, and closed, given other hours, left as usual or taken off. Each is written at once; nothing is
// written over that somebody else has changed since it was shown.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { SchedulingMonth } from '../parts/month';
import '../parts/month';
import type { Api } from '../api/client';
import { Refusal } from '../api/errors';
import type { Owner } from '../api/types';
import { ownerText, type OwnerKey, type OwnerText } from '../text/owner';
import { controls } from '../theme/controls.css';
import { type Day, daysOf, dayOf, instant, type Month, monthOf, weekday } from '../time/days';
import { Labels } from '../time/labels';
import { Ask, askStyles } from './ask';
import {
  type DayRow,
  type DaysForm,
  type Entry,
  entriesOf,
  formOfDays,
  formOfOff,
  type FormTrouble,
  type Mark,
  markOf,
  meets,
  type OffRow,
  type Plan,
  spanOf,
  troubleOf,
} from './days';
import { daysStyles } from './days.css';
import { readDays, removeRow, writeDays, writeOff } from './days-writes';
import { DAYS, isTime, type Week, weekOf, type Window, withAnother } from './hours';
import { icons } from './icons';
import { LeaveGuard } from './leave';
import { refusalNotice, refusalOf } from './refusals';
import { windowRows, windowStyles } from './windows';

const TROUBLES: Record<FormTrouble, OwnerKey> = {
  no_day: 'days_no_day',
  day_order: 'days_day_order',
  too_many_days: 'days_too_many',
  no_time: 'hours_no_time',
  time_order: 'days_time_order',
  windows: 'days_windows',
};

const PLANS: [Plan, OwnerKey][] = [
  ['usual', 'days_usual'],
  ['closed', 'days_closed'],
  ['hours', 'days_hours'],
  ['off', 'days_off'],
];

export class SchedulingDays extends LitElement {
  static override properties = {
    server: { attribute: false },
    who: { attribute: false },
    zone: {},
    locale: {},
    week: { attribute: false },
    month: { state: true },
    form: { state: true },
    refusal: { state: true },
    busy: { state: true },
    said: { state: true },
  };

  static override styles = [controls, ...windowStyles, askStyles, daysStyles];

  declare server: Api;
  declare who: Owner;
  /** The owner's, as it is saved: what all days and times here are of. */
  declare zone: string;
  declare locale: string;
  /** The weekly hours as they are saved. */
  declare week: Week;
  /** Takes note of a refusal, a lost session for one. */
  declare noted: (error: unknown) => Refusal;
  /** Hears that something was written. */
  declare saved: () => void;

  private declare month: Month;
  private declare form: DaysForm | undefined;
  private declare refusal: Refusal | undefined;
  private declare busy: boolean;
  private declare said: string;

  #days: DayRow[] = [];
  #off: OffRow[] = [];
  /** The time off that the form is of. */
  #editing: OffRow | undefined;
  #touched = false;
  #tried = false;
  #marked = new Map<Day, Mark>();
  #markedText = '';
  #run = 0;
  #key = '';
  readonly #leave = new LeaveGuard();
  readonly #asks = new Ask(this);

  constructor() {
    super();
    this.week = weekOf({});
    this.busy = false;
    this.said = '';
    this.month = monthOf(dayOf(Date.now(), 'UTC'));
  }

  /** Whether something was typed that is not written yet. */
  get unsaved(): boolean {
    return this.form !== undefined && this.#touched;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave.set(false);
  }

  /** Reads the shown month again. */
  async refresh(): Promise<void> {
    const run = ++this.#run;
    this.busy = true;
    try {
      const { days, off } = await readDays(this.server, this.who, this.month, this.zone);
      if (run !== this.#run) return;
      this.#days = days;
      this.#off = off;
      this.refusal = undefined;
    } catch (error) {
      if (run === this.#run) this.refusal = this.noted(error);
    }
    if (run === this.#run) this.busy = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!this.who || !this.server) return;
    const key = `${this.who.owner} ${this.zone}`;
    if (key !== this.#key) {
      this.#key = key;
      this.#days = [];
      this.#off = [];
      this.#close();
      this.month = monthOf(this.#today);
      void this.refresh();
    } else if (changed.has('month')) void this.refresh();
  }

  protected override updated(): void {
    this.#leave.set(this.isConnected && this.unsaved);
  }

  get #today(): Day {
    return dayOf(Date.now(), this.zone);
  }

  protected override render(): TemplateResult {
    if (!this.who || !this.server) return html``;
    const t = ownerText(this.locale);
    const labels = new Labels(this.locale, this.zone);
    return html`<div class="days">
        <div class="calendar">
          <scheduling-month
            .month=${this.month}
            .picked=${this.form?.first}
            .today=${this.#today}
            .min=${`${monthOf(this.#today)}-01`}
            .locale=${this.locale}
            .marks=${this.#marks()}
            .note=${this.#noteOf}
            .busy=${this.busy}
            exportparts="month-heading, day, day-picked, day-today"
            @scheduling-month-day=${this.#picked}
            @scheduling-month-turn=${this.#turned}
          ></scheduling-month>
          <ul class="legend" aria-hidden="true">
            <li class="closed">${t('days_closed')}</li>
            <li class="hours">${t('days_hours')}</li>
            <li class="off">${t('days_off')}</li>
          </ul>
        </div>
        <div class="beside stack">
          ${this.form ? this.#formView(t, labels, this.form) : html`<p class="muted">${t('days_pick')}</p>`}
          ${this.refusal ? this.#refused(t, this.refusal) : nothing} ${this.#list(t, labels)}
        </div>
      </div>
      <p class="hidden" role="status">${this.said}</p>
      ${this.#asks.dialog()}`;
  }

  // ---- the form -----------------------------------------------------------------------------

  #formView(t: OwnerText, labels: Labels, form: DaysForm): TemplateResult {
    const trouble = this.#tried ? troubleOf(form, this.zone) : undefined;
    const off = form.plan === 'off';
    const heading = form.first === form.last || !form.last ? labels.day(form.first) : t('days_range', { first: labels.day(form.first), last: labels.day(form.last) });
    return html`<form class="card stack" novalidate @submit=${(event: Event) => void this.#apply(event)} @keydown=${this.#keys}>
      <h3 tabindex="-1" id="days-form">${heading}</h3>
      <div class="pair">
        ${this.#day(t, 'first', form.first, trouble)} ${this.#day(t, 'last', form.last, trouble)}
      </div>
      ${this.#editing
        ? nothing
        : html`<fieldset class="plans">
            <legend class="hidden">${t('days_what')}</legend>
            ${PLANS.map(
              ([plan, key]) => html`<label class="plan">
                <input type="radio" name="plan" value=${plan} .checked=${form.plan === plan} @change=${() => this.#edit({ plan })} />
                <span>${t(key)}</span>
              </label>`,
            )}
          </fieldset>`}
      ${form.plan === 'usual' ? html`<p class="muted">${this.#usual(t, labels, form)}</p>` : nothing}
      ${form.plan === 'hours' ? this.#hours(t, labels, form) : nothing} ${off ? this.#offFields(t, labels, form, trouble) : nothing}
      ${form.plan === 'usual'
        ? nothing
        : html`<div class="field">
            <label for="days-reason">${t('days_reason')}</label>
            <input
              id="days-reason"
              part="input"
              maxlength="1000"
              autocomplete="off"
              dir="auto"
              aria-describedby="days-reason-help"
              .value=${form.reason}
              @input=${(event: Event) => this.#edit({ reason: (event.target as HTMLInputElement).value })}
            />
            <p class="help" id="days-reason-help">${t('days_reason_help')}</p>
          </div>`}
      ${trouble ? html`<p class="error" id="days-error" role="alert">${t(TROUBLES[trouble])}</p>` : nothing}
      <div class="row end">
        <button type="button" part="button" @click=${() => void this.#cancel()}>${t('cancel')}</button>
        <button type="submit" class="primary" part="button button-primary" aria-disabled=${this.busy ? 'true' : 'false'}>
          ${this.busy ? t('saving') : t('save')}
        </button>
      </div>
    </form>`;
  }

  #day(t: OwnerText, which: 'first' | 'last', value: Day, trouble: FormTrouble | undefined): TemplateResult {
    const wrong = trouble === 'no_day' ? !value : trouble === 'too_many_days' || trouble === 'day_order' ? which === 'last' : false;
    return html`<div class="field">
      <label for="days-${which}">${t(which === 'first' ? 'days_first' : 'days_last')}</label>
      <input
        id="days-${which}"
        type="date"
        part="input"
        required
        min=${which === 'last' && this.form?.first ? this.form.first : nothing}
        aria-invalid=${wrong ? 'true' : nothing}
        aria-describedby=${wrong ? 'days-error' : nothing}
        .value=${value}
        @change=${(event: Event) => {
          const day = (event.target as HTMLInputElement).value;
          this.#edit(which === 'first' ? { first: day, last: !this.form || this.form.last < day ? day : this.form.last } : { last: day });
        }}
      />
    </div>`;
  }

  #hours(t: OwnerText, labels: Labels, form: DaysForm): TemplateResult {
    const day = form.first ? labels.shortDay(form.first) : '';
    return html`<div class="stack tight">
      ${windowRows(t, {
        name: 'days',
        day,
        locale: this.locale,
        windows: form.windows,
        change: (windows) => this.#edit({ windows }),
        remove: (at) => this.#edit({ windows: form.windows.filter((_, n) => n !== at) }),
      })}
      <div>
        <button
          type="button"
          class="plain"
          part="button"
          @click=${() => this.#edit({ windows: withAnother({ enabled: true, windows: form.windows }).windows })}
        >
          ${icons.add} ${t('days_add_hours')}
        </button>
      </div>
    </div>`;
  }

  #offFields(t: OwnerText, labels: Labels, form: DaysForm, trouble: FormTrouble | undefined): TemplateResult {
    const field = (which: 'start' | 'end') => html`<div class="field">
      <span aria-hidden="true" class="label">${t(which === 'start' ? 'days_from' : 'days_until')}</span>
      <scheduling-time-field
        .name=${`days-${which}`}
        .value=${form[which]}
        .end=${which === 'end'}
        .locale=${this.locale}
        .label=${t(which === 'start' ? 'days_from' : 'days_until')}
        .invalid=${(trouble === 'time_order' && which === 'end') || (trouble === 'no_time' && !isTime(form[which], which === 'end'))}
        .describedby=${trouble === 'time_order' || trouble === 'no_time' ? 'days-error' : undefined}
        @scheduling-time=${(event: CustomEvent<{ value: string }>) => {
          event.stopPropagation();
          this.#edit({ [which]: event.detail.value });
        }}
      ></scheduling-time-field>
    </div>`;
    return html`<label class="check">
        <input type="checkbox" .checked=${form.whole} @change=${(event: Event) => this.#edit({ whole: (event.target as HTMLInputElement).checked })} />
        ${t('days_whole')}
      </label>
      ${form.whole ? nothing : html`<div class="row start">${field('start')} ${field('end')}</div>`}
      <p class="muted">${t('days_zone', { zone: this.#zoneName(labels) })}</p>`;
  }

  #usual(t: OwnerText, labels: Labels, form: DaysForm): string {
    if (form.first !== form.last || !form.first) return t('days_usual_several');
    const hours = this.week[DAYS[weekday(form.first)]!];
    return hours.enabled ? t('days_usual_hours', { hours: this.#told(labels, hours.windows) }) : t('days_usual_closed');
  }

  #zoneName(labels: Labels): string {
    const city = this.zone.split('/').at(-1)!.replaceAll('_', ' ');
    const name = labels.zoneName(Date.now());
    return name === city ? city : `${city} (${name})`;
  }

  #edit(change: Partial<DaysForm>): void {
    if (!this.form) return;
    this.form = { ...this.form, ...change };
    this.#touched = true;
  }

  async #apply(event: Event): Promise<void> {
    event.preventDefault();
    const { form } = this;
    const t = ownerText(this.locale);
    if (!form || this.busy) return;
    this.#tried = true;
    if (troubleOf(form, this.zone)) {
      this.requestUpdate();
      await this.updateComplete;
      await new Promise(requestAnimationFrame);
      this.renderRoot.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
      return;
    }
    const span = spanOf(this.month, this.zone);
    this.busy = true;
    this.refusal = undefined;
    try {
      if (form.plan === 'off') await writeOff(this.server, this.who, form, this.zone, this.#editing);
      else await writeDays(this.server, this.who, form, this.#days, (day) => day >= span.first && day <= span.last);
      this.#close();
      this.said = t('saved');
      this.saved();
      await this.refresh();
      await this.#focusDay();
    } catch (error) {
      const refusal = this.noted(error);
      this.busy = false;
      // What is there now is shown, and what was typed stays beside it.
      if (refusal.kind === 'conflict' || refusal.kind === 'duplicate' || refusal.kind === 'gone') {
        await this.refresh();
        const now = this.#editing && this.#off.find((row) => row.id === this.#editing?.id);
        if (this.#editing && !now) this.#editing = undefined;
        else if (now) this.#editing = now;
      }
      this.refusal = refusal;
    }
  }

  #refused(t: OwnerText, refusal: Refusal): TemplateResult {
    const elsewhere = refusal.word === 'elsewhere' || refusal.kind === 'duplicate';
    return refusalNotice(t, refusal, {
      ...(elsewhere ? { text: t('days_elsewhere') } : {}),
      ...(this.form ? {} : { retry: () => void this.refresh() }),
    });
  }

  // ---- the calendar and the list ------------------------------------------------------------

  readonly #picked = (event: CustomEvent<{ day: Day }>): void => {
    event.stopPropagation();
    void this.#open(event.detail.day);
  };

  readonly #turned = (event: CustomEvent<{ month: Month }>): void => {
    event.stopPropagation();
    this.month = event.detail.month;
  };

  async #open(day: Day): Promise<void> {
    // What was typed for one day moves to the other: nothing is lost by a press.
    if (this.unsaved && this.form) this.#edit({ first: day, last: day });
    else {
      this.#editing = undefined;
      this.#tried = false;
      this.form = formOfDays(day, day, this.#days, this.week[DAYS[weekday(day)]!].windows);
    }
    await this.#focus('#days-form');
  }

  async #edits(off: OffRow): Promise<void> {
    this.#editing = off;
    this.#tried = false;
    this.#touched = false;
    this.form = formOfOff(off, this.zone);
    await this.#focus('#days-form');
  }

  async #cancel(): Promise<void> {
    this.#close();
    this.refusal = undefined;
    await this.#focusDay();
  }

  #close(): void {
    this.form = undefined;
    this.#editing = undefined;
    this.#touched = false;
    this.#tried = false;
  }

  readonly #keys = (event: KeyboardEvent): void => {
    // What was typed is not thrown away by a key.
    if (event.key === 'Escape' && !event.defaultPrevented && !this.unsaved) void this.#cancel();
  };

  /** The same map while what it says is the same: a new one has the calendar drawn anew. */
  #marks(): Map<Day, Mark> {
    const marks = daysOf(this.month).flatMap((day): [Day, Mark][] => {
      const mark = markOf(day, this.#days, this.#off, this.zone);
      return mark ? [[day, mark]] : [];
    });
    const text = marks.join(' ');
    if (text !== this.#markedText) {
      this.#markedText = text;
      this.#marked = new Map(marks);
    }
    return this.#marked;
  }

  readonly #noteOf = (day: Day): string | undefined => {
    const t = ownerText(this.locale);
    const labels = new Labels(this.locale, this.zone);
    const row = this.#days.find((one) => one.day === day);
    const notes = [
      row ? (row.windows.length ? this.#told(labels, row.windows) : t('days_closed')) : '',
      this.#off.some((one) => meets(one, day, this.zone)) ? t('days_off') : '',
    ].filter(Boolean);
    return notes.length ? labels.list(notes) : undefined;
  };

  #told(labels: Labels, windows: readonly Window[]): string {
    return labels.list(windows.map(({ start, end }) => `${labels.clock(start)} – ${labels.clock(end)}`));
  }

  #list(t: OwnerText, labels: Labels): TemplateResult {
    const entries = entriesOf(this.month, this.#days, this.#off, this.zone);
    return html`<section aria-labelledby="days-list" class="stack tight">
      <h3 id="days-list">${t('days_in', { month: labels.month(this.month) })}</h3>
      ${entries.length
        ? html`<ul class="entries">
            ${entries.map((entry) => this.#entry(t, labels, entry))}
          </ul>`
        : html`<p class="muted">${t('days_none')}</p>`}
    </section>`;
  }

  #entry(t: OwnerText, labels: Labels, entry: Entry): TemplateResult {
    const row = entry.day ?? entry.off;
    const when = entry.day ? labels.shortDay(entry.day.day) : this.#span(t, labels, entry.off);
    const what = entry.off ? t('days_off') : entry.day.windows.length ? this.#told(labels, entry.day.windows) : t('days_closed');
    const mark = entry.off ? 'off' : entry.day.windows.length ? 'hours' : 'closed';
    return html`<li class="entry ${mark}">
      <div>
        <p><strong>${when}</strong></p>
        <p class="muted">${what}${row.reason ? html` · <bdi>${row.reason}</bdi>` : nothing}</p>
      </div>
      <div class="row tight">
        <button
          type="button"
          class="icon plain"
          part="button"
          aria-label=${t('days_edit', { when })}
          title=${t('days_edit', { when })}
          @click=${() => void (entry.off ? this.#edits(entry.off) : this.#open(entry.day.day))}
        >
          ${icons.edit}
        </button>
        <button
          type="button"
          class="icon plain"
          part="button"
          aria-label=${t('days_remove', { when })}
          title=${t('days_remove', { when })}
          @click=${() => void this.#remove(entry, when)}
        >
          ${icons.remove}
        </button>
      </div>
    </li>`;
  }

  #span(t: OwnerText, labels: Labels, off: OffRow): string {
    const form = formOfOff(off, this.zone);
    if (!form.whole) {
      const [from, until] = [instant(off.starts_at), instant(off.ends_at)];
      if (form.first === form.last) return t('days_times', { day: labels.shortDay(form.first), times: labels.range(from, until) });
      return t('days_range', {
        first: t('days_times', { day: labels.shortDay(form.first), times: labels.time(from) }),
        last: t('days_times', { day: labels.shortDay(form.last), times: labels.clock(form.end) }),
      });
    }
    if (form.first === form.last) return labels.shortDay(form.first);
    return t('days_range', { first: labels.shortDay(form.first), last: labels.shortDay(form.last) });
  }

  async #remove(entry: Entry, when: string): Promise<void> {
    const t = ownerText(this.locale);
    const yes = await this.#asks.ask({
      title: t('days_remove_title', { when }),
      text: t(entry.off ? 'days_remove_off' : 'days_remove_day'),
      yes: t('days_remove_yes'),
      no: t('cancel'),
      danger: true,
    });
    if (!yes) return;
    try {
      if (entry.off) await removeRow(this.server, 'time_off', entry.off);
      else await removeRow(this.server, 'availability_overrides', entry.day);
      this.said = t('days_removed');
      this.saved();
      await this.refresh();
      await this.#focusDay();
    } catch (error) {
      const refusal = this.noted(refusalOf(error));
      if (refusal.kind === 'conflict') await this.refresh();
      this.refusal = refusal;
    }
  }

  async #focusDay(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<SchedulingMonth>('scheduling-month')?.focus({ target: 'day' });
  }

  async #focus(selector: string): Promise<void> {
    await this.updateComplete;
    // The calendar takes the focus to the picked day when it has drawn, in a frame of its own after ours.
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    await new Promise((done) => setTimeout(done));
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }
}

if (!customElements.get('scheduling-days')) customElements.define('scheduling-days', SchedulingDays);
