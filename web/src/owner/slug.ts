// Names of links in addresses: one made of a title, and another one where that is taken.

const LONGEST = 128;
/** Letters that decomposing does not bring to a base letter. */
const LETTERS: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/** Whether the database takes it: `booking_links_slug_check`. */
export function isSlug(slug: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(slug);
}

/** What a title is in an address; empty where it has no letter that can stand there. */
export function slugOf(title: string): string {
  return title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter]!)
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
}

/** The next one after a slug that is taken: `intro`, `intro-2`, `intro-3`. */
export function nextSlug(taken: string): string {
  const numbered = /^(.*?)-(\d{1,6})$/.exec(taken);
  const [base, number] = numbered ? [numbered[1]!, Number(numbered[2]) + 1] : [taken, 2];
  const suffix = `-${number}`;
  return `${base.slice(0, LONGEST - suffix.length)}${suffix}`;
}

/** A name for a link of this title and owner that is none of those that are known. */
export function suggestSlug(title: string, owner: string, known: Iterable<string>): string {
  const taken = new Set(known);
  const parts = [slugOf(owner), slugOf(title)].filter(Boolean);
  let slug = parts.join('-').slice(0, LONGEST) || 'meeting';
  while (taken.has(slug)) slug = nextSlug(slug);
  return slug;
}
