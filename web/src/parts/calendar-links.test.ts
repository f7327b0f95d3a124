import { expect, test } from 'vitest';
import { calendarLinks } from './calendar-links';

const entry = {
  title: 'Check-up & more',
  starts: Date.UTC(2026, 10, 12, 8, 30),
  ends: Date.UTC(2026, 10, 12, 9),
  zone: 'Asia/Kolkata',
  location: 'Main Street 1 + 2',
};

test('links_carry_instants_in_utc_and_no_local_time', () => {
  const { google, outlook, microsoft365 } = calendarLinks(entry);
  const asked = new URL(google).searchParams;
  expect(asked.get('dates')).toBe('20261112T083000Z/20261112T090000Z');
  expect(asked.get('ctz')).toBe('Asia/Kolkata');
  for (const link of [outlook, microsoft365]) {
    expect(new URL(link).searchParams.get('startdt')).toBe('2026-11-12T08:30:00Z');
    expect(new URL(link).searchParams.get('enddt')).toBe('2026-11-12T09:00:00Z');
  }
});

test('text_arrives_in_links_as_it_was_written', () => {
  for (const link of Object.values(calendarLinks(entry))) {
    expect(link).not.toContain('+');
    const asked = new URL(link).searchParams;
    expect(asked.get('text') ?? asked.get('subject')).toBe(entry.title);
    expect(asked.get('location')).toBe(entry.location);
  }
});

test('what_is_not_there_is_not_in_a_link', () => {
  expect(calendarLinks({ ...entry, location: null }).google).not.toContain('location');
});
