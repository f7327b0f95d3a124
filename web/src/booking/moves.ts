// Where the focus goes, what is spoken and what the page around is told when something has happened: a rule for
// each step, in one place. Pure. Alerts speak by themselves and are not said here again.

import type { GuestText } from '../text/guest';
import { dayOf, instant, iso } from '../time/days';
import type { Labels } from '../time/labels';
import { days, lengthOf, type Event, type Model } from './state';

export interface Move {
  /** The id of what is focused. */
  readonly focus?: string;
  readonly say?: string;
  readonly tell?: readonly [type: string, detail: object];
}

export function move(before: Model, after: Model, event: Event, t: GuestText, labels: Labels): Move {
  const { step } = after;
  // Nobody's focus is moved by a page that has just come.
  if (step.at === 'closed') return before.step.at === 'loading' ? {} : { focus: 'nothing' };
  switch (event.type) {
    case 'link':
    case 'learnt':
    case 'searched':
      return found(before, after, event, t, labels);
    case 'day':
      return { focus: 'times', say: counted(after, t, labels), tell: ['day', { day: event.day }] };
    case 'pick': {
      const range = labels.range(event.start, event.start + (lengthOf(after) ?? 0) * 60_000);
      return { focus: 'form', say: t('picked', { range }), tell: ['time', { starts_at: iso(event.start) }] };
    }
    case 'back':
    case 'another':
      return { focus: 'times' };
    case 'correct':
      return { focus: 'field-email' };
    case 'sending':
      return { say: t('booking') };
    case 'booked': {
      const { meeting_id, status, starts_at, ends_at, title } = event.booked;
      return { focus: 'done', tell: ['booked', { meeting_id, status, starts_at, ends_at, title }] };
    }
    case 'refused':
      return {
        ...(step.at === 'times' ? { focus: 'times' } : {}),
        ...(step.at === 'unanswered' ? {} : { tell: ['refused', { code: event.refusal.code }] as const }),
      };
    default:
      return {};
  }
}

function found(before: Model, after: Model, event: Event, t: GuestText, labels: Labels): Move {
  const arrived = before.arrival !== 'arrived' && after.arrival === 'arrived';
  if (arrived) {
    const say = after.later && after.day !== undefined ? { say: t('month_later', { day: labels.day(after.day) }) } : {};
    return { ...say, tell: ['ready', {}] };
  }
  if (event.type !== 'searched') return {};
  if (after.arrival === 'nothing' && after.link) {
    const last = dayOf(instant(after.link.bookable_until) - 1, after.zone);
    return { say: t('none_until', { day: labels.day(last) }), tell: ['ready', {}] };
  }
  return event.start instanceof Error ? {} : { say: t('month_none', { month: labels.month(after.month) }) };
}

function counted(model: Model, t: GuestText, labels: Labels): string {
  if (model.day === undefined) return '';
  const count = days(model).get(model.day)?.length ?? 0;
  return t(count ? 'day_times' : 'day_no_times', { day: labels.day(model.day), count });
}
