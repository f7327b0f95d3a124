// What reads and writes particular days and time off. Days that are changed by the dozen are changed only where
// they still are as they were read; what somebody else was faster with is told by what comes back.

import { type Api, rows } from '../api/client';
import { Refusal } from '../api/errors';
import type { Owner } from '../api/types';
import type { Month } from '../time/days';
import { DAY_COLUMNS, type DayRow, type DaysForm, listedDays, OFF_COLUMNS, offOf, type OffRow, spanOf } from './days';
import { inOrder } from './hours';
import { tablesOf } from './owners';
import { change, remove } from './save';

type Call<Row> = Parameters<typeof rows<Row>>[0];

function theirs(owner: Owner): Record<string, string> {
  return { [tablesOf(owner).column]: owner.owner_id };
}

/** Rows of these days, in order. */
async function rowsOf(api: Api, owner: Owner, { first, last }: Pick<DaysForm, 'first' | 'last'>): Promise<DayRow[]> {
  return rows<DayRow>(
    api.tables
      .from('availability_overrides')
      .select(DAY_COLUMNS)
      .match(theirs(owner))
      .gte('day', first)
      .lte('day', last)
      .order('day') as unknown as Call<DayRow>,
  );
}

/** All of the month as it is shown. */
export async function readDays(api: Api, owner: Owner, month: Month, zone: string): Promise<{ days: DayRow[]; off: OffRow[] }> {
  const span = spanOf(month, zone);
  const [days, off] = await Promise.all([
    rowsOf(api, owner, span),
    rows<OffRow>(
      api.tables
        .from('time_off')
        .select(OFF_COLUMNS)
        .match(theirs(owner))
        .lt('starts_at', span.until)
        .gt('ends_at', span.from)
        .order('starts_at') as unknown as Call<OffRow>,
    ),
  ]);
  return { days, off };
}

/**
 * Makes the picked days closed, of other hours, or as usual. `seen` are rows as they were shown: where one of the
 * days has another by now, nothing of that day is changed, and the refusal is a `conflict`.
 */
export async function writeDays(api: Api, owner: Owner, form: DaysForm, seen: readonly DayRow[], inView: (day: string) => boolean): Promise<void> {
  const found = await rowsOf(api, owner, form);
  const shown = new Map(seen.map((row) => [row.day, row.updated_at]));
  // Of days out of view nothing was shown that could be overwritten unseen: what is there now counts as seen.
  if (found.some((row) => inView(row.day) && shown.get(row.day) !== row.updated_at)) throw new Refusal('conflict', { word: 'elsewhere' });
  const values = { windows: form.plan === 'hours' ? inOrder(form.windows) : [], reason: form.reason.trim() || null };
  if (found.length) {
    const table = api.tables.from('availability_overrides');
    const changed = await rows<DayRow>(
      (form.plan === 'usual' ? table.delete() : table.update(values))
        .in('id', found.map((row) => row.id))
        .in('updated_at', [...new Set(found.map((row) => row.updated_at))])
        .select('id') as unknown as Call<DayRow>,
    );
    if (changed.length < found.length) throw new Refusal('conflict', { word: 'elsewhere' });
  }
  if (form.plan === 'usual') return;
  const there = new Set(found.map((row) => row.day));
  const missing = listedDays(form).filter((day) => !there.has(day));
  if (!missing.length) return;
  await rows<DayRow>(
    api.tables
      .from('availability_overrides')
      .insert(missing.map((day) => ({ ...theirs(owner), day, ...values })))
      .select('id') as unknown as Call<DayRow>,
  );
}

/** Puts a span of time off down, or changes the one that was read. */
export async function writeOff(api: Api, owner: Owner, form: DaysForm, zone: string, seen: OffRow | undefined): Promise<void> {
  const values = { ...offOf(form, zone), reason: form.reason.trim() || null };
  if (!seen) {
    await rows(api.tables.from('time_off').insert({ ...theirs(owner), ...values }).select('id') as unknown as Call<OffRow>);
  } else if (!(await change<OffRow>(api, 'time_off', { id: seen.id }, seen.updated_at, values, OFF_COLUMNS))) {
    throw new Refusal('conflict', { word: 'elsewhere' });
  }
}

export async function removeRow(api: Api, table: 'availability_overrides' | 'time_off', seen: DayRow | OffRow): Promise<void> {
  if (!(await remove(api, table, { id: seen.id }, seen.updated_at))) throw new Refusal('conflict', { word: 'elsewhere' });
}
