// Words for instants, days and lengths, in one language and one zone. Made while rendering and never read back;
// always of the Gregorian calendar and in Latin digits, as the cells of a calendar are.

import { gregorian } from '../text/text';
import type { Day, Instant, Month, Weekday } from './days';

export type HourCycle = 'h12' | 'h23';

/** Whether clocks are read by twelve or twenty-four hours where this language is. */
export function localeCycle(locale: string): HourCycle {
  return clockOf(locale).cycle;
}

// Making one costs more than using it a hundred times.
const formats = new Map<string, Intl.DateTimeFormat>();

export class Labels {
  readonly locale: string;
  readonly zone: string;
  readonly cycle: HourCycle;
  readonly #clock: Intl.DateTimeFormatOptions;

  constructor(locale: string, zone: string, cycle: HourCycle = localeCycle(locale)) {
    this.locale = gregorian(locale);
    this.zone = zone;
    this.cycle = cycle;
    const clock = clockOf(locale);
    const own = cycle === clock.cycle;
    this.#clock = {
      hour: cycle === 'h23' && (!own || clock.padded) ? '2-digit' : 'numeric',
      minute: '2-digit',
      // Asked for a cycle, a language forgets how it writes its own.
      ...(own ? {} : { hourCycle: cycle }),
    };
  }

  time(at: Instant): string {
    return this.#format(this.#clock).format(at);
  }

  /** The time, with the zone's short name where another start of the same day is called the same. */
  timeTold(at: Instant, sameDay: readonly Instant[]): string {
    const label = this.time(at);
    if (!sameDay.some((other) => other !== at && Math.abs(other - at) <= NEAR && this.time(other) === label)) return label;
    return this.#format({ ...this.#clock, timeZoneName: 'short' }).format(at);
  }

  /** From one time to another. */
  range(from: Instant, until: Instant): string {
    const told = [this.timeTold(from, [until]), this.timeTold(until, [from])];
    const format = this.#format(this.#clock);
    const sameDay = this.#format(DAY_FIELDS).format(from) === this.#format(DAY_FIELDS).format(until);
    // Across midnight the ranges of Intl name both days in digits, and across a repeated hour they say one time.
    return sameDay && told[0] === this.time(from) ? format.formatRange(from, until) : `${told[0]} – ${told[1]}`;
  }

  /** Thursday 12 November 2026 */
  day(day: Day): string {
    return this.#format(FULL_DAY, 'UTC').format(noon(day));
  }

  /** Thu 12 Nov */
  shortDay(day: Day): string {
    return this.#format(SHORT_DAY, 'UTC').format(noon(day));
  }

  dateTime(at: Instant): string {
    return this.#format({ ...FULL_DAY, ...this.#clock }).format(at);
  }

  month(month: Month): string {
    return this.#format({ month: 'long', year: 'numeric' }, 'UTC').format(noon(`${month}-01`));
  }

  /** Central European Time */
  zoneName(at: Instant): string {
    const generic = this.#zonePart(at, 'longGeneric');
    // UTC has no generic name, and shows an offset for one.
    return /\d/.test(generic) ? this.#zonePart(at, 'long') : generic;
  }

  /** GMT+1 */
  offset(at: Instant): string {
    return this.#zonePart(at, 'shortOffset');
  }

  length(minutes: number): string {
    const parts: [number, 'hour' | 'minute'][] = [
      [Math.floor(minutes / 60), 'hour'],
      [minutes % 60, 'minute'],
    ];
    const said = parts
      .filter(([count], at) => count > 0 || (at === 1 && minutes === 0))
      .map(([count, unit]) =>
        new Intl.NumberFormat(this.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count),
      );
    return new Intl.ListFormat(this.locale, { type: 'unit', style: 'short' }).format(said);
  }

  list(parts: string[]): string {
    return new Intl.ListFormat(this.locale, { type: 'conjunction', style: 'long' }).format(parts);
  }

  number(n: number): string {
    return new Intl.NumberFormat(this.locale).format(n);
  }

  /** A time of day as the language writes it; `24:00`, the end of a day, stays so where clocks know it. */
  clock(hhmm: string): string {
    if (hhmm === '24:00' && this.cycle === 'h23') return hhmm;
    return this.#format(this.#clock, 'UTC').format(Date.parse(`1970-01-01T${hhmm === '24:00' ? '00:00' : hhmm}Z`));
  }

  weekdayName(weekday: Weekday, style: 'long' | 'short' | 'narrow'): string {
    // 1 November 2026 is a Sunday.
    return this.#format({ weekday: style }, 'UTC').format(Date.UTC(2026, 10, 1 + weekday));
  }

  #zonePart(at: Instant, timeZoneName: 'longGeneric' | 'long' | 'shortOffset'): string {
    const parts = this.#format({ timeZoneName }).formatToParts(at);
    return parts.find((part) => part.type === 'timeZoneName')?.value ?? this.zone;
  }

  #format(options: Intl.DateTimeFormatOptions, zone = this.zone): Intl.DateTimeFormat {
    const key = `${this.locale} ${zone} ${JSON.stringify(options)}`;
    let format = formats.get(key);
    if (!format) {
      format = new Intl.DateTimeFormat(this.locale, { ...options, timeZone: zone });
      formats.set(key, format);
    }
    return format;
  }
}

interface Clock {
  cycle: HourCycle;
  /** Whether it writes 09:05 where another writes 9:05: `numeric` hours do not say. */
  padded: boolean;
}

const own = new Map<string, Clock>();

function clockOf(locale: string): Clock {
  let clock = own.get(locale);
  if (!clock) {
    const short = new Intl.DateTimeFormat(gregorian(locale), { timeStyle: 'short', timeZone: 'UTC' });
    const { hourCycle } = short.resolvedOptions();
    const cycle = hourCycle === 'h11' || hourCycle === 'h12' ? 'h12' : 'h23';
    clock = { cycle, padded: short.format(NINE).includes('09') };
    own.set(locale, clock);
  }
  return clock;
}

const NINE = Date.UTC(2026, 10, 1, 9, 5);
/** Starts with one label on one day are as far apart as clocks are set back, at most. */
const NEAR = 4 * 3_600_000;
const FULL_DAY = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
const SHORT_DAY = { weekday: 'short', day: 'numeric', month: 'short' } as const;
const DAY_FIELDS = { day: 'numeric', month: 'numeric', year: 'numeric' } as const;

function noon(day: Day): Instant {
  return Date.parse(`${day}T12:00:00Z`);
}
