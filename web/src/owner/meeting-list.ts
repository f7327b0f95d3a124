// Meetings in a list, day by day in the owner's zone; each opens to its details beneath. Templates only.

import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { OwnerText } from '../text/owner';
import { dayOf, instant, type Day } from '../time/days';
import type { Labels } from '../time/labels';
import { icons } from './icons';
import { guestOf, type MeetingRow } from './meeting-page';

export interface MeetingList {
  t: OwnerText;
  labels: Labels;
  zone: string;
  now: number;
  meetings: MeetingRow[];
  /** The one whose details are shown. */
  open: string | undefined;
  toggle(meeting: MeetingRow): void;
  details(meeting: MeetingRow): TemplateResult;
}

export function meetingList(list: MeetingList): TemplateResult {
  const days = new Map<Day, MeetingRow[]>();
  for (const meeting of list.meetings) {
    const day = dayOf(instant(meeting.starts_at), list.zone);
    days.set(day, [...(days.get(day) ?? []), meeting]);
  }
  return html`<div class="days">
    ${repeat(
      days,
      ([day]) => day,
      ([day, meetings]) => html`<section aria-labelledby="day-${day}">
        <h3 id="day-${day}" class="day-heading">${list.labels.day(day)}${near(list, day)}</h3>
        <ul class="meetings">
          ${repeat(meetings, (meeting) => meeting.id, (meeting) => one(list, meeting))}
        </ul>
      </section>`,
    )}
  </div>`;
}

/** Today and tomorrow are said besides. */
function near(list: MeetingList, day: Day) {
  const days = Math.round((Date.parse(day) - Date.parse(dayOf(list.now, list.zone))) / 86_400_000);
  if (Math.abs(days) > 1) return nothing;
  const said = new Intl.RelativeTimeFormat(list.labels.locale, { numeric: 'auto' }).format(days, 'day');
  return html` <span class="muted near">${said}</span>`;
}

function one(list: MeetingList, meeting: MeetingRow): TemplateResult {
  const { t, labels } = list;
  const [start, end] = [instant(meeting.starts_at), instant(meeting.ends_at)];
  const guest = guestOf(meeting);
  const open = list.open === meeting.id;
  const running = meeting.status === 'confirmed' && start <= list.now && list.now < end;
  return html`<li class="meeting ${meeting.status} ${open ? 'open' : ''}" id="meeting-${meeting.id}">
    <button
      type="button"
      class="line"
      id="open-${meeting.id}"
      aria-expanded=${open ? 'true' : 'false'}
      aria-controls="details-${meeting.id}"
      @click=${() => list.toggle(meeting)}
    >
      <span class="time">${labels.range(start, end)}</span>
      <span class="who">
        <strong><bdi>${guest.name}</bdi></strong>
        <span class="muted"><bdi>${meeting.title}</bdi></span>
      </span>
      <span class="marks">
        ${running ? html`<span class="mark now">${t('meeting_now')}</span>` : nothing}
        ${meeting.status !== 'confirmed' && meeting.status !== 'cancelled' && isKnown(meeting.status)
          ? html`<span class="mark">${t(`meeting_status_${meeting.status}`)}</span>`
          : nothing}
        ${meeting.conferencing !== 'none' ? icons.video : meeting.location ? icons.place : nothing}
        <span class="arrow" aria-hidden="true"></span>
      </span>
    </button>
    <div class="details" id="details-${meeting.id}" ?hidden=${!open}>${open ? list.details(meeting) : nothing}</div>
  </li>`;
}

const KNOWN = ['confirmed', 'cancelled', 'completed', 'no_show'] as const;
export function isKnown(status: string): status is (typeof KNOWN)[number] {
  return (KNOWN as readonly string[]).includes(status);
}
