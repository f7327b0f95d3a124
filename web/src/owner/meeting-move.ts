// A meeting on its way to another time: the free ones of its link by month and day, or one that is typed. The old
// time stands beside the new one; nothing is sent before "Move it" is pressed.

import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Api } from '../api/client';
import type { Refusal } from '../api/errors';
import type { Owner } from '../api/types';
import '../parts/month';
import '../parts/time-list';
import type { OwnerText } from '../text/owner';
import { byDay, dayOf, instant, monthOf, monthRange, timeOf, wallClock, type Day, type Instant, type Month } from '../time/days';
import type { Labels } from '../time/labels';
import { textField } from './field';
import type { MeetingRow } from './meeting-page';
import { freeStarts } from './meeting-writes';
import { refusalNotice, refusalOf } from './refusals';

export class MeetingMove implements ReactiveController {
  readonly meeting: MeetingRow;
  #host: ReactiveControllerHost;
  #server: Api;
  #owner: Owner;
  #months = new Map<Month, Instant[]>();
  #request: AbortController | undefined;
  #busy = false;
  #refusal: Refusal | undefined;
  #month: Month;
  #day: Day | undefined;
  #picked: Instant | undefined;
  /** What is typed, where it is another time than the free ones. */
  #other: { day: string; time: string } | undefined;
  #wrong: 'move_other_wrong' | 'move_other_past' | undefined;

  constructor(host: ReactiveControllerHost, server: Api, owner: Owner, meeting: MeetingRow) {
    this.#host = host;
    this.#server = server;
    this.#owner = owner;
    this.meeting = meeting;
    this.#month = monthOf(dayOf(instant(meeting.starts_at), owner.timezone));
    host.addController(this);
    void this.#read(this.#month);
  }

  hostDisconnected(): void {
    this.stop();
  }

  stop(): void {
    this.#request?.abort();
    this.#host.removeController(this);
  }

