// What guests read, in English: the table that has every key.

import type { Message } from '../text';

export const en = {
  loading: 'Loading times',
  retry: 'Try again',
  back: 'Back',
  close: 'Close',
  offline: 'You are offline. What is shown here may be out of date.',
  failed: 'That did not work. Please try again.',
  lost: 'No answer came. Please try again.',

  // a month of days
  previous_month: 'Previous month',
  next_month: 'Next month',
  day_times: { one: '{day}, {count} time', other: '{day}, {count} times' },
  day_no_times: '{day}, no times',
  day_note: '{day}: {note}',

  // the times of a day
  times: 'Times',
  morning: 'Morning',
  afternoon: 'Afternoon',
  evening: 'Evening',

  // time zones
  zone: 'Time zone',
  zone_value: '{city}, {generic} ({offset})',
  zone_found: { one: '{count} time zone found', other: '{count} time zones found' },
  zone_none: 'No time zone is called that.',
} as const satisfies Record<string, Message>;

export type GuestKey = keyof typeof en;
