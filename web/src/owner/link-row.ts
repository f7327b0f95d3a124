// A row of `booking_links`, as members read and write it (docs/reference.md), and which of its columns a form
// changed. No words and no elements here.

import type { Conferencing, Question } from '../api/types';
import type { Settings } from './hours';

export interface LinkRow {
  id: string;
  slug: string;
  client_id: string | null;
  user_id: string | null;
  title: string;
  description: string | null;
  duration_minutes: number;
  duration_options: number[];
  slot_interval_minutes: number | null;
  buffer_before_minutes: number;
  buffer_after_minutes: number;
  minimum_notice_minutes: number;
  booking_window_days: number;
  max_bookings_per_day: number | null;
  availability_settings: Settings | null;
  max_hourly_attempts_per_guest: number | null;
  max_hourly_bookings_per_guest: number | null;
  max_upcoming_bookings_per_guest: number | null;
  max_hourly_moves_per_booking: number | null;
  cancel_notice_minutes: number | null;
  reschedule_notice_minutes: number | null;
  location: string | null;
  conferencing: Conferencing;
  questions: Question[];
  reminder_minutes: number[];
  redirect_url: string | null;
  locale: string | null;
  is_active: boolean;
  created_at: string;
  updated_at: string;
}

/** The columns that a person writes. */
export type LinkColumns = Omit<LinkRow, 'id' | 'client_id' | 'user_id' | 'created_at' | 'updated_at'>;

/** The database's own defaults: a link that nobody has changed yet. */
export const NEW_LINK: LinkColumns = {
  slug: '',
  title: '',
  description: null,
  duration_minutes: 30,
  duration_options: [],
  slot_interval_minutes: null,
  buffer_before_minutes: 0,
  buffer_after_minutes: 0,
  minimum_notice_minutes: 0,
  booking_window_days: 60,
  max_bookings_per_day: null,
  availability_settings: null,
  max_hourly_attempts_per_guest: 120,
  max_hourly_bookings_per_guest: 60,
  max_upcoming_bookings_per_guest: 100,
  max_hourly_moves_per_booking: 10,
  cancel_notice_minutes: 0,
  reschedule_notice_minutes: 0,
  location: null,
  conferencing: 'none',
  questions: [],
  reminder_minutes: [],
  redirect_url: null,
  locale: null,
  is_active: true,
};

/** The columns of `after` that are not as `before` has them: what a PATCH says, so that no other is overwritten. */
export function changed(before: LinkColumns, after: LinkColumns): Partial<LinkColumns> {
  const columns = Object.entries(after) as [keyof LinkColumns, unknown][];
  return Object.fromEntries(columns.filter(([name, value]) => !same(before[name], value))) as Partial<LinkColumns>;
}

/** Whether two values are one in JSON, whatever the order of an object's keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a).filter(([, value]) => value !== undefined);
  const right = Object.entries(b).filter(([, value]) => value !== undefined);
  return left.length === right.length && left.every(([key, value]) => same(value, (b as Record<string, unknown>)[key]));
}
