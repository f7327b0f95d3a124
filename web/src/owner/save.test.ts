// An edited row between what was read, what was typed and what somebody else saved: each way that a save can end.

import { beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../api/errors';
import { canonical, Editing, type Versioned } from './save';

interface Row extends Versioned {
  title: string;
}

/** A table of one row, and what comes of writing to it. */
let stored: Row | undefined;
let writes: number;
let fails: Refusal | undefined;
/** The statement ran, and its answer never came. */
let loses: boolean;
let said: string[];
/** Held back until it is called. */
let release: (() => void) | undefined;
let held: boolean;

const host = { addController() {}, removeController() {}, requestUpdate() {}, updateComplete: Promise.resolve(true) };

function editing(): Editing<Row, { title: string }> {
  return new Editing<Row, { title: string }>(host, {
    form: ({ title }) => ({ title }),
    values: ({ title }) => ({ title: title.trim() }),
    async write(values, seen) {
      writes += 1;
      if (held) await new Promise<void>((done) => (release = done));
      if (fails) throw fails;
      if (!stored || stored.updated_at !== seen?.updated_at) return undefined;
      stored = { title: String(values['title']), updated_at: `${stored.updated_at}+` };
      if (loses) throw new Refusal('lost');
      return stored;
    },
    read: async () => stored,
    saved: (row) => said.push(`saved ${row.title}`),
    refused: (refusal) => said.push(`refused ${refusal.kind}`),
  });
}

beforeEach(() => {
  stored = { title: 'first', updated_at: '1' };
  writes = 0;
  fails = undefined;
  loses = false;
  held = false;
  said = [];
});

function opened() {
  const one = editing();
  one.open(stored!);
  return one;
}

describe('what is typed', () => {
  test('is unsaved until it is saved, and not when it is the same to save', async () => {
    const one = opened();
    expect([one.dirty, one.state.is]).toEqual([false, 'clean']);
    one.edit({ title: ' first ' });
    expect([one.dirty, one.state.is]).toEqual([false, 'clean']);
    one.edit({ title: 'second' });
    expect([one.dirty, one.state.is]).toEqual([true, 'unsaved']);
    expect(await one.save()).toBe(true);
    expect([one.dirty, one.state.is, stored?.title, said]).toEqual([false, 'saved', 'second', ['saved second']]);
  });

  test('while a save is on its way stays, unsaved', async () => {
    held = true;
    const one = opened();
    one.edit({ title: 'second' });
    const saving = one.save();
    await Promise.resolve();
    one.edit({ title: 'third' });
    release?.();
    await saving;
    expect([one.form?.title, one.dirty, one.state.is, stored?.title]).toEqual(['third', true, 'unsaved', 'second']);
  });

  test('goes with the row that it is of: an answer for another one changes nothing', async () => {
    held = true;
    const one = opened();
    one.edit({ title: 'second' });
    const saving = one.save();
    await Promise.resolve();
    one.open({ title: 'another', updated_at: '9' });
    release?.();
    expect(await saving).toBe(false);
    expect([one.form?.title, one.row?.updated_at]).toEqual(['another', '9']);
  });
});

test('ten presses write once', async () => {
  held = true;
  const one = opened();
  one.edit({ title: 'second' });
  const presses = Array.from({ length: 10 }, () => one.save());
  await Promise.resolve();
  release?.();
  await Promise.all(presses);
  expect(writes).toBe(1);
});

describe('somebody else', () => {
  test('was faster: nothing is written, and both are kept', async () => {
    const one = opened();
    one.edit({ title: 'mine' });
    stored = { title: 'theirs', updated_at: '2' };
    expect(await one.save()).toBe(false);
    expect(one.state).toEqual({ is: 'elsewhere', theirs: { title: 'theirs', updated_at: '2' } });
    expect([one.form?.title, stored.title, said]).toEqual(['mine', 'theirs', ['refused conflict']]);
  });

  test('is overwritten knowingly, and only as they were seen', async () => {
    const one = opened();
    one.edit({ title: 'mine' });
    stored = { title: 'theirs', updated_at: '2' };
    await one.save();
    stored = { title: 'theirs again', updated_at: '3' };
    expect(await one.useMine()).toBe(false);
    expect(one.state).toMatchObject({ is: 'elsewhere', theirs: { title: 'theirs again' } });
    expect(await one.useMine()).toBe(true);
    expect(stored?.title).toBe('mine');
  });

  test('is given way to', async () => {
    for (const way of ['useTheirs', 'discard'] as const) {
      const one = opened();
      one.edit({ title: 'mine' });
      stored = { title: 'theirs', updated_at: `${stored!.updated_at}2` };
      await one.save();
      one[way]();
      expect([one.form?.title, one.dirty, one.state.is]).toEqual(['theirs', false, 'clean']);
    }
  });

  test('saved the same: there is nothing to decide', async () => {
    const one = opened();
    one.edit({ title: 'same' });
    stored = { title: 'same', updated_at: '2' };
    expect(await one.save()).toBe(true);
    expect([one.state.is, one.row?.updated_at]).toEqual(['saved', '2']);
  });

  test('deleted it', async () => {
    const one = opened();
    one.edit({ title: 'mine' });
    stored = undefined;
    await one.save();
    expect([one.state.is, one.form?.title]).toEqual(['gone', 'mine']);
  });

  test('is shown at once where nothing is unsaved, else asked about', async () => {
    const one = opened();
    stored = { title: 'theirs', updated_at: '2' };
    await one.renew();
    expect([one.form?.title, one.state.is]).toEqual(['theirs', 'clean']);
    one.edit({ title: 'mine' });
    stored = { title: 'theirs again', updated_at: '3' };
    await one.renew();
    expect([one.form?.title, one.state.is]).toEqual(['mine', 'elsewhere']);
  });
});

describe('an answer', () => {
  test('that is lost is no conflict with oneself', async () => {
    const one = opened();
    one.edit({ title: 'second' });
    loses = true;
    expect(await one.save()).toBe(false);
    expect(one.state).toMatchObject({ is: 'refused', refusal: { kind: 'lost' } });
    loses = false;
    expect(await one.save()).toBe(true);
    expect([one.state.is, stored?.title]).toEqual(['saved', 'second']);
  });

  test('that refuses keeps what was typed', async () => {
    const one = opened();
    one.edit({ title: 'second' });
    fails = new Refusal('signed_out');
    await one.save();
    expect([one.state.is, one.form?.title, one.dirty, said]).toEqual(['refused', 'second', true, ['refused signed_out']]);
  });
});

test('the order of keys makes no other document, that of a list does', () => {
  expect(canonical({ a: 1, b: [{ d: 1, c: 2 }] })).toBe(canonical({ b: [{ c: 2, d: 1 }], a: 1 }));
  expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
});
