// What an owner does with a meeting: cancel it, move it, say how it went. Each names the version that was seen, so
// that nobody's change is lost; what follows (mails, the calendar) is the database's.

import type { Api } from '../api/client';
import { rows } from '../api/client';
import { allStarts } from '../api/slots';
import type { Owner, Slot } from '../api/types';
import { instant, iso, type Instant } from '../time/days';
import { columnsFor, type MeetingRow } from './meeting-page';
import { tablesOf } from './owners';
import { read } from './save';

export type Change = { status: 'cancelled'; cancel_reason: string | null } | { status: 'completed' | 'no_show' | 'confirmed' } | { starts_at: string; ends_at: string };

/** The meeting as it is now; nothing where it is gone, or another one than was seen. */
export async function changeMeeting(server: Api, owner: Owner, seen: MeetingRow, change: Change): Promise<MeetingRow | undefined> {
  const { meetings, column } = tablesOf(owner);
  const call = server.tables
    .from(meetings)
    .update(change)
    .match({ id: seen.id, [column]: owner.owner_id, updated_at: seen.updated_at })
    .select(columnsFor(owner));
  return (await rows<MeetingRow>(call as never))[0];
}

export function readMeeting(server: Api, owner: Owner, id: string): Promise<MeetingRow | undefined> {
  const { meetings, column } = tablesOf(owner);
  return read<MeetingRow>(server, meetings, { id, [column]: owner.owner_id }, columnsFor(owner));
}

/** To another time; as long as it was. */
export function movedTo(meeting: MeetingRow, start: Instant): { starts_at: string; ends_at: string } {
  const length = instant(meeting.ends_at) - instant(meeting.starts_at);
  return { starts_at: iso(start), ends_at: iso(start + length) };
}

/** When it could be instead, by its link's rules. */
export function freeStarts(
  server: Api,
  owner: Owner,
  meeting: MeetingRow,
  range: { from?: string; until: string },
  signal: AbortSignal,
): Promise<Instant[]> {
  const which = { [tablesOf(owner).meeting]: meeting.id, until_time: range.until };
  return allStarts(
    (from_time) => server.read<Slot>('meeting_slots', { ...which, from_time }, { select: 'slot_start', signal }),
    range.from,
  );
}
