// The texts that a page brings beside its script, which has English alone: all ten languages would be larger than
// the rest of it, and a visitor reads one. A page that the database serves holds those of its own language; other
// pages set `schedulingTexts`, from texts.json, before an element is there.

import type { Table } from './text';

/** Whose texts. */
export type Reader = 'guest' | 'owner';
type Texts = Partial<Record<Reader, Table>>;

declare global {
  /** The texts of languages beside English, by name: texts.json, or some of it. */
  var schedulingTexts: Record<string, Texts> | undefined;
}

/** Those of a language, where the page has brought any. */
export function brought(language: string): Texts | undefined {
  globalThis.schedulingTexts ??= served();
  return Object.hasOwn(globalThis.schedulingTexts, language) ? globalThis.schedulingTexts[language] : undefined;
}

/** What src/pages/texts.rs wrote into the page. */
function served(): Record<string, Texts> {
  try {
    const text = globalThis.document?.getElementById('scheduling-texts')?.textContent;
    const held = text ? (JSON.parse(text) as Texts & { language: string }) : undefined;
    return held ? { [held.language]: held } : {};
  } catch {
    return {};
  }
}
