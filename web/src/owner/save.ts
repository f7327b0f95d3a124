// Saving without overwriting what somebody else has saved meanwhile: a row is edited as a form, and written
// only if it still is as it was read (`updated_at`). Nothing here knows a table's columns or shows anything.

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Api } from '../api/client';
import { rows } from '../api/client';
import { Refusal } from '../api/errors';
import { LeaveGuard } from './leave';
import { refusalOf } from './refusals';

export interface Versioned {
  updated_at: string;
}

type Match = Record<string, string>;

/**
 * Changes the row that matches, if it still is of that version. The row as it is now; nothing where none was
 * met: it is gone, or was changed meanwhile.
 */
export async function change<Row extends Versioned>(
  api: Api,
  table: string,
  match: Match,
  seen: string,
  values: Record<string, unknown>,
  columns = '*',
): Promise<Row | undefined> {
  const call = api.tables.from(table).update(values).match({ ...match, updated_at: seen }).select(columns);
  return (await rows<Row>(call as unknown as Parameters<typeof rows<Row>>[0]))[0];
}

/** Deletes the row, if it still is of that version; false where none was met. */
export async function remove(api: Api, table: string, match: Match, seen: string): Promise<boolean> {
  const call = api.tables.from(table).delete().match({ ...match, updated_at: seen }).select('updated_at');
  return (await rows<Versioned>(call as unknown as Parameters<typeof rows<Versioned>>[0])).length > 0;
}

/** The row that matches, if there is one. */
export async function read<Row>(api: Api, table: string, match: Match, columns = '*'): Promise<Row | undefined> {
  const call = api.tables.from(table).select(columns).match(match);
  return (await rows<Row>(call as unknown as Parameters<typeof rows<Row>>[0]))[0];
}

export type SaveState<Row> =
  | { is: 'clean' }
  | { is: 'unsaved' }
  | { is: 'saving' }
  | { is: 'saved' }
  | { is: 'refused'; refusal: Refusal }
  /** Somebody else has saved it since it was read: mine or theirs. */
  | { is: 'elsewhere'; theirs: Row }
  /** Somebody else has deleted it. */
  | { is: 'gone' };

export interface How<Row extends Versioned, Form> {
  /** What the editor holds of a row. Forms are values: an edit makes a new one. */
  form(row: Row): Form;
  /** The columns that a form stands for; two forms with the same are the same to save. */
  values(form: Form): Record<string, unknown>;
  /** Writes them: `seen` is the row as it was read, nothing for one that is new. Nothing comes back where none was met. */
  write(values: Record<string, unknown>, seen: Row | undefined): Promise<Row | undefined>;
  /** The row as it is now. */
  read(seen: Row): Promise<Row | undefined>;
  /** After a save that went through. */
  saved?(row: Row): void;
  /** After one that did not. */
  refused?(refusal: Refusal): void;
}

/**
 * One row that is edited: what was read, what was typed, and what became of saving it. Asks before the page
 * is left with unsaved work.
 */
