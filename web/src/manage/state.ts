// What a guest can see and do with a booking, decided from its row: pure, no page and no request. Rights are the
// database's (`can_reschedule`, `can_cancel`); here is only which sentence says why.

import type { Refusal } from '../api/errors';
import type { Booking } from '../api/types';
import type { GuestKey, GuestText } from '../text/guest';
import { instant, type Instant } from '../time/days';
import type { Labels } from '../time/labels';

export type Act = 'move' | 'cancel';

/** Where the page is. */
export type Phase =
  | { readonly name: 'loading' }
  | { readonly name: 'gone' }
  /** The booking could not be read. */
  | { readonly name: 'failed'; readonly refusal: Refusal }
  | { readonly name: 'seen' }
  | { readonly name: 'moving'; readonly chosen?: Instant; readonly sending?: boolean }
  | { readonly name: 'cancelling'; readonly sending?: boolean }
  /** An act was sent and no answer came. */
  | { readonly name: 'unknown'; readonly act: Act; readonly wanted?: Instant; readonly checking?: boolean };

export interface Standing {
  readonly text: GuestKey;
  readonly look: 'good' | 'waiting' | 'ended';
}

/** What the booking is now, in a word. */
export function standing({ status, ends_at }: Booking, now: Instant): Standing {
  switch (status) {
    case 'confirmed':
      return instant(ends_at) > now ? { text: 'status_confirmed', look: 'good' } : { text: 'status_past', look: 'ended' };
    case 'completed':
    case 'no_show':
      return { text: 'status_past', look: 'ended' };
    case 'held':
    case 'unverified':
      return { text: 'status_unverified', look: 'waiting' };
    case 'pending':
      return { text: 'status_pending', look: 'waiting' };
    case 'declined':
    case 'expired':
    case 'cancelled':
      return { text: `status_${status}`, look: 'ended' };
  }
}

/** Whether it is to be looked forward to: it can be put into calendars. */
export function ahead(booking: Booking, now: Instant): boolean {
  return booking.status === 'confirmed' && instant(booking.ends_at) > now;
}

/** Sentences in place of the buttons that are not there, and until when those that are there work. */
export function limits(booking: Booking, now: Instant, t: GuestText, labels: Labels): string[] {
  if (booking.status !== 'confirmed') return [];
  const starts = instant(booking.starts_at);
  if (!booking.can_reschedule && !booking.can_cancel && starts <= now) return [t('change_over')];
  const moving = limit(booking.can_reschedule, booking.reschedule_until, starts);
  const cancelling = limit(booking.can_cancel, booking.cancel_until, starts);
  const said = (limit: Limit | undefined, act: 'move' | 'cancel' | 'change') => {
    if (!limit) return [];
    const time = limit.until === undefined ? '' : labels.dateTime(limit.until);
    const until = act === 'move' ? 'moves_until' : act === 'cancel' ? 'cancels_until' : 'changes_until';
    return [t(limit.word === 'until' ? until : `${act}_${limit.word}`, { owner: booking.owner_name, time })];
  };
  if (moving?.word === cancelling?.word && moving?.until === cancelling?.until) return said(moving, 'change');
  return [...said(moving, 'move'), ...said(cancelling, 'cancel')];
}

interface Limit {
  readonly word: 'until' | 'not_allowed' | 'too_late';
  readonly until: Instant | undefined;
}

function limit(can: boolean, until: string | null, starts: Instant): Limit | undefined {
  if (!until) return can ? undefined : { word: 'not_allowed', until: undefined };
  // Until it begins: that needs no saying.
  if (can && instant(until) >= starts) return undefined;
  return { word: can ? 'until' : 'too_late', until: instant(until) };
}

/** Reasons that are about the booking, so that it has to be read anew; the others are about the time. */
export function aboutBooking(refusal: Refusal): boolean {
  return refusal.kind === 'gone' || (refusal.kind === 'conflict' && ['over', 'notice_passed', 'not_allowed'].includes(refusal.word));
}

/** What is said of a refused act. */
export function refused(refusal: Refusal): GuestKey {
  switch (refusal.kind) {
    case 'too_many':
      return 'too_many_changes';
    case 'calendar':
      return 'calendar_unknown';
    case 'offline':
      return 'waits_for_network';
    case 'lost':
      return 'lost';
    default:
      return 'failed';
  }
}

/** What is said of a time that is not to be had (PT409). */
export function lostTime(refusal: Refusal): GuestKey {
  switch (refusal.word) {
    case 'taken':
      return 'taken';
    case 'day_full':
      return 'day_full';
    case 'notice':
    case 'past':
      return 'too_late';
    default:
      return 'not_offered';
  }
}
