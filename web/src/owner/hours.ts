// Weekly hours as an editor holds them, and as `availability_settings` has them: one into the other, and what
// the database would refuse, told while it is typed. Pure; the rules are those of docs/reference.md.

import { firstWeekday, type Weekday } from '../time/days';

/** By `Weekday`. */
export const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type DayName = (typeof DAYS)[number];

/** From one wall-clock time to another, `HH:MM`; `24:00` may be an end. Texts that are no times are what was typed. */
export interface Window {
  start: string;
  end: string;
}

export interface DayHours {
  enabled: boolean;
  /** Kept while the day is off. */
  windows: Window[];
}

export type Week = Record<DayName, DayHours>;

type StoredDay = { enabled?: boolean; start?: string; end?: string; windows?: Window[] };
/** The document of `availability_settings`. */
export type Settings = Partial<Record<DayName, StoredDay>>;

/** What a day begins with that never had hours. */
export const USUAL: Window = { start: '09:00', end: '17:00' };

export function weekOf(settings: Settings): Week {
  return Object.fromEntries(DAYS.map((day) => [day, dayOfSettings(settings[day])])) as Week;
}

function dayOfSettings(day: StoredDay | undefined): DayHours {
  const windows = (day?.windows ?? (day?.start && day.end ? [{ start: day.start, end: day.end }] : [])).map(
    ({ start, end }) => ({ start, end }),
  );
  // Enabled without hours is closed, as a day that is off.
  return { enabled: day?.enabled === true && windows.length > 0, windows };
}

/** The whole document: a day with one window in the original format, one with several in the other. */
export function settingsOf(week: Week): Settings {
  return Object.fromEntries(DAYS.map((day) => [day, storedDay(week[day])])) as Settings;
}

function storedDay({ enabled, windows }: DayHours): StoredDay {
  // Nobody sees what is not right on a day that is off: it is not kept.
  const kept = inOrder(enabled || !checkWindows(windows).length ? windows : []);
  const [first, ...more] = kept;
  if (!first) return { enabled: false };
  return more.length ? { enabled, windows: kept } : { enabled, start: first.start, end: first.end };
}

export function inOrder(windows: readonly Window[]): Window[] {
  return windows.map(({ start, end }) => ({ start, end })).sort((a, b) => (a.start < b.start ? -1 : 1));
}

/** The days in the order in which weeks are read where this language is. */
export function weekOrder(locale: string): Weekday[] {
  const first = firstWeekday(locale);
  return Array.from({ length: 7 }, (_, n) => ((first + n) % 7) as Weekday);
}

export type Trouble = {
  /** Which of the windows. */
  at: number;
  field: 'start' | 'end';
  why: 'no_time' | 'order' | 'overlap';
};

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

export function isTime(text: string, end = false): boolean {
  return TIME.test(text) || (end && text === '24:00');
}

/** What is not right, at most one word a window. Touching is fine, and so is any order. */
export function checkWindows(windows: readonly Window[]): Trouble[] {
  const troubles: Trouble[] = [];
  windows.forEach((window, at) => {
    if (!isTime(window.start)) troubles.push({ at, field: 'start', why: 'no_time' });
    else if (!isTime(window.end, true)) troubles.push({ at, field: 'end', why: 'no_time' });
    else if (window.end <= window.start) troubles.push({ at, field: 'end', why: 'order' });
    // The later one of two is told, where the earlier ones are as they have to be.
    else if (windows.some((other, n) => n < at && isRight(other) && other.start < window.end && window.start < other.end))
      troubles.push({ at, field: 'start', why: 'overlap' });
  });
  return troubles;
}

function isRight({ start, end }: Window): boolean {
  return isTime(start) && isTime(end, true) && start < end;
}

/** The days that are on and not right. */
export function troubledDays(week: Week): DayName[] {
  return DAYS.filter((day) => week[day].enabled && checkWindows(week[day].windows).length > 0);
}

/** Switches a day; one that never had hours gets the usual ones, one that is switched off keeps its own. */
export function switched(day: DayHours, enabled: boolean): DayHours {
  return { enabled, windows: enabled && !day.windows.length ? [{ ...USUAL }] : day.windows };
}

