// How a time is said for somebody: with its zone beside it, and once more for the owner where their clocks
// show another one.

import { dayOf, type Instant } from '../time/days';
import { Labels } from '../time/labels';

/** Central European Time (GMT+1), as of this instant: summer has another offset. */
export function zoneOf(labels: Labels, at: Instant): string {
  const name = labels.zoneName(at);
  const offset = labels.offset(at);
  return name === offset ? name : `${name} (${offset})`;
}

/** The same span on the owner's clock, with the day where that is another one; undefined where both agree. */
export function ownerClock(from: Instant, until: Instant, zone: string, labels: Labels): string | undefined {
  const theirs = new Labels(labels.locale, zone, labels.cycle);
  const day = dayOf(from, zone);
  const sameDay = day === dayOf(from, labels.zone);
  if (sameDay && theirs.time(from) === labels.time(from)) return undefined;
  const range = `${theirs.range(from, until)} ${theirs.offset(from)}`;
  return sameDay ? range : `${theirs.shortDay(day)}, ${range}`;
}
