// Where a guest is taken after booking: an address of the owner's or the embedding page's choice, never one out
// of a parameter. What is added tells which booking it was, and nothing of the guest.

import type { Booked } from '../api/types';

/** The address to go to; undefined where it is neither https nor of this page's origin. */
export function onwardAddress(
  wanted: string | null | undefined,
  booked: Booked,
  campaign: Readonly<Record<string, string>>,
  base: string,
): string | undefined {
  if (!wanted) return undefined;
  let url: URL;
  try {
    url = new URL(wanted, base);
  } catch {
    return undefined;
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && url.origin === new URL(base).origin)) return undefined;
  url.searchParams.set('meeting_id', booked.meeting_id);
  url.searchParams.set('status', booked.status);
  url.searchParams.set('starts_at', booked.starts_at);
  for (const [key, value] of Object.entries(campaign)) if (key.startsWith('utm_')) url.searchParams.set(key, value);
  return url.href;
}
