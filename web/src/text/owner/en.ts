// What owners read, in English: the table that has every key.

import type { Message } from '../text';

export const en = {
  save: 'Save',
  saving: 'Saving…',
  saved: 'Saved',
  unsaved: 'Unsaved changes',
  discard: 'Discard',
  retry: 'Try again',
  sign_in_again: 'Please sign in again. What you changed is kept.',
  forbidden: 'You may not change this.',
  gone: 'This is no longer there.',
  failed: 'That did not work. Please try again.',
  lost: 'No answer came. Please try again.',
  offline: 'You are offline.',
} as const satisfies Record<string, Message>;

export type OwnerKey = keyof typeof en;
