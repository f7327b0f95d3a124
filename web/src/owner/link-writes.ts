// What is asked of the database about booking links. Rows of others are refused or not there; nothing here decides.

import type { Api } from '../api/client';
import { one, rows } from '../api/client';
import { Refusal } from '../api/errors';
import type { Owner } from '../api/types';
import type { Settings } from './hours';
import { columnsOf, formOf } from './link-form';
import { changed, type LinkColumns, type LinkRow } from './link-row';
import { tablesOf } from './owners';
import { change, read } from './save';

/** A person manages tens of links, not thousands: one request brings all, oldest first. */
const MOST = 500;

export function readLinks(server: Api, owner: Owner): Promise<LinkRow[]> {
  let query = server.tables.from('booking_links').select('*').eq(tablesOf(owner).column, owner.owner_id);
  // A link with both ids is a client's.
  if (owner.mode === 'user') query = query.is('client_id', null);
  return rows<LinkRow>(query.order('created_at').order('id').limit(MOST) as never);
}

export function readLink(server: Api, seen: LinkRow): Promise<LinkRow | undefined> {
  return read<LinkRow>(server, 'booking_links', { id: seen.id });
}

/** The columns in which what is to be written differs from a row, as a form of it would write them. */
const differing = (row: LinkRow, values: LinkColumns) => changed(columnsOf(formOf(row)), values);

/** Writes what was changed of a link as it was read; nothing comes back where it is another one by now. */
export async function writeLink(server: Api, owner: Owner, values: LinkColumns, seen: LinkRow | undefined): Promise<LinkRow | undefined> {
  if (seen) return change<LinkRow>(server, 'booking_links', { id: seen.id }, seen.updated_at, { ...differing(seen, values) });
  const owned = { [tablesOf(owner).column]: owner.owner_id };
  try {
    return await one<LinkRow>(server.tables.from('booking_links').insert({ ...values, ...owned }).select() as never);
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'duplicate') throw error;
    // Taken by this very link, whose first answer was lost on its way?
    const there = await read<LinkRow>(server, 'booking_links', { slug: values.slug, ...owned });
    if (there && !Object.keys(differing(there, values)).length) return there;
    throw error;
  }
}

/** Opens or closes a link: this column alone, so nothing of another's change is lost. */
export function switchLink(server: Api, id: string, is_active: boolean): Promise<LinkRow> {
  return one<LinkRow>(server.tables.from('booking_links').update({ is_active }).eq('id', id).select() as never);
}

export async function deleteLink(server: Api, id: string): Promise<void> {
  await one(server.tables.from('booking_links').delete().eq('id', id).select('id') as never);
}

/** How many live meetings to come were booked with a link. */
export async function meetingsToCome(server: Api, owner: Owner, link: string): Promise<number> {
  const { meetings, column } = tablesOf(owner);
  const { count, error } = await server.tables
    .from(meetings)
    .select('id', { count: 'exact', head: true })
    .eq(column, owner.owner_id)
    .eq('booking_link_id', link)
    .eq('status', 'confirmed')
    .gt('starts_at', 'now');
  if (error || count === null) throw new Refusal('failed');
  return count;
}

/** What comes before a slug in the public address of links, as the site is configured; undefined where it is not. */
export async function addressBase(server: Api, slug: string): Promise<string | undefined> {
  const url = await server.value<string | null>('booking_url', { slug });
  return typeof url === 'string' && url.endsWith(slug) ? url.slice(0, -slug.length) : undefined;
}

/** The owner's own weekly hours: what a link's own begin with. */
export async function ownersHours(server: Api, owner: Owner): Promise<Settings> {
  const tables = tablesOf(owner);
  const row = await read<{ availability_settings: Settings }>(server, tables.settings, { [tables.settingsKey]: owner.owner_id }, 'availability_settings');
  return row?.availability_settings ?? {};
}
