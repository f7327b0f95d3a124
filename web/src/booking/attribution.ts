// Where a guest comes from, as `book` takes it. What an address or an embedding page says is nobody's to correct, and
// is to keep nobody from booking: what the call would refuse is left out or cut. Pure.

const KEYS = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content', 'referrer'];

/** Characters of each, as PostgreSQL counts them: an emoji is one. */
const LONGEST = 255;

/** What can be sent of this; nothing where nothing is left. */
export function attributionOf(given: unknown): Record<string, string> | undefined {
  const kept: Record<string, string> = {};
  if (typeof given !== 'object' || given === null) return undefined;
  for (const key of KEYS) {
    const value: unknown = (given as Record<string, unknown>)[key];
    if (typeof value !== 'string') continue;
    // No text of PostgreSQL's holds these: a character 0, and half of one that is written as two.
    const text = [...value.replace(/\0|\p{Surrogate}/gu, '')].slice(0, LONGEST).join('');
    if (text) kept[key] = text;
  }
  return Object.keys(kept).length ? kept : undefined;
}
