// What the editor of a link holds: every column as it is typed, what is wrong with it, and the columns that it
// makes. Pure: no element, no request; words are named by their keys.

import type { OwnerKey } from '../text/owner';
import { amount, minutes, whole, type Amount } from './amount';
import type { Conferencing } from '../api/types';
import { settingsOf, troubledDays, weekOf, type Week } from './hours';
import type { LinkColumns } from './link-row';
import { draftOf, MOST_QUESTIONS, questionProblems, questionsOf, type QuestionDraft } from './question-draft';
import { isSlug } from './slug';

const MOST_LENGTHS = 20;
const MOST_REMINDERS = 5;

export interface LinkForm {
  title: string;
  slug: string;
  description: string;
  location: string;
  conferencing: Conferencing;
  duration_minutes: string;
  duration_options: string[];
  /** Empty: as long as the meeting. */
  slot_interval_minutes: string;
  buffer_before_minutes: string;
  buffer_after_minutes: string;
  minimum_notice_minutes: Amount;
  booking_window_days: string;
  /** Empty: no cap. */
  max_bookings_per_day: string;
  /** Null: guests may not. */
  cancel_notice_minutes: Amount | null;
  reschedule_notice_minutes: Amount | null;
  questions: QuestionDraft[];
  reminder_minutes: Amount[];
  redirect_url: string;
  /** Empty: the owner's. */
  locale: string;
  /** Null: the owner's. */
  availability_settings: Week | null;
  is_active: boolean;
  /** Empty: no limit. */
  max_hourly_attempts_per_guest: string;
  max_hourly_bookings_per_guest: string;
  max_upcoming_bookings_per_guest: string;
  max_hourly_moves_per_booking: string;
}

/** Where something is wrong: a column, or a place in one (`questions.7.label`, by the draft's key). */
export type Place = string;
export type Problems = Map<Place, OwnerKey>;

export function formOf(row: LinkColumns): LinkForm {
  const text = (value: number | string | null) => (value === null ? '' : String(value));
  return {
    title: row.title,
    slug: row.slug,
    description: text(row.description),
    location: text(row.location),
    conferencing: row.conferencing,
    duration_minutes: text(row.duration_minutes),
    duration_options: row.duration_options.map(String),
    slot_interval_minutes: text(row.slot_interval_minutes),
    buffer_before_minutes: text(row.buffer_before_minutes),
    buffer_after_minutes: text(row.buffer_after_minutes),
    minimum_notice_minutes: amount(row.minimum_notice_minutes, 'hours'),
    booking_window_days: text(row.booking_window_days),
    max_bookings_per_day: text(row.max_bookings_per_day),
    cancel_notice_minutes: row.cancel_notice_minutes === null ? null : amount(row.cancel_notice_minutes, 'hours'),
    reschedule_notice_minutes: row.reschedule_notice_minutes === null ? null : amount(row.reschedule_notice_minutes, 'hours'),
    questions: row.questions.map(draftOf),
    reminder_minutes: row.reminder_minutes.map((one) => amount(one)),
    redirect_url: text(row.redirect_url),
    locale: text(row.locale),
    availability_settings: row.availability_settings && weekOf(row.availability_settings),
    is_active: row.is_active,
    max_hourly_attempts_per_guest: text(row.max_hourly_attempts_per_guest),
    max_hourly_bookings_per_guest: text(row.max_hourly_bookings_per_guest),
    max_upcoming_bookings_per_guest: text(row.max_upcoming_bookings_per_guest),
    max_hourly_moves_per_booking: text(row.max_hourly_moves_per_booking),
  };
}

/** The columns that a form without problems makes; `problems` comes first. */
export function columnsOf(form: LinkForm): LinkColumns {
  return {
    title: form.title.trim(),
    slug: form.slug.trim(),
    description: form.description.trim() ? form.description : null,
    location: form.location.trim() || null,
    conferencing: form.conferencing,
    duration_minutes: whole(form.duration_minutes)!,
    duration_options: form.duration_options.map((typed) => whole(typed)!),
    slot_interval_minutes: whole(form.slot_interval_minutes) ?? null,
    buffer_before_minutes: whole(form.buffer_before_minutes)!,
    buffer_after_minutes: whole(form.buffer_after_minutes)!,
    minimum_notice_minutes: minutes(form.minimum_notice_minutes)!,
    booking_window_days: whole(form.booking_window_days)!,
    max_bookings_per_day: whole(form.max_bookings_per_day) ?? null,
    cancel_notice_minutes: form.cancel_notice_minutes && minutes(form.cancel_notice_minutes)!,
    reschedule_notice_minutes: form.reschedule_notice_minutes && minutes(form.reschedule_notice_minutes)!,
    questions: questionsOf(form.questions),
    reminder_minutes: form.reminder_minutes.map((one) => minutes(one)!),
    redirect_url: form.redirect_url.trim() || null,
    locale: form.locale || null,
    availability_settings: form.availability_settings && settingsOf(form.availability_settings),
    is_active: form.is_active,
    max_hourly_attempts_per_guest: whole(form.max_hourly_attempts_per_guest) ?? null,
    max_hourly_bookings_per_guest: whole(form.max_hourly_bookings_per_guest) ?? null,
    max_upcoming_bookings_per_guest: whole(form.max_upcoming_bookings_per_guest) ?? null,
    max_hourly_moves_per_booking: whole(form.max_hourly_moves_per_booking) ?? null,
  };
}

