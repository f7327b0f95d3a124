// What the editor of links makes of what is typed. The limits are those of sql/booking_links.sql.

import { describe, expect, it } from 'vitest';
import { amount, minutes, whole } from './amount';
import { weekOf } from './hours';
import { columnsOf, formOf, placeOf, problems, rulesOf } from './link-form';
import { changed, NEW_LINK, same, type LinkColumns } from './link-row';
import { answersOf, beyond } from './meeting-page';
import { draftOf, moved, newDraft, questionProblems, questionsOf } from './question-draft';
import { isSlug, nextSlug, slugOf, suggestSlug } from './slug';

const FULL: LinkColumns = {
  slug: 'Check-up_1',
  title: 'Check-up',
  description: 'Two lines\nof text',
  duration_minutes: 45,
  duration_options: [15, 90],
  slot_interval_minutes: 20,
  buffer_before_minutes: 5,
  buffer_after_minutes: 10,
  minimum_notice_minutes: 2880,
  booking_window_days: 0,
  max_bookings_per_day: 3,
  availability_settings: {
    sunday: { enabled: false },
    monday: { enabled: true, start: '09:00', end: '12:00' },
    tuesday: { enabled: true, windows: [{ start: '09:00', end: '12:00' }, { start: '13:00', end: '24:00' }] },
    wednesday: { enabled: false, start: '10:00', end: '11:00' },
    thursday: { enabled: false },
    friday: { enabled: false },
    saturday: { enabled: false },
  },
  max_hourly_attempts_per_guest: null,
  max_hourly_bookings_per_guest: 7,
  max_upcoming_bookings_per_guest: null,
  max_hourly_moves_per_booking: 2,
  cancel_notice_minutes: null,
  reschedule_notice_minutes: 90,
  location: 'Room 4',
  conferencing: 'teams',
  questions: [
    { id: 'company', label: 'Company', required: true, max_length: 80, placeholder: 'Acme', help: 'As on the invoice' },
    { id: 'size', label: 'Size', type: 'choice', options: ['Small', 'Large'] },
    { id: 'ok', label: 'Do you agree?', type: 'boolean' },
  ],
  reminder_minutes: [1440, 45],
  redirect_url: 'https://acme.example/thanks?x=1#top',
  locale: 'pt-BR',
  is_active: false,
};

describe('every column', () => {
  it('comes out of the form as it went in', () => {
    expect(columnsOf(formOf(FULL))).toEqual(FULL);
    expect(problems(formOf(FULL)).size).toBe(0);
  });
  it('is written only when it was changed', () => {
    const form = { ...formOf(FULL), title: ' Check-up ', duration_minutes: '50', location: '' };
    expect(changed(FULL, columnsOf(form))).toEqual({ duration_minutes: 50, location: null });
  });
  it('of a new link has nothing wrong but what is missing', () => {
    expect([...problems(formOf(NEW_LINK))]).toEqual([['title', 'title_missing'], ['slug', 'slug_missing']]);
  });
});

describe('what the database would refuse', () => {
  const cases: [string, Partial<ReturnType<typeof formOf>>, string][] = [
    ['title', { title: '  ' }, 'title_missing'],
    ['slug', { slug: '-a' }, 'slug_wrong'],
    ['slug', { slug: 'a/b' }, 'slug_wrong'],
    ['duration_minutes', { duration_minutes: '0' }, 'length_wrong'],
    ['duration_minutes', { duration_minutes: '1441' }, 'length_wrong'],
    ['duration_minutes', { duration_minutes: '' }, 'length_wrong'],
    ['duration_minutes', { duration_minutes: '1.5' }, 'length_wrong'],
    ['duration_options.1', { duration_options: ['15', '15'] }, 'length_repeated'],
    ['duration_options', { duration_options: Array.from({ length: 21 }, (_, n) => String(n + 1)) }, 'lengths_too_many'],
    ['buffer_after_minutes', { buffer_after_minutes: '-1' }, 'minutes_wrong'],
    ['buffer_after_minutes', { buffer_after_minutes: '2147483648' }, 'minutes_wrong'],
    ['availability_settings', { availability_settings: weekOf({ monday: { enabled: true, start: '12:00', end: '09:00' } }) }, 'link_hours_wrong'],
    ['minimum_notice_minutes', { minimum_notice_minutes: { typed: '2147483647', unit: 'hours' } }, 'number_wrong'],
    ['booking_window_days', { booking_window_days: '3651' }, 'window_wrong'],
    ['max_bookings_per_day', { max_bookings_per_day: '0' }, 'cap_wrong'],
    ['reschedule_notice_minutes', { reschedule_notice_minutes: { typed: 'soon', unit: 'days' } }, 'number_wrong'],
    ['reminder_minutes.0', { reminder_minutes: [{ typed: '4', unit: 'minutes' }] }, 'reminder_wrong'],
    ['reminder_minutes.0', { reminder_minutes: [{ typed: '31', unit: 'days' }] }, 'reminder_wrong'],
    ['reminder_minutes.1', { reminder_minutes: [{ typed: '60', unit: 'minutes' }, { typed: '1', unit: 'hours' }] }, 'reminder_repeated'],
    ['redirect_url', { redirect_url: 'http://acme.example' }, 'redirect_wrong'],
    ['redirect_url', { redirect_url: 'javascript:alert(1)' }, 'redirect_wrong'],
    ['redirect_url', { redirect_url: 'https://user@acme.example' }, 'redirect_wrong'],
    ['max_hourly_attempts_per_guest', { max_hourly_attempts_per_guest: '10001' }, 'attempts_wrong'],
  ];
  it.each(cases)('is said at %s of %o', (place, part, key) => {
    expect(Object.fromEntries(problems({ ...formOf(FULL), ...part }))).toEqual({ [place]: key });
  });
  it('of a question is said at its part', () => {
    const wrong = (part: object) => questionProblems({ ...newDraft(), label: 'Why?', ...part });
    expect(wrong({})).toEqual({});
    expect(wrong({ label: ' \t ' })).toEqual({ label: 'question_label_missing' });
    expect(wrong({ label: 'x'.repeat(201) })).toEqual({ label: 'line_too_long' });
    expect(wrong({ type: 'choice', options: '\n \n' })).toEqual({ options: 'options_missing' });
    expect(wrong({ type: 'choices', options: 'a\n a\nb' })).toEqual({ options: 'options_repeated' });
    expect(wrong({ max_length: '10001' })).toEqual({ max_length: 'max_length_wrong' });
    expect(wrong({ type: 'date', max_length: '10001' })).toEqual({});
  });
});

