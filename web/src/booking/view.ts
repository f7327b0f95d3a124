// How the booking page is drawn: what is booked, a month, the times of a day, and the form in their place. Only
// templates; what a press does is the element's.

import { html, nothing, type TemplateResult } from 'lit';
import type { BookingLink } from '../api/types';
import { Refusal } from '../api/errors';
import { icon } from '../parts/icons';
import { MONTH_PARTS } from '../parts/month';
import { notice } from '../parts/notice';
import { link as away, prose, webAddress } from '../parts/prose';
import { TIME_LIST_PARTS } from '../parts/time-list';
import type { GuestText } from '../text/guest';
import { clocksChange, dayOf, daysOf, instant, monthOf, type Day, type Instant, type Month } from '../time/days';
import type { HourCycle, Labels } from '../time/labels';
import { ownerClock, zoneOf } from './clock';
import { nearest } from './free';
import { days, lastMonth, leads, lengthOf, lengths, type Model } from './state';

export interface View {
  readonly t: GuestText;
  readonly labels: Labels;
  readonly locale: string;
  readonly model: Model;
  readonly link: BookingLink;
  readonly now: Instant;
  /** The level of the page's heading. */
  readonly level: number;
  readonly zoneFault: string | undefined;
  readonly act: Acts;
}

export interface Acts {
  day(day: Day): void;
  turn(month: Month): void;
  near(month: Month): void;
  pick(start: Instant): void;
  length(minutes: number): void;
  zone(zone: string): void;
  cycle(cycle: HourCycle): void;
  retry(): void;
  back(): void;
}

export function about(view: View): TemplateResult {
  const { t, labels, link, level, model, act } = view;
  const minutes = lengthOf(model) ?? link.duration_minutes;
  const all = lengths(link);
  const service = link.conferencing === 'none' ? undefined : t(link.conferencing);
  const address = webAddress(link.location);
  const choosing = model.step.at === 'times' && all.length > 1;
  return html`<header class="about stack" part="about">
    <div>
      <p class="owner" part="owner"><bdi>${link.owner_name}</bdi></p>
      <h2 class="title" part="title" tabindex="-1" aria-level=${level}><bdi>${link.title}</bdi></h2>
    </div>
    <ul class="facts">
      <li class="fact" part="length">
        ${icon('clock')}
        ${choosing
          ? html`<div class="lengths" role="group" aria-label=${t('length')}>
              ${all.map(
                (one) => html`<button
                  type="button"
                  class="chip"
                  part="button"
                  aria-pressed=${one === minutes}
                  @click=${() => act.length(one)}
                >
                  ${labels.length(one)}
                </button>`,
              )}
            </div>`
          : html`<span>${labels.length(minutes)}</span>`}
      </li>
      ${service ? html`<li class="fact">${icon('video')}<span>${t('online', { service })}</span></li>` : nothing}
      ${link.location
        ? html`<li class="fact">
            ${icon('place')}
            <span>${address ? away(address, link.location) : html`<bdi>${link.location}</bdi>`}</span>
          </li>`
        : nothing}
    </ul>
    ${link.description ? html`<p class="description" part="description"><bdi>${prose(link.description)}</bdi></p>` : nothing}
  </header>`;
}

export function calendar(view: View): TemplateResult {
  const { t, locale, model, now, act } = view;
  const free = days(model);
  const today = dayOf(now, model.zone);
  const first = [...free.keys()][0];
  const asked = model.free.months.get(model.month);
  return html`<section class="calendar" part="calendar" aria-label=${t('choose_day')}>
    <scheduling-month
      exportparts=${MONTH_PARTS}
      .month=${model.month}
      .picked=${model.day}
      .today=${today}
      .min=${first !== undefined && first < today ? first : today}
      .max=${daysOf(lastMonth(model)).at(-1)}
      .locale=${locale}
      .marks=${marksOf(free)}
      .isOff=${(day: Day) => !free.has(day)}
      .count=${(day: Day) => (free.has(day) || asked === 'known' ? (free.get(day)?.length ?? 0) : undefined)}
      ?busy=${asked === 'asked' || asked === undefined}
      @scheduling-month-day=${(event: CustomEvent<{ day: Day }>) => act.day(event.detail.day)}
      @scheduling-month-turn=${(event: CustomEvent<{ month: Month }>) => act.turn(event.detail.month)}
      @scheduling-month-near=${(event: CustomEvent<{ month: Month }>) => act.near(event.detail.month)}
    ></scheduling-month>
    ${monthNotice(view, free)}
  </section>`;
}

/** Beneath the month, or beneath the times where there is one column. */
export function zone({ t, labels, locale, model, now, act, zoneFault }: View): TemplateResult {
  return html`<div class="zone" part="zone">
      <scheduling-zone-picker
        .value=${model.zone}
        .locale=${locale}
        .now=${now}
        .error=${zoneFault}
        @scheduling-zone=${(event: CustomEvent<{ zone: string }>) => act.zone(event.detail.zone)}
      ></scheduling-zone-picker>
      <div class="switch" part="hours-switch" role="group" aria-label=${t('hours_as')}>
        ${(['h12', 'h23'] as const).map(
          (cycle) => html`<button
            type="button"
            class="chip"
            aria-pressed=${labels.cycle === cycle}
            @click=${() => act.cycle(cycle)}
          >
            ${t(cycle === 'h12' ? 'hours_12' : 'hours_24')}
          </button>`,
        )}
      </div>
    </div>`;
}