/** What the database would refuse, in the order of the form. */
export function problems(form: LinkForm): Problems {
  const found: Problems = new Map();
  const say = (place: Place, wrong: boolean, key: OwnerKey) => wrong && !found.has(place) && found.set(place, key);
  const number = (place: keyof LinkForm, least: number, most: number, key: OwnerKey, empty = false) => {
    const typed = (form[place] as string).trim();
    const value = whole(typed);
    say(place, !(empty && typed === '') && (value === undefined || value < least || value > most), key);
  };
  const most = 2_147_483_647;

  say('title', !form.title.trim(), 'title_missing');
  say('slug', !isSlug(form.slug.trim()), form.slug.trim() ? 'slug_wrong' : 'slug_missing');
  number('duration_minutes', 1, 1440, 'length_wrong');
  const lengths = form.duration_options.map(whole);
  form.duration_options.forEach((_, index) => {
    const length = lengths[index];
    say(`duration_options.${index}`, length === undefined || length < 1 || length > 1440, 'length_wrong');
    say(`duration_options.${index}`, lengths.indexOf(length) < index, 'length_repeated');
  });
  say('duration_options', lengths.length > MOST_LENGTHS, 'lengths_too_many');
  number('slot_interval_minutes', 1, 1440, 'length_wrong', true);
  number('buffer_before_minutes', 0, most, 'minutes_wrong');
  number('buffer_after_minutes', 0, most, 'minutes_wrong');
  say('availability_settings', form.availability_settings !== null && troubledDays(form.availability_settings).length > 0, 'link_hours_wrong');
  say('minimum_notice_minutes', minutes(form.minimum_notice_minutes) === undefined, 'number_wrong');
  number('booking_window_days', 0, 3650, 'window_wrong');
  number('max_bookings_per_day', 1, most, 'cap_wrong', true);
  for (const place of ['cancel_notice_minutes', 'reschedule_notice_minutes'] as const) {
    say(place, form[place] !== null && minutes(form[place]) === undefined, 'number_wrong');
  }
  say('questions', form.questions.length > MOST_QUESTIONS, 'questions_too_many');
  for (const draft of form.questions) {
    for (const [part, problem] of Object.entries(questionProblems(draft))) {
      say(`questions.${draft.key}.${part}`, true, problem);
    }
  }
  const reminders = form.reminder_minutes.map(minutes);
  reminders.forEach((one, index) => {
    say(`reminder_minutes.${index}`, one === undefined || one < 5 || one > 43_200, 'reminder_wrong');
    say(`reminder_minutes.${index}`, reminders.indexOf(one) < index, 'reminder_repeated');
  });
  say('reminder_minutes', reminders.length > MOST_REMINDERS, 'reminders_too_many');
  say('redirect_url', form.redirect_url.trim() !== '' && !isRedirect(form.redirect_url.trim()), 'redirect_wrong');
  number('max_hourly_attempts_per_guest', 1, 10_000, 'attempts_wrong', true);
  number('max_hourly_bookings_per_guest', 1, most, 'cap_wrong', true);
  number('max_upcoming_bookings_per_guest', 1, most, 'cap_wrong', true);
  number('max_hourly_moves_per_booking', 1, most, 'cap_wrong', true);
  return found;
}

/** Where in the form a column or a path is that the database names. */
export function placeOf(named: string, form: LinkForm): Place {
  const constraint = /^booking_links_(\w+?)_(check|key)$/.exec(named);
  if (constraint) return constraint[1]!;
  const question = /^questions\[(\d+)\]\.(\w+)/.exec(named);
  if (question) {
    const draft = form.questions[Number(question[1])];
    const part = question[2] === 'id' ? 'label' : question[2];
    return draft ? `questions.${draft.key}.${part}` : 'questions';
  }
  return named.replace(/[.[].*$/, '');
}

/** The numbers that `available_slots` takes; undefined while one of them is none. */
export function rulesOf(form: LinkForm): Record<string, number | undefined> | undefined {
  const wrong = problems(form);
  const asked = [
    'duration_minutes', 'slot_interval_minutes', 'buffer_before_minutes', 'buffer_after_minutes', 'minimum_notice_minutes',
    'booking_window_days',
  ];
  if (asked.some((place) => wrong.has(place))) return undefined;
  const row = columnsOf(form);
  return {
    duration_minutes: row.duration_minutes,
    interval_minutes: row.slot_interval_minutes ?? undefined,
    buffer_before_minutes: row.buffer_before_minutes,
    buffer_after_minutes: row.buffer_after_minutes,
    minimum_notice_minutes: row.minimum_notice_minutes,
  };
}

/** `booking_links_redirect_url_check`. */
function isRedirect(url: string): boolean {
  return /^https:\/\/[^/?#\s@]+([/?#]\S*)?$/.test(url) && url.length <= 2048;
}
