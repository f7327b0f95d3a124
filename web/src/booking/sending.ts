// What `book` is given: the form, the time, and the key of the intent.

import { iso, type Instant } from '../time/days';
import { keyOf } from './intent';
import { tabStorage } from './tab';

export interface Sending {
  readonly slug: string;
  readonly start: Instant;
  readonly duration: number;
  readonly zone: string;
  readonly locale: string;
  readonly attribution: Record<string, string> | undefined;
}

export function toSend(form: Record<string, unknown>, sending: Sending): Record<string, unknown> {
  const { slug, start, duration, zone, locale, attribution } = sending;
  return {
    ...form,
    starts_at: iso(start),
    duration_minutes: duration,
    timezone: zone,
    locale,
    idempotency_key: keyOf({ slug, start, duration, email: String(form['email']) }, tabStorage()),
    attribution,
  };
}
