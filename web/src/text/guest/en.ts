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
} as const satisfies Record<string, Message>;

export type GuestKey = keyof typeof en;
