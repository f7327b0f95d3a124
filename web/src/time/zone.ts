// Zones by name: the browser's own, all that can be picked, and the search for one. Names are those of tzdb as
// spelled today, whichever spelling the browser lists. Picks nothing by itself.

import { gregorian } from '../text/text';
import { CITIES, RENAMED, WELL_KNOWN } from './aliases';
import { Labels } from './labels';
import type { Instant } from './days';

export interface ZoneRow {
  name: string;
  city: string;
  region: string;
  /** GMT+5:30 */
  offset: string;
  /** The time there now. */
  clock: string;
  /** India Standard Time */
  generic: string;
}

/** The zone that this browser's clock is of. */
export function ownZone(): string {
  const name = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return isZone(name) ? today(name) : 'UTC';
}

/** Whether the browser knows a zone of this name; an offset is not one. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

let known: string[] | undefined;

/** All that can be picked, in order of their names. */
export function zones(): string[] {
  known ??= [...new Set([...Intl.supportedValuesOf('timeZone').map(today), 'UTC'])].sort();
  return known;
}

/** The spelling of today, where the browser knows it. */
function today(name: string): string {
  const now = RENAMED[name];
  return now && isZone(now) ? now : name;
}

const MINUTE = 60_000;
/** Spellings of before, by that of today. */
const OLD = new Map(Object.entries(RENAMED).map(([old, now]) => [now, old]));

/** What search looks at, without accents, in small letters. */
interface Entry {
  row: ZoneRow;
  /** Minutes ahead of UTC now. */
  ahead: number;
  city: string;
  /** Cities that follow the same clocks, spellings of before, what its time is called. */
  others: string;
  name: string;
}

let made: { key: string; entries: Entry[] } | undefined;

/** The zones that this is said of, the likeliest first; all of them, from west to east, where nothing is asked. */
export function searchZones(query: string, locale: string, now: Instant): ZoneRow[] {
  const entries = all(locale, now);
  const wanted = plain(query);
  if (!wanted) return entries.map(({ row }) => row);
  const ahead = minutesAhead(query);
  if (ahead !== undefined) return entries.filter((entry) => entry.ahead === ahead).sort(byRenown).map(({ row }) => row);
  return entries
    .map((entry) => ({ ...entry, rank: rank(entry, wanted) }))
    .filter((found) => found.rank < Infinity)
    .sort((a, b) => a.rank - b.rank || byRenown(a, b))
    .map(({ row }) => row);
}

function byRenown(a: Entry, b: Entry): number {
  return Number(WELL_KNOWN.has(b.row.name)) - Number(WELL_KNOWN.has(a.row.name)) || a.ahead - b.ahead || (a.city < b.city ? -1 : 1);
}

/** How well it fits; Infinity where it does not. */
function rank({ city, others, name }: Entry, wanted: string): number {
  if (city.startsWith(wanted)) return 0;
  if (` ${city}`.includes(` ${wanted}`)) return 1;
  if (` ${others}`.includes(` ${wanted}`)) return 2;
  if (` ${name}`.includes(` ${wanted}`)) return 3;
  const words = ` ${city} ${others} ${name}`;
  return wanted.split(' ').every((word) => words.includes(` ${word}`)) ? 4 : Infinity;
}

/** The minutes that an offset says, such as "+5:30", "UTC-3" or "gmt+0545". */
function minutesAhead(query: string): number | undefined {
  const found = /^\s*(?:utc|gmt)?\s*([+\-\u2212])\s*(\d{1,2})(?::?(\d{2}))?\s*$/i.exec(query);
  if (!found) return undefined;
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0);
  return found[1] === '+' ? minutes : -minutes;
}

/** Of this minute, made when first asked for. */
function all(locale: string, now: Instant): Entry[] {
  const minute = Math.floor(now / MINUTE) * MINUTE;
  const key = `${locale} ${minute}`;
  if (made?.key === key) return made.entries;
  // Clocks that are as far ahead show the same: of each the words are made once.
  const told = new Map<number, Pick<ZoneRow, 'offset' | 'clock'>>();
  const entries = zones().map((name) => entry(name, locale, minute, told));
  entries.sort((a, b) => a.ahead - b.ahead || (a.city < b.city ? -1 : 1));
  made = { key, entries };
  return entries;
}

function entry(name: string, locale: string, now: Instant, told: Map<number, Pick<ZoneRow, 'offset' | 'clock'>>): Entry {
  const { ahead, generic } = reading(name, locale, now);
  let words = told.get(ahead);
  if (!words) {
    const labels = new Labels(locale, name);
    words = { offset: labels.offset(now), clock: labels.time(now) };
    told.set(ahead, words);
  }
  const row = { name, ...place(name), ...words, generic: /\d/.test(generic) ? new Labels(locale, name).zoneName(now) : generic };
  return {
    row,
    ahead,
    city: plain(row.city),
    others: plain([CITIES[name] ?? '', OLD.get(name) ?? '', row.generic].join(' ')),
    name: plain(name),
  };
}

/** By one formatter a zone, since making them is what takes the time. */
function reading(zone: string, locale: string, now: Instant): { ahead: number; generic: string } {
  const format = new Intl.DateTimeFormat(gregorian(locale), {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    timeZoneName: 'longGeneric',
  });
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(now)) part[type] = value;
  const [year, month, ...rest] = [part.year, part.month, part.day, part.hour, part.minute].map(Number) as [number, number, number, number, number];
  return { ahead: (Date.UTC(year, month - 1, ...rest) - now) / MINUTE, generic: part.timeZoneName ?? zone };
}

/** What a list says of one zone. */
export function zoneRow(name: string, locale: string, now: Instant): ZoneRow {
  const labels = new Labels(locale, name);
  return { name, ...place(name), offset: labels.offset(now), clock: labels.time(now), generic: labels.zoneName(now) };
}

function place(name: string): Pick<ZoneRow, 'city' | 'region'> {
  const parts = name.replaceAll('_', ' ').split('/');
  return { city: parts.pop() ?? name, region: parts.join(', ') };
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim();
}
