// All that an owner sees of one meeting, and what can be done with it. What guests typed is shown as text; only http
// and https addresses become links.

import { html, nothing, type TemplateResult } from 'lit';
import { webAddress } from '../parts/prose';
import type { OwnerText } from '../text/owner';
import { instant } from '../time/days';
import { Labels } from '../time/labels';
import { icons } from './icons';
import { answersOf, guestOf, hasBegun, type Answered, type MeetingRow } from './meeting-page';

export interface MeetingDetails {
  t: OwnerText;
  labels: Labels;
  zone: string;
  now: number;
  meeting: MeetingRow;
  /** While a change is on its way. */
  busy: boolean;
  /** In place of the buttons: the form that moves or cancels. */
  act: unknown;
  /** What came of the last one. */
  notice: unknown;
  move(): void;
  cancel(): void;
  mark(status: 'completed' | 'no_show' | 'confirmed'): void;
}

export function meetingDetails(details: MeetingDetails): TemplateResult {
  return html`${details.notice}
    <dl class="facts-list">${facts(details)}</dl>
    ${details.act ?? buttons(details)}`;
}

function facts(details: MeetingDetails): TemplateResult[] {
  const { t, labels, meeting, zone } = details;
  const guest = guestOf(meeting);
  const url = webAddress(meeting.meeting_url);
  const place = meeting.location ?? '';
  const placeUrl = webAddress(place);
  const [start, end] = [instant(meeting.starts_at), instant(meeting.ends_at)];
  const all: (TemplateResult | false | null | '')[] = [
    fact(
      t('meeting_guest'),
      html`<bdi>${guest.name}</bdi>
        ${guest.email ? html`<br /><a href="mailto:${encodeURIComponent(guest.email)}"><bdi>${guest.email}</bdi></a>` : nothing}
        ${guest.phone ? html`<br /><a href="tel:${guest.phone.replace(/[^+\d]/g, '')}"><bdi dir="ltr">${guest.phone}</bdi></a>` : nothing}`,
    ),
    meeting.timezone !== zone && fact(t('meeting_guest_time'), guestTime(labels.locale, meeting, start, end)),
    url
      ? fact(
          t('conferencing_label'),
          html`<a class="button small print-as-text" href=${url} target="_blank" rel="noopener noreferrer nofollow" aria-label=${t('meeting_join_named', { title: meeting.title })}>${icons.video}${t('meeting_join')}</a>`,
        )
      : meeting.meeting_url
        ? fact(t('conferencing_label'), html`<bdi>${meeting.meeting_url}</bdi>`)
        : meeting.conferencing !== 'none' && meeting.status === 'confirmed'
          ? fact(t('conferencing_label'), html`${t(`conferencing_${meeting.conferencing}`)}<br /><span class="muted">${t('meeting_no_url_yet')}</span>`)
          : false,
    place &&
      fact(t('meeting_place'), placeUrl ? html`<a href=${placeUrl} target="_blank" rel="noopener noreferrer nofollow"><bdi>${place}</bdi></a>` : html`<bdi>${place}</bdi>`),
    meeting.guests.length > 0 &&
      fact(t('meeting_guests'), html`<ul>${meeting.guests.map((one) => html`<li><bdi>${one}</bdi></li>`)}</ul>`),
    ...answersOf(meeting).map((answer) => fact(html`<bdi>${answer.label}</bdi>`, said(t, labels, answer))),
    meeting.notes && fact(t('meeting_notes'), html`<div class="typed"><bdi>${meeting.notes}</bdi></div>`),
    fact(t('meeting_booked_by'), html`<bdi>${meeting.link?.title ?? t('meeting_link_gone')}</bdi>`),
    fact(t('meeting_booked_at'), labels.dateTime(instant(meeting.created_at))),
    meeting.status === 'cancelled' &&
      meeting.cancelled_at &&
      fact(
        t('meeting_status_cancelled'),
        html`${t(meeting.cancelled_by === 'guest' ? 'meeting_cancelled_by_guest' : 'meeting_cancelled_by_owner', { when: labels.dateTime(instant(meeting.cancelled_at)) })}`,
      ),
    meeting.status === 'cancelled' && meeting.cancel_reason && fact(t('meeting_reason'), html`<div class="typed"><bdi>${meeting.cancel_reason}</bdi></div>`),
  ];
  return all.filter((one) => one !== false && one !== null && one !== '');
}

function fact(name: unknown, value: unknown): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** What the guest's own clock says; a zone that this browser does not know is named without a time. */
function guestTime(locale: string, meeting: MeetingRow, start: number, end: number): TemplateResult {
  try {
    const labels = new Labels(locale, meeting.timezone);
    return html`${labels.dateTime(start)} – ${labels.time(end)}<br /><span class="muted"><bdi>${meeting.timezone.replaceAll('_', ' ')}</bdi></span>`;
  } catch {
    return html`<bdi>${meeting.timezone}</bdi>`;
  }
}

function said(t: OwnerText, labels: Labels, { value }: Answered): TemplateResult {
  if (typeof value === 'boolean') return html`${t(value ? 'yes' : 'no')}`;
  if (Array.isArray(value)) return html`<bdi>${labels.list(value)}</bdi>`;
  const url = webAddress(value);
  return url
    ? html`<a href=${url} target="_blank" rel="noopener noreferrer nofollow"><bdi>${value}</bdi></a>`
    : html`<div class="typed"><bdi>${value}</bdi></div>`;
}

function buttons(details: MeetingDetails): TemplateResult | typeof nothing {
  const { t, meeting, busy } = details;
  const named = { title: meeting.title, guest: guestOf(meeting).name };
  if (meeting.status === 'cancelled') return nothing;
  if (meeting.status === 'confirmed' && !hasBegun(meeting, details.now)) {
    return html`<div class="row acts">
      <button type="button" class="small" id="move-${meeting.id}" aria-label=${t('meeting_move_named', named)} @click=${details.move}>${icons.calendar}${t('meeting_move')}</button>
      <button type="button" class="small danger" id="cancel-${meeting.id}" aria-label=${t('meeting_cancel_named', named)} @click=${details.cancel}>${t('meeting_cancel')}</button>
    </div>`;
  }
  const choice = (status: 'completed' | 'no_show', label: string) => {
    const on = meeting.status === status;
    return html`<button
      type="button"
      class="small choice-button"
      aria-pressed=${on ? 'true' : 'false'}
      aria-disabled=${busy ? 'true' : nothing}
      @click=${() => busy || details.mark(on ? 'confirmed' : status)}
    >${label}</button>`;
  };
  return html`<div class="row acts" role="group" aria-label=${t('meeting_mark')}>
    <span class="muted">${t('meeting_mark')}</span>
    ${choice('completed', t('meeting_completed'))} ${choice('no_show', t('meeting_no_show'))}
    ${meeting.status === 'confirmed' && instant(meeting.ends_at) > details.now
      ? html`<button type="button" class="small danger push" id="cancel-${meeting.id}" aria-label=${t('meeting_cancel_named', named)} @click=${details.cancel}>${t('meeting_cancel')}</button>`
      : nothing}
  </div>`;
}