export class Editing<Row extends Versioned, Form> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #how: How<Row, Form>;
  #row: Row | undefined;
  #form: Form | undefined;
  #base = '';
  #state: SaveState<Row> = { is: 'clean' };
  #connected = false;
  readonly #leave = new LeaveGuard();

  constructor(host: ReactiveControllerHost, how: How<Row, Form>) {
    this.#host = host;
    this.#how = how;
    host.addController(this);
  }

  /** The row as it was read; nothing while a new one is made, or none is edited. */
  get row(): Row | undefined {
    return this.#row;
  }

  get form(): Form | undefined {
    return this.#form;
  }

  get state(): SaveState<Row> {
    return this.#state;
  }

  /** Whether something was typed that is not saved. */
  get dirty(): boolean {
    return this.#form !== undefined && this.#written(this.#form) !== this.#base;
  }

  /** Begins with this row, as it was just read. */
  open(row: Row): void {
    this.#row = row;
    this.#form = this.#how.form(row);
    this.#base = this.#written(this.#form);
    this.#set({ is: 'clean' });
  }

  /** Begins with a row that is not there yet; `unsaved` from the start. */
  create(form: Form): void {
    this.#row = undefined;
    this.#form = form;
    this.#base = '';
    this.#set({ is: 'unsaved' });
  }

  /** Ends without a word. */
  close(): void {
    this.#row = undefined;
    this.#form = undefined;
    this.#base = '';
    this.#set({ is: 'clean' });
  }

  edit(form: Form): void {
    this.#form = form;
    // A conflict stays on the page until it is decided; what is on its way is not called back.
    if (this.#state.is === 'elsewhere' || this.#state.is === 'gone' || this.#state.is === 'saving') this.#set(this.#state);
    else this.#set({ is: this.dirty ? 'unsaved' : 'clean' });
  }

  /** Back to what was read, or to what is there by now. */
  discard(): void {
    if (this.#state.is === 'elsewhere') this.useTheirs();
    else if (this.#row) this.open(this.#row);
    else this.close();
  }

  /** Writes; true when what was typed is saved. One at a time: a second press while one is on its way does nothing. */
  async save(): Promise<boolean> {
    const form = this.#form;
    const seen = this.#row;
    if (form === undefined || this.#state.is === 'saving') return false;
    this.#set({ is: 'saving' });
    try {
      const row = await this.#how.write(this.#how.values(form), seen);
      if (this.#row !== seen || this.#form === undefined) return false; // another one is edited by now
      if (row) return this.#done(row, form);
      if (!seen) throw new Refusal('failed');
      return await this.#metNone(seen, form);
    } catch (error) {
      const refusal = refusalOf(error);
      if (this.#row === seen && this.#form !== undefined) this.#set({ is: 'refused', refusal });
      this.#how.refused?.(refusal);
      return false;
    }
  }

  /** Reads again, as another tab has saved or time has passed: shown at once where nothing is unsaved. */
  async renew(): Promise<void> {
    const seen = this.#row;
    if (!seen || this.#state.is === 'saving') return;
    let row: Row | undefined;
    try {
      row = await this.#how.read(seen);
    } catch {
      return; // what is shown stays; saving says what is wrong
    }
    if (this.#row !== seen || (this.#state as SaveState<Row>).is === 'saving') return;
    if (!row) this.#set({ is: 'gone' });
    else if (row.updated_at !== seen.updated_at) this.met(row);
  }

  /** A newer version was read: shown at once where nothing is unsaved, else mine or theirs. */
  met(row: Row): void {
    if (row.updated_at === this.#row?.updated_at) return;
    if (!this.dirty) this.open(row);
    else if (this.#form !== undefined && this.#written(this.#how.form(row)) === this.#written(this.#form)) this.open(row);
    else this.#set({ is: 'elsewhere', theirs: row });
  }

  /** Overwrites theirs with mine, knowing of it. */
  async useMine(): Promise<boolean> {
    if (this.#state.is !== 'elsewhere') return false;
    this.#base = this.#written(this.#how.form(this.#state.theirs));
    this.#row = this.#state.theirs;
    this.#set({ is: 'unsaved' });
    return this.save();
  }

  useTheirs(): void {
    if (this.#state.is === 'elsewhere') this.open(this.#state.theirs);
  }

  hostConnected(): void {
    this.#connected = true;
    this.#guard();
  }

  hostDisconnected(): void {
    this.#connected = false;
    this.#guard();
  }

  /** No row was met: gone, changed meanwhile, or saved by a press whose answer was lost. */
  async #metNone(seen: Row, form: Form): Promise<boolean> {
    const row = await this.#how.read(seen);
    if (this.#row !== seen || this.#form === undefined) return false;
    if (!row) {
      this.#set({ is: 'gone' });
      this.#how.refused?.(new Refusal('gone'));
      return false;
    }
    if (this.#written(this.#how.form(row)) === this.#written(form)) return this.#done(row, form);
    this.#set({ is: 'elsewhere', theirs: row });
    this.#how.refused?.(new Refusal('conflict', { word: 'elsewhere' }));
    return false;
  }

  #done(row: Row, sent: Form): boolean {
    this.#row = row;
    this.#base = this.#written(this.#how.form(row));
    // What was typed while it was on its way stays, unsaved.
    const same = this.#form === sent;
    if (same) this.#form = this.#how.form(row);
    this.#set(same ? { is: 'saved' } : { is: this.dirty ? 'unsaved' : 'saved' });
    this.#how.saved?.(row);
    return true;
  }

  #written(form: Form): string {
    return canonical(this.#how.values(form));
  }

  #set(state: SaveState<Row>): void {
    this.#state = state;
    this.#guard();
    this.#host.requestUpdate();
  }

  #guard(): void {
    this.#leave.set(this.#connected && this.dirty);
  }
}

/** A text that is the same for the same values, whatever the order of their keys: jsonb keeps none. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