  /** The new start; undefined, and said why, where none is given. */
  chosen(): Instant | undefined {
    this.#wrong = undefined;
    if (!this.#other) return this.#picked;
    const { day, time } = this.#other;
    const given = /^\d{4}-\d{2}-\d{2}$/.test(day) && /^\d{2}:\d{2}$/.test(time);
    const start = given ? wallClock(day, time, this.#owner.timezone) : undefined;
    if (start === undefined) this.#wrong = 'move_other_wrong';
    else if (start <= Date.now()) this.#wrong = 'move_other_past';
    this.#host.requestUpdate();
    return this.#wrong ? undefined : start;
  }

  /** What was free is taken: the month is read anew, what was typed stays. */
  taken(): void {
    this.#months.delete(this.#month);
    this.#picked = undefined;
    void this.#read(this.#month);
  }

  render(t: OwnerText, labels: Labels, locale: string, act: { busy: boolean; confirm: () => void; leave: () => void }): TemplateResult {
    const { meeting } = this;
    const zone = this.#owner.timezone;
    const length = instant(meeting.ends_at) - instant(meeting.starts_at);
    const starts = this.#months.get(this.#month);
    const days = byDay(starts ?? [], zone);
    const today = dayOf(Date.now(), zone);
    const times = this.#day ? (days.get(this.#day) ?? []) : [];
    return html`<section class="move stack" aria-labelledby="move-title">
      <h4 id="move-title" tabindex="-1">${t('move_title')}</h4>
      <dl class="old-new">
        <div><dt>${t('move_from')}</dt><dd>${said(labels, zone, instant(meeting.starts_at), length)}</dd></div>
        <div><dt>${t('move_to')}</dt><dd>${this.#picked === undefined || this.#other ? html`<span class="muted">${t('move_pick')}</span>` : said(labels, zone, this.#picked, length)}</dd></div>
      </dl>
      <p class="muted">${t('meetings_zone', { zone: zone.replaceAll('_', ' ') })}</p>
      ${this.#refusal
        ? refusalNotice(t, this.#refusal, { retry: () => void this.#read(this.#month) })
        : html`<div class="when">
            <scheduling-month
              .month=${this.#month}
              .picked=${this.#day}
              .today=${today}
              .min=${today}
              .locale=${locale}
              .marks=${marked(days)}
              .isOff=${(day: Day) => !days.has(day)}
              .count=${(day: Day) => days.get(day)?.length}
              .busy=${this.#busy}
              @scheduling-month-turn=${(event: CustomEvent<{ month: Month }>) => this.#turn(event.detail.month)}
              @scheduling-month-day=${(event: CustomEvent<{ day: Day }>) => this.#pickDay(event.detail.day)}
            ></scheduling-month>
            <div class="of-day">
              ${this.#day ? html`<h5 class="day-name">${labels.day(this.#day)}</h5>` : nothing}
              ${times.length
                ? html`<scheduling-time-list
                    .starts=${times}
                    .zone=${zone}
                    .locale=${locale}
                    .picked=${this.#picked}
                    @scheduling-time-pick=${(event: CustomEvent<{ at: Instant }>) => this.#pick(event.detail.at)}
                  ></scheduling-time-list>`
                : html`<p class="muted" role="status">${this.#busy ? t('loading') : this.#day ? t('move_none') : days.size ? t('move_pick') : t('move_none_month')}</p>`}
            </div>
          </div>`}
      ${this.#typed(t)}
      <p class="muted">${t('move_told')}</p>
      <div class="row acts">
        <button type="button" class="primary" aria-disabled=${act.busy || (this.#picked === undefined && !this.#other) ? 'true' : nothing} @click=${() => act.busy || act.confirm()}>${t('move_yes')}</button>
        <button type="button" @click=${act.leave}>${t('move_no')}</button>
      </div>
    </section>`;
  }

  #typed(t: OwnerText): TemplateResult {
    const other = this.#other;
    const change = (part: object) => {
      this.#other = { ...other!, ...part };
      this.#wrong = undefined;
      this.#host.requestUpdate();
    };
    return html`<details
      class="other"
      ?open=${other !== undefined}
      @toggle=${(event: Event) => {
        const open = (event.target as HTMLDetailsElement).open;
        if (open === (this.#other !== undefined)) return;
        const start = this.#picked ?? instant(this.meeting.starts_at);
        const zone = this.#owner.timezone;
        this.#other = open ? { day: dayOf(start, zone), time: timeOf(start, zone) } : undefined;
        this.#wrong = undefined;
        this.#host.requestUpdate();
      }}
    >
      <summary>${t('move_other')}</summary>
      ${other
        ? html`<div class="stack tight">
            <p class="notice">${t('move_other_help')}</p>
            <div class="pair">
              ${textField({ name: 'move-date', type: 'date', label: t('move_date'), value: other.day, change: (day) => change({ day }), error: this.#wrong && t(this.#wrong) })}
              ${textField({ name: 'move-time', type: 'time', label: t('move_time'), value: other.time, change: (time) => change({ time }) })}
            </div>
          </div>`
        : nothing}
    </details>`;
  }

  #turn(month: Month): void {
    this.#month = month;
    if (!this.#months.has(month)) void this.#read(month);
    this.#host.requestUpdate();
  }

  #pickDay(day: Day): void {
    this.#day = day;
    this.#host.requestUpdate();
  }

  #pick(at: Instant): void {
    this.#picked = at;
    this.#host.requestUpdate();
  }

  async #read(month: Month): Promise<void> {
    this.#request?.abort();
    const request = (this.#request = new AbortController());
    this.#busy = true;
    this.#refusal = undefined;
    this.#host.requestUpdate();
    try {
      const range = monthRange(month);
      const past = Date.parse(range.from) < Date.now();
      const starts = await freeStarts(this.#server, this.#owner, this.meeting, { until: range.until, ...(past ? {} : { from: range.from }) }, request.signal);
      if (request.signal.aborted) return;
      this.#months.set(month, starts);
    } catch (error) {
      if (request.signal.aborted) return;
      this.#refusal = refusalOf(error);
    }
    this.#busy = false;
    this.#host.requestUpdate();
  }
}

function said(labels: Labels, zone: string, start: Instant, length: number): TemplateResult {
  return html`${labels.day(dayOf(start, zone))}<br />${labels.range(start, start + length)}`;
}

function marked(days: Map<Day, Instant[]>): Map<Day, 'free'> {
  return new Map([...days.keys()].map((day) => [day, 'free'] as const));
}
