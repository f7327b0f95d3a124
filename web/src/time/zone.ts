// Zones by name: the browser's own, all that can be picked, and the search for one. Names are those of tzdb as
// spelled today, whichever spelling the browser lists. Picks nothing by itself.

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

/** What search looks at, without accents, in small letters. */
interface Entry {
  row: ZoneRow;
  /** Minutes ahead of UTC now. */
  ahead: number;
  city: string;
  others: string;
}

let made: { key: string; entries: Entry[] } | undefined;

/** The zones that this is said of, the likeliest first; all of them, from west to east, where nothing is asked. */
export function searchZones(query: string, locale: string, now: Instant): ZoneRow[] {
  const entries = all(locale, now);
  const wanted = plain(query);
  if (!wanted) return entries.map(({ row }) => row);
  const ahead = minutesAhead(query);
  if (ahead !== undefined) return entries.filter((entry) => ahead.includes(entry.ahead)).sort(byRenown).map(({ row }) => row);
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
function rank({ city, others }: Entry, wanted: string): number {
  if (city.startsWith(wanted)) return 0;
  if (` ${city}`.includes(` ${wanted}`)) return 1;
  if (` ${others}`.includes(` ${wanted}`)) return 2;
  const words = ` ${city} ${others}`;
  return wanted.split(' ').every((word) => words.includes(` ${word}`)) ? 3 : Infinity;
}

/** What an offset such as "+5:30", "UTC-3" or "gmt+0545" can mean. */
function minutesAhead(query: string): number[] | undefined {
  const found = /^\s*(?:utc|gmt)?\s*([+\-\u2212])\s*(\d{1,2})(?::?(\d{2}))?\s*$/i.exec(query);
  if (!found) return undefined;
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0);
  return [found[1] === '+' ? minutes : -minutes];
}

/** Of this minute, made when first asked for. */
function all(locale: string, now: Instant): Entry[] {
  const minute = Math.floor(now / 60_000);
  const key = `${locale} ${minute}`;
  if (made?.key === key) return made.entries;
  const entries = zones()
    .map((name) => entry(name, locale, minute * 60_000))
    .sort((a, b) => a.ahead - b.ahead || (a.city < b.city ? -1 : 1));
  made = { key, entries };
  return entries;
}

function entry(name: string, locale: string, now: Instant): Entry {
  const labels = new Labels(locale, name);
  const parts = name.split('/');
  const city = (parts.pop() ?? name).replaceAll('_', ' ');
  const region = parts.join(', ').replaceAll('_', ' ');
  const row: ZoneRow = {
    name,
    city,
    region,
    offset: labels.offset(now),
    clock: labels.time(now),
    generic: labels.zoneName(now),
  };
  const old = Object.keys(RENAMED).filter((spelling) => RENAMED[spelling] === name);
  return {
    row,
    ahead: offsetMinutes(name, now),
    city: plain(city),
    others: plain([CITIES[name] ?? '', ...old, name, row.generic].join(' ')),
  };
}

/** By the offset's own name, which `Intl` writes in full. */
function offsetMinutes(zone: string, now: Instant): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(now);
  const found = /([+-])(\d\d):(\d\d)/.exec(parts.find((part) => part.type === 'timeZoneName')?.value ?? '');
  if (!found) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === '+' ? minutes : -minutes;
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim();
}
