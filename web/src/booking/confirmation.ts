// What a guest sees once the database has answered: booked, or how far it has come. Never says "booked" of what
// is not; shows the token nowhere but in the link to the guest's own page.

import { html, nothing, type TemplateResult } from 'lit';
import type { Booked, Booking, BookingLink } from '../api/types';
import { calendarLinks } from '../parts/calendar-links';
import { icon, type Icon } from '../parts/icons';
import { notice } from '../parts/notice';
import { link as away, webAddress } from '../parts/prose';
import type { GuestKey, GuestText } from '../text/guest';
import { dayOf, instant } from '../time/days';
import type { Labels } from '../time/labels';
import { ownerClock, zoneOf } from './clock';

export interface Confirmation {
  readonly t: GuestText;
  readonly labels: Labels;
  readonly link: BookingLink;
  readonly booked: Booked;
  /** What `get_booking` said, once it has. */
  readonly booking: Booking | undefined;
  /** As typed. */
  readonly email: string;
  readonly guests: number;
  readonly level: number;
  /** The guest's page to change the booking, where this page knows it. */
  readonly manage: string | undefined;
  readonly redirect: { readonly href: string; readonly soon: boolean; readonly stay: () => void } | undefined;
  readonly fileFailed: boolean;
  readonly file: () => void;
  readonly another: () => void;
  readonly changeEmail: () => void;
}

interface Outcome {
  readonly heading: GuestKey;
  readonly icon: Icon;
  readonly look: 'good' | 'waiting' | 'bad';
}

export function confirmation(view: Confirmation): TemplateResult {
  const { t, booked, booking, level } = view;
  const status = booking?.status ?? booked.status;
  const { heading, icon: picture, look } = outcome(status);
  const ended = look === 'bad';
  return html`<section class="done stack" part="confirmation" aria-labelledby="done">
    <div class="verdict ${look}">
      <span class="badge">${icon(picture)}</span>
      <h2 id="done" class="heading" tabindex="-1" aria-level=${level}>${t(heading)}</h2>
      ${said(view, status)}
    </div>
    ${ended ? nothing : details(view)} ${status === 'confirmed' ? calendars(view) : nothing}
    <slot name="confirmation"></slot>
    ${onward(view)}
    <div class="row actions">
      ${ended || status === 'unverified' ? nothing : manage(view)}
      ${status === 'unverified'
        ? html`<button type="button" part="button" @click=${view.changeEmail}>${t('change_email')}</button>`
        : html`<button type="button" part="button" @click=${view.another}>${t(ended ? 'pick_another' : 'another')}</button>`}
    </div>
  </section>`;
}

function outcome(status: Booked['status']): Outcome {
  switch (status) {
    case 'confirmed':
    case 'completed':
      return { heading: 'booked', icon: 'check', look: 'good' };
    case 'unverified':
    case 'held':
      return { heading: 'proof', icon: 'mail', look: 'waiting' };
    case 'pending':
      return { heading: 'requested', icon: 'hourglass', look: 'waiting' };
    case 'expired':
      return { heading: 'expired', icon: 'close', look: 'bad' };
    case 'declined':
      return { heading: 'declined', icon: 'close', look: 'bad' };
    default:
      return { heading: 'cancelled', icon: 'close', look: 'bad' };
  }
}

function said({ t, labels, booked, booking, email, guests, link }: Confirmation, status: Booked['status']) {
  const expires = booking?.expires_at ?? booked.expires_at;
  const time = expires ? labels.dateTime(instant(expires)) : '';
  if (status === 'unverified' || status === 'held') {
    return html`<p>${time ? t('proof_help', { email, time }) : t('proof_help_open', { email })}</p>
      <p class="muted">${t('proof_missing')}</p>`;
  }
  if (status === 'pending') {
    const owner = link.owner_name;
    return html`<p>${time ? t('requested_help', { owner, time }) : t('requested_help_open', { owner })}</p>`;
  }
  if (status !== 'confirmed' && status !== 'completed') return html`<p>${t('ended_help')}</p>`;
  return html`<p>${t('booked_help', { email })}</p>
    ${guests ? html`<p>${t('booked_guests', { count: guests })}</p>` : nothing}`;
}

function details({ t, labels, link, booked, booking }: Confirmation) {
  const from = instant(booked.starts_at);
  const until = instant(booked.ends_at);
  const theirs = ownerClock(from, until, booking?.owner_timezone ?? link.timezone, labels);
  const url = booking?.meeting_url ?? booked.meeting_url;
  const join = webAddress(url);
  const place = booking?.location ?? booked.location;
  return html`<dl class="facts card">
    <div class="fact">
      ${icon('calendar')}
      <dt class="hidden">${t('when')}</dt>
      <dd>
        <strong>${labels.day(dayOf(from, labels.zone))}</strong>
        <span>${labels.range(from, until)}</span>
        <span class="muted">${zoneOf(labels, from)}</span>
        ${theirs ? html`<span class="muted">${t('owner_clock', { range: theirs, owner: link.owner_name })}</span>` : nothing}
      </dd>
    </div>
    <div class="fact">
      ${icon('person')}
      <dt class="hidden">${t('what')}</dt>
      <dd><strong><bdi>${booked.title}</bdi></strong><span><bdi>${link.owner_name}</bdi></span></dd>
    </div>
    ${join || place
      ? html`<div class="fact">
          ${icon(join ? 'video' : 'place')}
          <dt class="hidden">${t(join ? 'join' : 'place')}</dt>
          <dd>
            ${join ? away(join, t('join')) : nothing}
            ${place ? (webAddress(place) ? away(webAddress(place)!, place) : html`<bdi>${place}</bdi>`) : nothing}
          </dd>
        </div>`
      : nothing}
  </dl>`;
}

function calendars({ t, labels, link, booked, booking, file, fileFailed }: Confirmation) {
  const links = calendarLinks({
    title: booked.title,
    starts: instant(booked.starts_at),
    ends: instant(booked.ends_at),
    zone: labels.zone,
    location: booking?.location ?? booked.location ?? booking?.meeting_url,
    details: link.description,
  });
  return html`<div class="calendars" part="calendar-links" role="group" aria-labelledby="calendars">
    <p id="calendars">${t('add_to_calendar')}</p>
    <div class="row">
      <button type="button" part="button" @click=${file}>${t('calendar_file')}</button>
      ${outside(links.google, t('google_calendar'))} ${outside(links.outlook, t('outlook_calendar'))}
      ${outside(links.microsoft365, t('microsoft_calendar'))}
    </div>
    ${fileFailed ? notice({ text: t('file_failed'), kind: 'error', spoken: 'alert' }) : nothing}
  </div>`;
}

function outside(href: string, text: string) {
  return html`<a class="button" part="button" href=${href} target="_blank" rel="noopener noreferrer">${text}</a>`;
}

function manage({ t, manage }: Confirmation) {
  return manage
    ? html`<a class="button" part="button" href=${manage} rel="noreferrer">${t('manage')}</a>`
    : html`<p class="muted small">${t('manage_help')}</p>`;
}

function onward({ t, redirect }: Confirmation) {
  if (!redirect) return nothing;
  return html`<div class="notice onward">
    ${redirect.soon ? html`<p>${t('continue_soon')}</p>` : nothing}
    <div class="row">
      <a class="button primary" href=${redirect.href} rel="noreferrer">${t('continue')}</a>
      ${redirect.soon ? html`<button type="button" part="button" @click=${redirect.stay}>${t('stay')}</button>` : nothing}
    </div>
  </div>`;
}
