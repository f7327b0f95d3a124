// The booking page as one value, and what happens to it. No DOM, no requests, no clock: time comes with the
// events. What has to be asked of the server follows from the state (`wanted`).

import type { Refusal } from '../api/errors';
import type { Booked, Booking, BookingLink } from '../api/types';
import { byDay, dayOf, instant, monthOf, type Day, type Instant, type Month } from '../time/days';
import { again, learnt, marked, NOTHING, stale, without, type Answer, type Free } from './free';

/** Where the guest is. */
export type Step =
  | { readonly at: 'loading' }
  /** There is no such link, or it is closed. */
  | { readonly at: 'closed' }
  /** What the page is of could not be read. */
  | { readonly at: 'unreachable'; readonly refusal: Refusal }
  /** `lost` is a time that was picked and is free no more, with the word that says why. */
  | { readonly at: 'times'; readonly lost?: { readonly start: Instant; readonly why: string } }
  | { readonly at: 'form'; readonly start: Instant; readonly refusal?: Refusal }
  | { readonly at: 'sending'; readonly start: Instant }
  /** Sent, and no answer came: booked or not. */
  | { readonly at: 'unanswered'; readonly start: Instant }
  | { readonly at: 'done'; readonly booked: Booked; readonly booking?: Booking };

/** Whether the first free day has been looked for and opened. */
export type Arrival = 'waiting' | 'arrived' | 'nothing';

export interface Model {
  readonly link: BookingLink | undefined;
  readonly step: Step;
  readonly zone: string;
  /** The length chosen; undefined: the link's own. */
  readonly duration: number | undefined;
  readonly month: Month;
  readonly day: Day | undefined;
  readonly free: Free;
  readonly arrival: Arrival;
  /** The day to open first, where one was asked for. */
  readonly asked: Day | undefined;
  /** The first free start after a month without any: null where the window ends before. */
  readonly ahead: { readonly month: Month; readonly start: Instant | null | Refusal } | undefined;
  /** Whether the first free day is of a later month than the one that was to be shown. */
  readonly later: boolean;
}

export type Event =
  | { readonly type: 'link'; readonly link: BookingLink }
  | { readonly type: 'link-refused'; readonly refusal: Refusal }
  | { readonly type: 'asked'; readonly months: readonly Month[] }
  | { readonly type: 'learnt'; readonly answer: Answer }
  | { readonly type: 'month-refused'; readonly month: Month; readonly refusal: Refusal }
  | { readonly type: 'searched'; readonly month: Month; readonly start: Instant | null | Refusal }
  | { readonly type: 'turn'; readonly month: Month }
  | { readonly type: 'day'; readonly day: Day }
  | { readonly type: 'zone'; readonly zone: string }
  | { readonly type: 'length'; readonly duration: number }
  | { readonly type: 'pick'; readonly start: Instant }
  | { readonly type: 'back' }
  | { readonly type: 'sending' }
  | { readonly type: 'booked'; readonly booked: Booked }
  | { readonly type: 'booking'; readonly booking: Booking }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  /** What is known may be old: the tab slept, the network was away, or somebody presses Retry. */
  | { readonly type: 'refresh' }
  /** One more booking. */
  | { readonly type: 'another' }
  /** Back from what awaits its proof to the form, for another address. */
  | { readonly type: 'correct' };

export interface Beginning {
  readonly zone: string;
  readonly today: Day;
  readonly day?: Day | undefined;
  readonly month?: Month | undefined;
  readonly duration?: number | undefined;
}

export function begin({ zone, today, day, month, duration }: Beginning): Model {
  return {
    link: undefined,
    step: { at: 'loading' },
    zone,
    duration,
    month: month ?? monthOf(day ?? today),
    day: undefined,
    free: NOTHING,
    arrival: 'waiting',
    asked: day,
    ahead: undefined,
    later: false,
  };
}

export function next(model: Model, event: Event): Model {
  switch (event.type) {
    case 'link':
      return opened(linked(model, event.link));
    case 'link-refused':
      return { ...model, step: event.refusal.kind === 'gone' ? { at: 'closed' } : { at: 'unreachable', refusal: event.refusal } };
    case 'asked':
      return { ...model, free: marked(model.free, event.months, 'asked') };
    case 'learnt':
      return opened({ ...model, free: learnt(model.free, event.answer), ahead: undefined });
    case 'month-refused':
      return { ...model, free: marked(model.free, [event.month], event.refusal) };
    case 'searched':
      return searched(model, event.month, event.start);
    case 'turn':
      return { ...model, month: event.month, ahead: undefined, later: false, free: again(model.free, event.month) };
    case 'day':
      return { ...model, day: event.day, month: monthOf(event.day), later: false, step: { at: 'times' } };
    case 'zone':
      return rezoned(model, event.zone);
    case 'length':
      if (event.duration === lengthOf(model)) return model;
      return {
        ...model,
        duration: event.duration,
        free: NOTHING,
        arrival: 'waiting',
        asked: model.day,
        day: undefined,
        ahead: undefined,
        later: false,
        step: { at: 'times' },
      };
    case 'pick': {
      const day = dayOf(event.start, model.zone);
      return { ...model, day, month: monthOf(day), step: { at: 'form', start: event.start } };
    }
    case 'back':
      return { ...model, step: { at: 'times' } };
    case 'sending':
      return 'start' in model.step ? { ...model, step: { at: 'sending', start: model.step.start } } : model;
    case 'booked':
      return { ...model, step: { at: 'done', booked: event.booked } };
    case 'booking':
      return model.step.at === 'done' ? { ...model, step: { ...model.step, booking: event.booking } } : model;
    case 'refused':
      return 'start' in model.step ? refused(model, model.step.start, event.refusal) : model;
    case 'refresh':
      return {
        ...model,
        free: stale(model.free),
        ahead: undefined,
        arrival: model.arrival === 'nothing' ? 'waiting' : model.arrival,
        step: model.step.at === 'unreachable' ? { at: 'loading' } : model.step,
      };
    case 'correct':
      return model.step.at === 'done' ? { ...model, step: { at: 'form', start: instant(model.step.booked.starts_at) } } : model;
    case 'another':
      return { ...model, free: stale(model.free), ahead: undefined, step: { at: 'times' } };
  }
}

