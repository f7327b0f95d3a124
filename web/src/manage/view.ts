// What a guest sees of a booking, and what they are asked before it is called off. Only shows: what is pressed goes
// to the element.

import { html, nothing, type TemplateResult } from 'lit';
import type { Booking } from '../api/types';
import { ownerClock, zoneOf } from '../booking/clock';
import { calendarLinks } from '../parts/calendar-links';
import { icon } from '../parts/icons';
import { notice, type Notice } from '../parts/notice';
import { link, prose, webAddress } from '../parts/prose';
import type { GuestText } from '../text/guest';
import { dayOf, instant, type Instant } from '../time/days';
import type { Labels } from '../time/labels';
import { ahead, limits, standing, type Act, type Phase } from './state';

export interface View {
  readonly t: GuestText;
  readonly labels: Labels;
  readonly now: Instant;
  /** The level of the page's heading. */
  readonly level: number;
  readonly said: Notice | undefined;
  readonly offline: boolean;
  readonly fileFailed: boolean;
  /** Where the link can be booked again, if that is known. */
  readonly again: string | undefined;
  readonly act: {
    retry(): void;
    begin(act: Act): void;
    leave(): void;
    cancel(event: SubmitEvent): void;
    check(): void;
    file(): void;
  };
}

export function heading(level: number, text: string): TemplateResult {
  return html`<h2 class="heading" tabindex="-1" aria-level=${level}>${text}</h2>`;
}

export function gone({ t, level }: View): TemplateResult {
  return html`<div class="card stack">${heading(level, t('manage_gone'))}<p>${t('manage_gone_help')}</p></div>`;
}

export function failed({ t, level, said, act }: View): TemplateResult {
  return html`<div class="card stack">
    ${heading(level, t('manage_failed'))} ${said ? notice(said) : nothing}
    <div class="row"><button type="button" part="button" class="primary" @click=${act.retry}>${t('retry')}</button></div>
  </div>`;
}

export function seen(view: View, booking: Booking): TemplateResult {
  const { t, level, said, now, act, again } = view;
  const { text, look } = standing(booking, now);
  const changeable = booking.can_reschedule || booking.can_cancel;
  return html`<section class="card stack" aria-labelledby="heading">
    <div class="title">
      <h2 id="heading" class="heading" tabindex="-1" aria-level=${level}>${t('manage_heading')}</h2>
      <span class="status ${look}">${icon(look === 'good' ? 'check' : look === 'waiting' ? 'hourglass' : 'close')}${t(text)}</span>
    </div>
    ${said ? notice(said) : nothing} ${facts(view, booking)}
    ${limits(booking, now, t, view.labels).map((sentence) => html`<p class="muted">${sentence}</p>`)}
    ${changeable
      ? html`<div class="row actions">
          ${booking.can_reschedule
            ? html`<button type="button" part="button button-primary" class="primary" id="move" @click=${() => act.begin('move')}>
                ${t('move')}
              </button>`
            : nothing}
          ${booking.can_cancel
            ? html`<button type="button" part="button" class="danger" id="cancel" @click=${() => act.begin('cancel')}>
                ${t('cancel')}
              </button>`
            : nothing}
        </div>`
      : nothing}
    ${ahead(booking, now) ? calendars(view, booking) : nothing}
    ${look === 'ended' && again
      ? html`<div class="row"><a class="button primary" part="button button-primary" href=${again} rel="noreferrer">${t('book_again')}</a></div>`
      : nothing}
  </section>`;
}

/** The day, the times and whose they are; struck out where they hold no longer. */
export function when({ t, labels }: Pick<View, 't' | 'labels'>, booking: Booking, from: Instant, over = false): TemplateResult {
  const until = from + instant(booking.ends_at) - instant(booking.starts_at);
  const theirs = ownerClock(from, until, booking.owner_timezone, labels);
  const day = html`<strong>${labels.day(dayOf(from, labels.zone))}</strong><span>${labels.range(from, until)}</span>`;
  return html`${over ? html`<s>${day}</s>` : day}
    <span class="muted">${zoneOf(labels, from)}</span>
    ${theirs ? html`<span class="muted">${t('owner_clock', { range: theirs, owner: booking.owner_name })}</span>` : nothing}`;
}

