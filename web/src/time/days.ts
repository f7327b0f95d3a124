// Instants and the days they fall on in a zone. What a clock shows comes from `Intl` alone; the arithmetic here
// is that of calendar days, on names of days, never on offsets. Knows nothing of languages' words.

/** Milliseconds since 1970. */
export type Instant = number;
/** `YYYY-MM-DD`, of one zone. */
export type Day = string;
/** `YYYY-MM`. */
export type Month = string;
/** 0 is Sunday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function instant(iso: string): Instant {
  return Date.parse(iso);
}

/** In UTC, as the database reads it. */
export function iso(at: Instant): string {
  return new Date(at).toISOString();
}

export function dayOf(at: Instant, zone: string): Day {
  const { year, month, day } = fields(at, zone);
  return `${year}-${month}-${day}`;
}

export function monthOf(day: Day): Month {
  return day.slice(0, 7);
}

export function addDays(day: Day, n: number): Day {
  return iso(midnight(day) + n * DAY).slice(0, 10);
}

export function addMonths(month: Month, n: number): Month {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return iso(Date.UTC(year, number - 1 + n, 1)).slice(0, 7);
}

/** The days of the month, in order. */
export function daysOf(month: Month): Day[] {
  const first = `${month}-01`;
  const count = (midnight(`${addMonths(month, 1)}-01`) - midnight(first)) / DAY;
  return Array.from({ length: count }, (_, n) => addDays(first, n));
}

export function weekday(day: Day): Weekday {
  return new Date(midnight(day)).getUTCDay() as Weekday;
}

/** What has to be asked for so that each day of the month is whole in every zone, from UTC-12 to UTC+14. */
export function monthRange(month: Month): { from: string; until: string } {
  return {
    from: iso(midnight(`${month}-01`) - 14 * HOUR),
    until: iso(midnight(`${addMonths(month, 1)}-01`) + 12 * HOUR),
  };
}

/** These instants by the day that they fall on, days and instants in order. */
export function byDay(starts: Iterable<Instant>, zone: string): Map<Day, Instant[]> {
  const days = new Map<Day, Instant[]>();
  for (const at of [...starts].sort((a, b) => a - b)) {
    const day = dayOf(at, zone);
    const seen = days.get(day);
    if (seen) seen.push(at);
    else days.set(day, [at]);
  }
  return days;
}

/** The day that weeks begin on where this language is read (CLDR). */
export function firstWeekday(locale: string): Weekday {
  const named = new Intl.Locale(locale) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  const first = named.getWeekInfo?.().firstDay ?? named.weekInfo?.firstDay;
  if (first !== undefined) return (first % 7) as Weekday;
  // Firefox has neither.
  const region = named.region ?? named.maximize().region ?? '';
  if (SATURDAY.includes(region)) return 6;
  return SUNDAY.includes(region) ? 0 : 1;
}

// CLDR's supplemental data, firstDay; Monday everywhere else. (Maldives' Friday is left out: seldom, and no
// language of ours.)
const SATURDAY = 'AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY'.split(' ');
const SUNDAY = (
  'AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE PH ' +
  'PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW'
).split(' ');

/** The first instant of the day; where the zone left the whole day out, that of the next. */
export function startOfDay(day: Day, zone: string): Instant {
  return wallClock(day, '00:00', zone);
}

/** Whether clocks there are put forward or back on this day. */
export function clocksChange(day: Day, zone: string): boolean {
  return startOfDay(addDays(day, 1), zone) - startOfDay(day, zone) !== DAY;
}

/**
 * When clocks there first show this. A time that a change skips is the instant of the change, one that is shown
 * twice is the first of both. `24:00` is the next day's midnight.
 */
export function wallClock(day: Day, time: string, zone: string): Instant {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  const shown = midnight(day) + hours * HOUR + minutes * MINUTE;
  // Offsets before and after whatever change is near: no zone changes twice within two days.
  const before = shown - DAY;
  const after = shown + DAY;
  const ahead = [before, after].map((at) => reading(at, zone) - at);
  for (const at of ahead.map((offset) => shown - offset).sort((a, b) => a - b)) {
    if (reading(at, zone) === shown) return at;
  }
  return change(before, after, zone);
}

/** `HH:MM` of 24 hours, for inputs. */
export function timeOf(at: Instant, zone: string): string {
  const { hour, minute } = fields(at, zone);
  return `${hour}:${minute}`;
}

/** The instant of the one change of clocks between these. */
function change(from: Instant, until: Instant, zone: string): Instant {
  const offset = reading(from, zone) - from;
  let [low, high] = [from, until];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reading(middle, zone) - middle === offset) low = middle;
    else high = middle;
  }
  return high;
}

/** What a clock there shows, as the instant at which UTC's shows it. */
function reading(at: Instant, zone: string): Instant {
  const { year, month, day, hour, minute, second } = fields(at, zone);
  const rest = ((at % 1000) + 1000) % 1000;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) + rest;
}

function midnight(day: Day): Instant {
  return Date.parse(`${day}T00:00:00Z`);
}

type Field = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

const clocks = new Map<string, Intl.DateTimeFormat>();

function fields(at: Instant, zone: string): Record<Field, string> {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-CA-u-ca-gregory-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    clocks.set(zone, clock);
  }
  const parts = {} as Record<Field, string>;
  for (const { type, value } of clock.formatToParts(at)) parts[type as Field] = value;
  return parts;
}
