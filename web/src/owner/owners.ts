// Whose settings: which owner a key names, and which of the two sets of tables has their rows (client and user
// mode). Decides no right: the database does, and shows no rows of owners whom somebody may not manage.

import type { Mode, Owner } from '../api/types';

/** Where the rows of an owner of this mode are. */
export interface Tables {
  /** The row with the owner's name, zone and hours, and its key. */
  settings: 'clients' | 'user_profiles';
  settingsKey: 'id' | 'user_id';
  settingsName: 'name' | 'full_name';
  /** The column that names the owner in every other table. */
  column: 'client_id' | 'user_id';
  connections: 'calendar_connections' | 'user_calendar_connections';
  meetings: 'meetings' | 'sales_meetings';
  /** The argument that names a meeting in functions. */
  meeting: 'meeting_id' | 'sales_meeting_id';
  guests: 'contacts' | 'sales_prospects';
  guest: 'contact_id' | 'prospect_id';
}

const TABLES: Record<Mode, Tables> = {
  client: {
    settings: 'clients',
    settingsKey: 'id',
    settingsName: 'name',
    column: 'client_id',
    connections: 'calendar_connections',
    meetings: 'meetings',
    meeting: 'meeting_id',
    guests: 'contacts',
    guest: 'contact_id',
  },
  user: {
    settings: 'user_profiles',
    settingsKey: 'user_id',
    settingsName: 'full_name',
    column: 'user_id',
    connections: 'user_calendar_connections',
    meetings: 'sales_meetings',
    meeting: 'sales_meeting_id',
    guests: 'sales_prospects',
    guest: 'prospect_id',
  },
};

export function tablesOf(owner: Pick<Owner, 'mode'>): Tables {
  return TABLES[owner.mode];
}

/** Mode and id of `<client uuid>` or `user:<user uuid>`; nothing where it is neither. */
export function parseOwner(key: string): { owner: string; mode: Mode; owner_id: string } | undefined {
  const match = /^(user:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(key.trim());
  if (!match?.[2]) return undefined;
  const owner_id = match[2].toLowerCase();
  return match[1] ? { owner: `user:${owner_id}`, mode: 'user', owner_id } : { owner: owner_id, mode: 'client', owner_id };
}