/** With one more window, after the last where the day has room for it. */
export function withAnother(day: DayHours): DayHours {
  const last = inOrder(day.windows.filter(isRight)).at(-1);
  if (!last) return { enabled: true, windows: [...day.windows, { ...USUAL }] };
  const end = minutes(last.end);
  // An hour's pause and an hour of work, or what is left of the day.
  const start = Math.min(end + 60, 23 * 60);
  const window =
    start >= end
      ? { start: clock(start), end: clock(Math.min(start + 60, 24 * 60)) }
      : // The day is full to its end: the first hour of it that is free.
        freeHour(day.windows);
  return { enabled: true, windows: [...day.windows, window] };
}

function freeHour(windows: readonly Window[]): Window {
  for (let start = 0; start < 24 * 60; start += 60) {
    const window = { start: clock(start), end: clock(start + 60) };
    if (!windows.some((other) => other.start < window.end && window.start < other.end)) return window;
  }
  return { start: '', end: '' };
}

/** Without this window; a day without any is off. */
export function without(day: DayHours, at: number): DayHours {
  const windows = day.windows.filter((_, n) => n !== at);
  return { enabled: day.enabled && windows.length > 0, windows };
}

/** These days get the hours of that one, unsaved ones too. */
export function copied(week: Week, from: DayName, to: readonly DayName[]): Week {
  const next = { ...week };
  for (const day of to) next[day] = { enabled: week[from].enabled, windows: week[from].windows.map((window) => ({ ...window })) };
  return next;
}

export function minutes(time: string): number {
  const [hours, rest] = time.split(':').map(Number) as [number, number];
  return hours * 60 + rest;
}

export function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Each quarter of an hour that a window may begin with, or end with. */
export function quarters(end = false): string[] {
  return Array.from({ length: 96 }, (_, n) => clock((n + (end ? 1 : 0)) * 15));
}

/**
 * What somebody means who types this: `9`, `930`, `9.30`, `9:30 pm`, `21 h 30`, and with the words that the
 * language has for the halves of the day. Midnight as an end is `24:00`.
 */
export function typedTime(text: string, halves: Halves, end = false): string | undefined {
  const plain = text.normalize('NFKC').toLocaleLowerCase().trim();
  const [half, rest] = halfOf(plain, halves);
  const match = /^(\d{1,2})(?:\s*[:.,h ]\s*(\d{2})|(\d{2}))?\s*h?$/.exec(rest);
  if (!match) return undefined;
  let hours = Number(match[1]);
  const minute = Number(match[2] ?? match[3] ?? 0);
  if (half) {
    if (hours < 1 || hours > 12) return undefined;
    hours = (hours % 12) + (half === 'pm' ? 12 : 0);
  }
  const time = clock(hours * 60 + minute);
  if (minute > 59 || !isTime(time, end)) return undefined;
  return end && time === '00:00' ? '24:00' : time;
}

/** How a language calls the two halves of the day. */
export interface Halves {
  am: string;
  pm: string;
}

/** By what Intl writes beside 9 and 21 o'clock; English as well, everywhere. */
export function halvesOf(locale: string): Halves {
  const format = new Intl.DateTimeFormat(locale, { hour: 'numeric', hourCycle: 'h12', timeZone: 'UTC' });
  const at = (hour: number) =>
    format.formatToParts(Date.UTC(2026, 0, 1, hour)).find((part) => part.type === 'dayPeriod')?.value ?? '';
  return { am: at(9), pm: at(21) };
}

function halfOf(text: string, halves: Halves): ['am' | 'pm' | undefined, string] {
  for (const half of ['am', 'pm'] as const) {
    const words = [halves[half].normalize('NFKC').toLocaleLowerCase(), half, `${half[0]}.m.`, half[0]!];
    for (const word of words) {
      if (word && text.endsWith(word)) return [half, text.slice(0, -word.length).trim()];
      if (word && text.startsWith(word)) return [half, text.slice(word.length).trim()];
    }
  }
  return [undefined, text];
}