/** The length in minutes; undefined until the link is known. */
export function lengthOf(model: Model): number | undefined {
  return model.duration ?? model.link?.duration_minutes;
}

/** All lengths that there are to choose from, the link's own among them, in order. */
export function lengths(link: BookingLink): number[] {
  return [...new Set([link.duration_minutes, ...link.duration_options])].sort((a, b) => a - b);
}

/** Free starts by day, in the zone that the page is read in. */
export function days(model: Model): Map<Day, Instant[]> {
  return byDay(model.free.starts, model.zone);
}

/**
 * Where a month without times leads: to the first day after it that has some, else to the last before it. The next
 * month's first hours are known with the month before it, and what is looked for begins behind them.
 */
export function leads(model: Model): Day | undefined {
  const start = model.ahead?.start;
  if (start === undefined || start instanceof Error) return undefined;
  const known = [...days(model).keys()];
  const found = start === null ? [] : [dayOf(start, model.zone)];
  const [later] = [...known.filter((day) => monthOf(day) > model.month), ...found].sort();
  return later ?? known.findLast((day) => monthOf(day) < model.month);
}

/** What the server is to be asked next. */
export type Want =
  | { readonly what: 'month'; readonly month: Month }
  /** The first free start after this month. */
  | { readonly what: 'search'; readonly month: Month };

export function wanted(model: Model): Want | undefined {
  if (model.step.at !== 'loading' && model.step.at !== 'times' && model.step.at !== 'form') return undefined;
  const { month } = model;
  const asked = model.free.months.get(month);
  if (!asked) return { what: 'month', month };
  if (asked !== 'known' || model.ahead?.month === month || !model.link) return undefined;
  const empty = !model.free.starts.some((at) => monthOf(dayOf(at, model.zone)) === month);
  return empty ? { what: 'search', month } : undefined;
}

/** The month that guests turn to next, where it may have times and nobody asked for it. */
export function following(model: Model, month: Month): boolean {
  if (!model.link || model.free.months.has(month)) return false;
  return month <= lastMonth(model);
}

/** The last month that anything can be booked in. */
export function lastMonth(model: Model): Month {
  const until = model.link ? instant(model.link.bookable_until) - 1 : undefined;
  const last = until === undefined ? model.month : monthOf(dayOf(until, model.zone));
  const known = model.free.starts.at(-1);
  const seen = known === undefined ? last : monthOf(dayOf(known, model.zone));
  return seen > last ? seen : last;
}

function linked(model: Model, link: BookingLink): Model {
  const offered = model.duration === undefined || lengths(link).includes(model.duration);
  const free = offered ? model.free : NOTHING;
  const step: Step = model.step.at === 'loading' || model.step.at === 'unreachable' ? { at: 'times' } : model.step;
  return { ...model, link, step, free, duration: offered ? model.duration : undefined };
}

/** Opens the first free day, once the first month is known. */
function opened(model: Model): Model {
  if (model.arrival !== 'waiting' || !model.link) return kept(model);
  const free = days(model);
  const wish = model.asked !== undefined && free.has(model.asked) ? model.asked : undefined;
  const first = wish ?? [...free.keys()].find((day) => day >= (model.asked ?? model.month)) ?? [...free.keys()][0];
  if (first === undefined) return model;
  const later = monthOf(first) > model.month;
  return { ...model, arrival: 'arrived', day: first, month: monthOf(first), later };
}

/** A day that was open and has no times any more stays open: the page says that it is empty. */
function kept(model: Model): Model {
  if (model.day !== undefined || model.arrival !== 'arrived') return model;
  const first = [...days(model).keys()].find((day) => monthOf(day) === model.month);
  return first === undefined ? model : { ...model, day: first };
}

function searched(model: Model, month: Month, start: Instant | null | Refusal): Model {
  if (model.month !== month) return model;
  const ahead = { month, start };
  if (model.arrival !== 'waiting' || start instanceof Error) return { ...model, ahead };
  if (start === null) return { ...model, ahead, arrival: model.free.starts.length ? 'arrived' : 'nothing' };
  const day = dayOf(start, model.zone);
  return { ...model, arrival: 'arrived', month: monthOf(day), day, later: monthOf(day) > month, ahead: undefined };
}

/** The instant stays picked; without one the day that is open follows its first time. */
function rezoned(model: Model, zone: string): Model {
  const shown = 'start' in model.step ? model.step.start : first(model);
  const day = shown === undefined ? model.day : dayOf(shown, zone);
  return { ...model, zone, day, month: day === undefined ? model.month : monthOf(day), ahead: undefined };
}

function first(model: Model): Instant | undefined {
  return model.day === undefined ? undefined : days(model).get(model.day)?.[0];
}

function refused(model: Model, start: Instant, refusal: Refusal): Model {
  switch (refusal.kind) {
    case 'conflict':
      return {
        ...model,
        free: stale(without(model.free, start)),
        ahead: undefined,
        step: { at: 'times', lost: { start, why: refusal.word } },
      };
    case 'lost':
    case 'offline':
      return { ...model, step: { at: 'unanswered', start } };
    case 'gone':
      return { ...model, step: { at: 'closed' } };
    default:
      return { ...model, step: { at: 'form', start, refusal } };
  }
}