describe('questions', () => {
  it('get an id of their label, each its own, and keep one that they have', () => {
    const typed = (label: string) => ({ ...newDraft(), label });
    const ids = questionsOf([typed('Your Company?'), draftOf({ id: 'your_company', label: 'Firm' }), typed('会社'), typed('電話')]);
    expect(ids.map(({ id }) => id)).toEqual(['your_company_2', 'your_company', 'question', 'question_2']);
  });
  it('write no key that their type does not have', () => {
    const draft = { ...newDraft(), label: 'When', options: 'a\nb', max_length: '5', placeholder: 'x' };
    expect(questionsOf([{ ...draft, type: 'date' }])).toEqual([{ id: 'when', label: 'When', type: 'date' }]);
  });
  it('are moved within the list only', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c']);
    expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
  });
});

describe('what the server names', () => {
  const form = formOf(FULL);
  it('is a place of the form', () => {
    expect(placeOf('booking_links_slug_key', form)).toBe('slug');
    expect(placeOf('booking_links_duration_minutes_check', form)).toBe('duration_minutes');
    expect(placeOf('questions[1].options[0]', form)).toBe(`questions.${form.questions[1]!.key}.options`);
    expect(placeOf('availability_settings.monday.end', form)).toBe('availability_settings');
  });
});

describe('numbers for the preview', () => {
  it('are those typed, saved or not', () => {
    expect(rulesOf({ ...formOf(FULL), duration_minutes: '50', title: '' })).toEqual({
      duration_minutes: 50,
      interval_minutes: 20,
      buffer_before_minutes: 5,
      buffer_after_minutes: 10,
      minimum_notice_minutes: 2880,
    });
  });
  it('are none while one is wrong', () => {
    expect(rulesOf({ ...formOf(FULL), buffer_before_minutes: 'x' })).toBeUndefined();
  });
});

describe('spans', () => {
  it('are said in the largest unit that is whole', () => {
    expect([0, 45, 60, 90, 1440, 2160].map((one) => amount(one))).toEqual([
      { typed: '0', unit: 'minutes' },
      { typed: '45', unit: 'minutes' },
      { typed: '1', unit: 'hours' },
      { typed: '90', unit: 'minutes' },
      { typed: '1', unit: 'days' },
      { typed: '36', unit: 'hours' },
    ]);
  });
  it('are read in the digits of any script', () => {
    expect(whole(' ٤٥ ')).toBe(45);
    expect(whole('१०')).toBe(10);
    expect(minutes({ typed: '２', unit: 'days' })).toBe(2880);
    expect(['', '-1', '1e3', '0x10', '12345678901'].map(whole)).toEqual(Array(5).fill(undefined));
  });
});

describe('slugs', () => {
  it('are made of titles', () => {
    expect(slugOf('Größe & Maß: Über 30 Minuten!')).toBe('grosse-mass-uber-30-minuten');
    expect(slugOf('Łódź – café')).toBe('lodz-cafe');
    expect(slugOf('会議')).toBe('');
  });
  it('are numbered on where they are taken', () => {
    expect(['intro', 'intro-2', 'intro-9'].map(nextSlug)).toEqual(['intro-2', 'intro-3', 'intro-10']);
    expect(nextSlug('x'.repeat(128))).toHaveLength(128);
    expect(suggestSlug('Intro', 'Robin Vale', ['robin-vale-intro'])).toBe('robin-vale-intro-2');
    expect(isSlug(suggestSlug('会議', '', []))).toBe(true);
  });
});

describe('meetings', () => {
  it('after the last one of a page are asked for by time and id', () => {
    expect(beyond({ starts_at: '2026-12-01T09:00:00+00:00', id: 'b' }, true)).toBe(
      'starts_at.gt."2026-12-01T09:00:00+00:00",and(starts_at.eq."2026-12-01T09:00:00+00:00",id.gt.b)',
    );
  });
  it('show answers by their questions, and those whose question is gone by their id', () => {
    const link = { title: '', slug: '', questions: [{ id: 'b', label: 'Bee' }, { id: 'a', label: 'Ay' }, { id: 'n', label: 'No' }] };
    expect(answersOf({ link, answers: { a: ['x', 'y'], old: { odd: 1 }, b: false, n: null } })).toEqual([
      { label: 'Bee', value: false },
      { label: 'Ay', value: ['x', 'y'] },
      { label: 'old', value: '{"odd":1}' },
    ]);
  });
});

describe('documents', () => {
  it('are the same whatever the order of their keys', () => {
    expect(same({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
    expect(same([1, 2], [2, 1])).toBe(false);
    expect(same({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(same({}, [])).toBe(false);
  });
});
