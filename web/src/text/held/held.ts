// The texts that a page of the database's holds: those of the one language that it is in. All ten would be larger
// than the rest of the script, and a visitor reads one.

import type { Message } from '../text';

interface Held {
  /** Its name, without a region. */
  language: string;
  guest?: Record<string, Message>;
  owner?: Record<string, Message>;
}

/** Nothing where the page is in English. */
export const held: Held | undefined = read();

function read(): Held | undefined {
  try {
    const text = document.getElementById('scheduling-texts')?.textContent;
    return text ? (JSON.parse(text) as Held) : undefined;
  } catch {
    return undefined;
  }
}