function facts(view: View, booking: Booking): TemplateResult {
  const { t } = view;
  const join = webAddress(booking.meeting_url);
  const place = booking.location;
  const placeAddress = webAddress(place);
  return html`<dl class="facts">
    ${fact('calendar', t('when'), when(view, booking, instant(booking.starts_at), booking.status === 'cancelled'))}
    ${fact('person', t('what'), html`<strong><bdi>${booking.title}</bdi></strong><span><bdi>${booking.owner_name}</bdi></span>`)}
    ${join && booking.status === 'confirmed' ? fact('video', t('where'), link(join, t('join'))) : nothing}
    ${place ? fact('place', t('place'), placeAddress ? link(placeAddress, place) : html`<span><bdi>${place}</bdi></span>`) : nothing}
    ${fact('mail', t('booked_by'), html`<span><bdi>${booking.guest_name}</bdi></span><span class="muted"><bdi>${booking.guest_email}</bdi></span>`, true)}
    ${booking.guests.length
      ? fact('mail', t('further_guests'), booking.guests.map((guest) => html`<span><bdi>${guest}</bdi></span>`), true)
      : nothing}
    ${booking.cancel_reason && booking.status === 'cancelled'
      ? fact('close', t('cancel_reason'), html`<span class="prose"><bdi>${booking.cancel_reason}</bdi></span>`, true)
      : nothing}
  </dl>
  ${booking.description ? html`<p class="prose"><bdi>${prose(booking.description)}</bdi></p>` : nothing}`;
}

function fact(picture: Parameters<typeof icon>[0], name: string, told: unknown, named = false): TemplateResult {
  return html`<div class="fact">
    ${icon(picture)}
    <dt class=${named ? 'muted' : 'hidden'}>${name}</dt>
    <dd>${told}</dd>
  </div>`;
}

function calendars({ t, labels, act, fileFailed }: View, booking: Booking): TemplateResult {
  const links = calendarLinks({
    title: booking.title,
    starts: instant(booking.starts_at),
    ends: instant(booking.ends_at),
    zone: labels.zone,
    location: booking.location ?? booking.meeting_url,
    details: booking.description,
  });
  const outside = (href: string, text: string) =>
    html`<a class="button" part="button" href=${href} target="_blank" rel="noopener noreferrer">${text}</a>`;
  return html`<div class="calendars" part="calendar-links" role="group" aria-labelledby="calendars">
    <p id="calendars" class="muted">${t('add_to_calendar')}</p>
    <div class="row">
      <button type="button" part="button" @click=${act.file}>${t('calendar_file')}</button>
      ${outside(links.google, t('google_calendar'))} ${outside(links.outlook, t('outlook_calendar'))}
      ${outside(links.microsoft365, t('microsoft_calendar'))}
    </div>
    ${fileFailed ? notice({ text: t('file_failed'), kind: 'error', spoken: 'alert' }) : nothing}
  </div>`;
}

export function cancelling(view: View, booking: Booking, phase: Extract<Phase, { name: 'cancelling' }>): TemplateResult {
  const { t, level, said, offline, act } = view;
  const rests = phase.sending || offline;
  return html`<form class="card stack" novalidate @submit=${act.cancel}>
    ${heading(level, t('cancel_question'))}
    <dl class="facts">
      ${fact('calendar', t('when'), when(view, booking, instant(booking.starts_at)))}
      ${fact('person', t('what'), html`<strong><bdi>${booking.title}</bdi></strong><span><bdi>${booking.owner_name}</bdi></span>`)}
    </dl>
    <div class="field" part="field">
      <label part="label" for="reason">${t('cancel_reason')}</label>
      <textarea id="reason" part="input" name="reason" maxlength="1000" aria-describedby="reason-help" ?readonly=${phase.sending}></textarea>
      <p class="help" id="reason-help">${t('cancel_reason_help', { owner: booking.owner_name })}</p>
    </div>
    ${said ? notice(said) : nothing} ${offline ? html`<p class="muted">${t('waits_for_network')}</p>` : nothing}
    <div class="row actions">
      <button part="button button-primary" class="danger" aria-disabled=${rests ? 'true' : nothing}>
        ${t(phase.sending ? 'cancelling' : 'cancel')}
      </button>
      <button type="button" part="button" @click=${act.leave}>${t('cancel_keep')}</button>
    </div>
  </form>`;
}

export function unknown({ t, level, act, said }: View, phase: Extract<Phase, { name: 'unknown' }>): TemplateResult {
  return html`<div class="card stack">
    ${heading(level, t(phase.act === 'move' ? 'move_unknown' : 'cancel_unknown'))}
    <p>${t('unknown_help')}</p>
    ${said ? notice(said) : nothing}
    <div class="row">
      <button type="button" part="button button-primary" class="primary" aria-disabled=${phase.checking ? 'true' : nothing} @click=${act.check}>
        ${t(phase.checking ? 'checking' : 'check')}
      </button>
    </div>
  </div>`;
}
