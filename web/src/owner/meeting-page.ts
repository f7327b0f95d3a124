// Meetings of one owner, a page at a time: which are asked for, in which order, and where the next page begins.
// A page ends at a meeting, not at a number, so that what is booked meanwhile moves nothing over its edge.
// "Now" is the server's: a clock that is wrong here lists nothing in the wrong place.

import type { Api } from '../api/client';
import { rows } from '../api/client';
import type { Conferencing, Owner, Question, Status } from '../api/types';
import { tablesOf } from './owners';

export type Shelf = 'upcoming' | 'past' | 'cancelled';
export const SHELVES: Shelf[] = ['upcoming', 'past', 'cancelled'];
export const PAGE = 50;

export interface Person {
  name: string | null;
  email: string | null;
  phone: string | null;
}

export interface MeetingRow {
  id: string;
  booking_link_id: string | null;
  title: string;
  starts_at: string;
  ends_at: string;
  timezone: string;
  status: Status;
  location: string | null;
  conferencing: Conferencing;
  meeting_url: string | null;
  notes: string | null;
  answers: Record<string, unknown>;
  guests: string[];
  guest_name: string | null;
  guest_email: string | null;
  guest_phone: string | null;
  cancelled_at: string | null;
  cancel_reason: string | null;
  cancelled_by: 'guest' | 'owner' | null;
  created_at: string;
  updated_at: string;
  link: { title: string; slug: string; questions: Question[] } | null;
  /** The guest's row, as it is now; what was typed for the meeting stands in `guest_…`. */
  person: Person | null;
}

export interface Page {
  rows: MeetingRow[];
  /** Whether there are more after the last one. */
  more: boolean;
}

const COLUMNS =
  'id,booking_link_id,title,starts_at,ends_at,timezone,status,location,conferencing,meeting_url,notes,answers,guests,' +
  'guest_name,guest_email,guest_phone,cancelled_at,cancel_reason,cancelled_by,created_at,updated_at,' +
  'link:booking_links(title,slug,questions)';

/** All that is shown of a meeting, guest and link included, as PostgREST is asked for it. */
export function columnsFor(owner: Owner): string {
  return `${COLUMNS},person:${tablesOf(owner).guests}(name,email,phone)`;
}

/** No answer is larger than this many meetings. */
const MOST = 500;

/** The first page of a shelf, or the one after a meeting; `count`: at least so many. */
export async function meetingsPage(
  server: Api,
  owner: Owner,
  shelf: Shelf,
  options: { after?: MeetingRow | undefined; on?: { from: string; until: string } | undefined; count?: number } = {},
): Promise<Page> {
  const { meetings, column } = tablesOf(owner);
  const ascending = shelf === 'upcoming';
  let query = server.tables.from(meetings).select(columnsFor(owner)).eq(column, owner.owner_id);
  if (options.on) query = query.lt('starts_at', options.on.until).gt('ends_at', options.on.from);
  if (shelf === 'cancelled') query = query.eq('status', 'cancelled');
  // What is held to be over before its end, by who marks it so, is over.
  else if (shelf === 'past') query = query.or('and(status.neq.cancelled,ends_at.lte.now),status.in.(completed,no_show)');
  else query = query.eq('status', 'confirmed').gt('ends_at', 'now');
  if (options.after) query = query.or(beyond(options.after, ascending));
  const size = Math.min(Math.max(PAGE, options.count ?? 0), MOST);
  const asked = query.order('starts_at', { ascending }).order('id', { ascending }).limit(size + 1);
  const found = await rows<MeetingRow>(asked as never);
  return { rows: found.slice(0, size), more: found.length > size };
}

/** What comes after this meeting in the order of the page: PostgREST's `or`. */
export function beyond(last: Pick<MeetingRow, 'starts_at' | 'id'>, ascending: boolean): string {
  const way = ascending ? 'gt' : 'lt';
  const at = `"${last.starts_at}"`;
  return `starts_at.${way}.${at},and(starts_at.eq.${at},id.${way}.${last.id})`;
}

/** The guest as typed for this meeting, else as their row says. */
export function guestOf(meeting: MeetingRow): { name: string; email: string; phone: string } {
  const person = meeting.person;
  return {
    name: meeting.guest_name ?? person?.name ?? meeting.guest_email ?? person?.email ?? '',
    email: meeting.guest_email ?? person?.email ?? '',
    phone: meeting.guest_phone ?? person?.phone ?? '',
  };
}

export interface Answered {
  label: string;
  /** As one reads it; yes and no are the reader's words. */
  value: string | boolean | string[];
}

/** Answers with the words of their questions: in the form's order, then those whose question is gone, by their id. */
export function answersOf(meeting: Pick<MeetingRow, 'answers' | 'link'>): Answered[] {
  const answers = new Map(Object.entries(meeting.answers));
  const asked = (meeting.link?.questions ?? []).filter((question) => answers.has(question.id));
  const known = asked.map((question) => ({ label: question.label ?? question.id, value: readable(answers.get(question.id)) }));
  asked.forEach((question) => answers.delete(question.id));
  const others = [...answers].map(([id, value]) => ({ label: id, value: readable(value) }));
  return [...known, ...others].filter(({ value }) => value !== '');
}

/** Plain SQL may have stored anything. */
function readable(value: unknown): Answered['value'] {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** Whether a meeting is live and has begun: it took place, or the guest did not come. */
export function hasBegun(meeting: MeetingRow, now: number): boolean {
  return Date.parse(meeting.starts_at) <= now;
}