export function times(view: View): TemplateResult {
  const { t, labels, locale, model, level } = view;
  const { day } = model;
  const starts = day === undefined ? [] : (days(model).get(day) ?? []);
  const loading = day === undefined && model.arrival === 'waiting' && !failure(model);
  return html`<section class="times" part="times" aria-labelledby="times" aria-busy=${loading}>
    ${lost(view)}
    ${day === undefined
      ? html`<h3 id="times" class="heading" tabindex="-1" aria-level=${level + 1}>${t(loading ? 'loading' : 'times')}</h3>
          ${loading ? skeleton() : nothing}`
      : html`<h3 id="times" class="heading" part="times-heading" tabindex="-1" aria-level=${level + 1}>${labels.day(day)}</h3>
          <p class="muted small">
            ${starts.length ? html`${zoneOf(labels, starts[0]!)}` : t('times_none', { day: labels.day(day) })}
          </p>
          ${clocksChange(day, model.zone) ? html`<p class="small clocks">${t('clocks_change')}</p>` : nothing}
          <div class="scroller">
            <scheduling-time-list
              exportparts=${TIME_LIST_PARTS}
              .starts=${starts}
              .zone=${model.zone}
              .locale=${locale}
              .cycle=${labels.cycle}
              .label=${labels.day(day)}
              @scheduling-time-pick=${(event: CustomEvent<{ at: Instant }>) => view.act.pick(event.detail.at)}
            ></scheduling-time-list>
          </div>`}
  </section>`;
}

/** The time that was picked, above the form. */
export function summary(view: View, start: Instant, resting: boolean): TemplateResult {
  const { t, labels, link, model, act } = view;
  const until = start + (lengthOf(model) ?? link.duration_minutes) * 60_000;
  const theirs = ownerClock(start, until, link.timezone, labels);
  return html`<div class="summary" part="summary">
    ${icon('calendar')}
    <div class="said">
      <strong>${labels.day(dayOf(start, model.zone))}</strong>
      <span>${labels.range(start, until)}</span>
      <span class="muted">${zoneOf(labels, start)}</span>
      ${theirs ? html`<span class="muted">${t('owner_clock', { range: theirs, owner: link.owner_name })}</span>` : nothing}
    </div>
    <button type="button" class="plain" part="button" ?disabled=${resting} @click=${() => act.back()}>${t('change_time')}</button>
  </div>`;
}

/** What can be said of the month as a whole: nothing free, not known, or that the first free day is in it. */
function monthNotice(view: View, free: ReadonlyMap<Day, readonly Instant[]>): TemplateResult | typeof nothing {
  const { t, labels, link, model, act } = view;
  const refusal = failure(model);
  if (refusal) {
    const text = refusal.kind === 'calendar' ? t('calendar_unknown') : refusal.kind === 'offline' ? t('offline') : t('times_failed');
    const retry = html`<button type="button" part="button" @click=${() => act.retry()}>${t('retry')}</button>`;
    return notice({ text, kind: 'error', spoken: 'alert', more: retry, code: refusal.code });
  }
  if (model.arrival === 'nothing') {
    const day = labels.day(dayOf(instant(link.bookable_until) - 1, model.zone));
    const retry = html`<button type="button" part="button" @click=${() => act.retry()}>${t('retry')}</button>`;
    return html`<div class="notice">
      <p id="none">${t('none_until', { day })}</p>
      <p class="muted">${t('none_help', { owner: link.owner_name })}</p>
      ${retry}
    </div>`;
  }
  if (model.later && model.day) return html`<p class="notice">${t('month_later', { day: labels.day(model.day) })}</p>`;
  const empty = ![...free.keys()].some((day) => monthOf(day) === model.month);
  if (!empty || model.free.months.get(model.month) !== 'known' || model.arrival !== 'arrived') return nothing;
  const target = leads(model);
  return html`<div class="notice">
    <p>${t('month_none', { month: labels.month(model.month) })}</p>
    ${target
      ? html`<button type="button" part="button" @click=${() => act.day(target)}>${t('go_to', { day: labels.shortDay(target) })}</button>`
      : nothing}
  </div>`;
}

/** Why the month in view, or what comes after it, is not known. */
function failure(model: Model): Refusal | undefined {
  const month = model.free.months.get(model.month);
  if (month instanceof Refusal) return month;
  return model.ahead?.start instanceof Refusal ? model.ahead.start : undefined;
}

function lost(view: View): TemplateResult | typeof nothing {
  const { t, labels, model, act } = view;
  if (model.step.at !== 'times' || !model.step.lost) return nothing;
  const { start, why } = model.step.lost;
  const key = why === 'day_full' ? 'day_full' : why === 'past' || why === 'notice' ? 'too_late' : why === 'taken' ? 'taken' : 'not_offered';
  const others = nearest(model.free, start);
  const more = html`<p>${t('kept')}</p>
    ${others.length
      ? html`<p>${t('nearest')}</p>
          <div class="row">
            ${others.map(
              (at) => html`<button type="button" part="button" @click=${() => act.pick(at)}>${labels.shortDay(dayOf(at, model.zone))}, ${labels.time(at)}</button>`,
            )}
          </div>`
      : nothing}`;
  return notice({ text: t(key, { time: labels.dateTime(start) }), kind: 'error', spoken: 'alert', more });
}

/** Still, and only after a moment: what comes quickly does not flicker. */
export function skeleton(): TemplateResult {
  return html`<div class="skeleton" aria-hidden="true">${[1, 2, 3, 4, 5, 6].map(() => html`<span></span>`)}</div>`;
}

/** The calendar draws anew with another map: the same days are the same map. */
let marks = new Map<Day, 'free'>();
function marksOf(free: ReadonlyMap<Day, unknown>): Map<Day, 'free'> {
  const same = marks.size === free.size && [...free.keys()].every((day) => marks.has(day));
  if (!same) marks = new Map([...free.keys()].map((day) => [day, 'free']));
  return marks;
}
