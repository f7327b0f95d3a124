// Choosing another time: a month and its times, then the old and the new one side by side. Only shows.

import { html, nothing, type TemplateResult } from 'lit';
import type { Booking } from '../api/types';
import { icon } from '../parts/icons';
import { MONTH_PARTS, type Mark } from '../parts/month';
import { notice } from '../parts/notice';
import { TIME_LIST_PARTS } from '../parts/time-list';
import { clocksChange, dayOf, monthOf, type Day, type Instant, type Month } from '../time/days';
import type { Choice } from './choice';
import type { Phase } from './state';
import { heading, when, type View } from './view';

/** What can be done while a time is chosen. */
export interface Picking {
  turn(month: Month): void;
  /** The month may soon be wanted. */
  expect(month: Month): void;
  see(day: Day): void;
  zone(zone: string): void;
  pick(at: Instant): void;
  again(): void;
  confirm(): void;
  other(): void;
}

export function moving(view: View, booking: Booking, phase: Extract<Phase, { name: 'moving' }>, look: Choice, act: Picking): TemplateResult {
  return phase.chosen === undefined ? choosing(view, booking, look, act) : confirming(view, booking, phase.chosen, !!phase.sending, act);
}

function choosing(view: View, booking: Booking, look: Choice, pick: Picking): TemplateResult {
  const { t, labels, level, said, act } = view;
  const starts = Date.parse(booking.starts_at);
  const { days, near } = look;
  const marks = new Map<Day, Mark>([...days.keys()].map((day) => [day, 'free']));
  return html`<section class="card stack">
    <div class="title">
      ${heading(level, t('move_heading'))}
      <button type="button" part="button" class="plain" @click=${act.leave}>${t('back')}</button>
    </div>
    <p class="until-now">${t('time_now')}: <bdi>${labels.dateTime(starts)}</bdi></p>
    ${said ? notice({ ...said, more: near.length ? neighbours(view, near, pick) : said.more }) : nothing}
    <div class="choose">
      <div class="stack" part="calendar">
        <scheduling-month
          exportparts=${MONTH_PARTS}
          .locale=${labels.locale}
          .month=${look.month}
          .picked=${look.day}
          .today=${look.today}
          .min=${look.today}
          .max=${look.last}
          .marks=${marks}
          .isOff=${(day: Day) => !days.has(day)}
          .count=${(day: Day) => (look.asked === 'known' ? (days.get(day)?.length ?? 0) : undefined)}
          .busy=${look.asked === 'asked'}
          @scheduling-month-turn=${(event: CustomEvent<{ month: Month }>) => pick.turn(event.detail.month)}
          @scheduling-month-near=${(event: CustomEvent<{ month: Month }>) => pick.expect(event.detail.month)}
          @scheduling-month-day=${(event: CustomEvent<{ day: Day }>) => pick.see(event.detail.day)}
        ></scheduling-month>
        <scheduling-zone-picker
          part="zone"
          .value=${labels.zone}
          .locale=${labels.locale}
          @scheduling-zone=${(event: CustomEvent<{ zone: string }>) => pick.zone(event.detail.zone)}
        ></scheduling-zone-picker>
      </div>
      <div class="stack times" part="times" aria-busy=${look.asked === 'asked'}>${times(view, look, days, pick)}</div>
    </div>
  </section>`;
}

function times({ t, labels, level }: View, look: Choice, days: Map<Day, Instant[]>, act: Picking): unknown {
  const { day, asked, month, next } = look;
  const of = day && days.get(day);
  if (day && of && monthOf(day) === month) {
    return html`<h3 class="day" part="times-heading" tabindex="-1" aria-level=${level + 1}>${labels.day(day)}</h3>
      <p class="muted">${t('times_in', { zone: labels.zoneName(of[0]!) })}</p>
      ${clocksChange(day, labels.zone) ? html`<p>${t('clocks_change')}</p>` : nothing}
      <scheduling-time-list
        exportparts=${TIME_LIST_PARTS}
        .starts=${of}
        .zone=${labels.zone}
        .locale=${labels.locale}
        .cycle=${labels.cycle}
        .label=${labels.day(day)}
        @scheduling-time-pick=${(event: CustomEvent<{ at: Instant }>) => act.pick(event.detail.at)}
      ></scheduling-time-list>`;
  }
  if (asked === undefined || asked === 'asked') {
    return html`<p class="muted">${t('loading')}</p>
      <div class="skeleton" aria-hidden="true">${[0, 1, 2, 3, 4, 5].map(() => html`<span></span>`)}</div>`;
  }
  if (asked !== 'known') {
    return notice({
      text: t(asked.kind === 'calendar' ? 'calendar_unknown' : asked.kind === 'offline' ? 'waits_for_network' : 'times_failed'),
      kind: 'error',
      spoken: 'alert',
      more: html`<button type="button" part="button" @click=${act.again}>${t('retry')}</button>`,
      code: asked.code,
    });
  }
  if ([...days.keys()].some((free) => monthOf(free) === month)) return html`<p class="muted">${t('move_pick_day')}</p>`;
  if (next === 'none' && look.last && !look.starts.length) return html`<p>${t('none_until', { day: labels.day(look.last) })}</p>`;
  return html`<p>${t('month_none', { month: labels.month(month) })}</p>
    ${next === undefined || next === 'none'
      ? nothing
      : html`<button type="button" part="button" @click=${() => act.see(dayOf(next, labels.zone))}>
          ${t('go_to', { day: labels.day(dayOf(next, labels.zone)) })}
        </button>`}`;
}

/** The nearest times before and after the one that is gone. */
function neighbours({ labels }: View, near: readonly Instant[], act: Picking): TemplateResult {
  return html`<div class="row">
    ${near.map(
      (at) => html`<button type="button" part="button time" @click=${() => act.pick(at)}><bdi>${labels.dateTime(at)}</bdi></button>`,
    )}
  </div>`;
}

function confirming(view: View, booking: Booking, chosen: Instant, sending: boolean, act: Picking): TemplateResult {
  const { t, level, said, offline } = view;
  const rests = sending || offline;
  return html`<section class="card stack">
    ${heading(level, t('move_question'))}
    <div class="both">
      <div class="time old"><p class="muted">${t('time_now')}</p>${when(view, booking, Date.parse(booking.starts_at))}</div>
      <div class="arrow">${icon('back')}</div>
      <div class="time new"><p class="muted">${t('time_new')}</p>${when(view, booking, chosen)}</div>
    </div>
    ${said ? notice(said) : nothing} ${offline ? html`<p class="muted">${t('waits_for_network')}</p>` : nothing}
    <div class="row actions">
      <button type="button" part="button button-primary" class="primary" aria-disabled=${rests ? 'true' : nothing} @click=${act.confirm}>
        ${t(sending ? 'moving' : 'move_confirm')}
      </button>
      <button type="button" part="button" aria-disabled=${sending ? 'true' : nothing} @click=${act.other}>${t('move_other')}</button>
    </div>
  </section>`;
}
