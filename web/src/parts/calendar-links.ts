// Ways to put a booking into one's own calendar: pages of providers that open filled in, and the invitation as a
// file. Times go as UTC with a `Z`, which every provider reads alike; no address and no token is in a link.

import type { Api } from '../api/client';
import { iso, type Instant } from '../time/days';

export interface CalendarEntry {
  title: string;
  starts: Instant;
  ends: Instant;
  /** The guest's zone, in which Google shows the entry. */
  zone: string;
  location?: string | null | undefined;
  details?: string | null | undefined;
}

export interface CalendarLinks {
  google: string;
  /** Outlook.com */
  outlook: string;
  /** Microsoft 365 */
  microsoft365: string;
}

export function calendarLinks(entry: CalendarEntry): CalendarLinks {
  const location = entry.location ?? '';
  const details = entry.details ?? '';
  const google = address('https://calendar.google.com/calendar/render', {
    action: 'TEMPLATE',
    text: entry.title,
    dates: `${compact(entry.starts)}/${compact(entry.ends)}`,
    ctz: entry.zone,
    location,
    details,
  });
  const compose = (host: string) =>
    address(`https://${host}/calendar/0/deeplink/compose`, {
      path: '/calendar/action/compose',
      rru: 'addevent',
      subject: entry.title,
      startdt: seconds(entry.starts),
      enddt: seconds(entry.ends),
      location,
      body: details,
    });
  return { google, outlook: compose('outlook.live.com'), microsoft365: compose('outlook.office.com') };
}

/** Fetches the invitation, whose text is the server's, and has the browser save it. */
export async function saveInvitation(server: Api, token: string): Promise<void> {
  const file = await server.file('booking_invite', { manage_token: token }, 'text/calendar');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = 'booking.ics';
  link.click();
  // The browser has to have begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** 2026-11-12T08:30:00Z */
function seconds(at: Instant): string {
  return iso(at).replace(/\.\d+Z$/, 'Z');
}

/** 20261112T083000Z */
function compact(at: Instant): string {
  return seconds(at).replace(/[-:]/g, '');
}

/** With a space as `%20`: Outlook shows a plus as one. */
function address(page: string, values: Record<string, string>): string {
  const query = Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${page}?${query.join('&')}`;
}
