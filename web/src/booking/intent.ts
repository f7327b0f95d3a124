// One key for one intent: what is booked, when, for how long and for whom. The same intent again, after a
// lost answer, a reload or a second press, has the same key, and so is the same booking. Kept for the tab until
// there is an answer.

export interface Intent {
  readonly slug: string;
  readonly start: number;
  readonly duration: number;
  readonly email: string;
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const NAME = 'scheduling-intent';

export function keyOf(intent: Intent, store: Store | undefined): string {
  const what = described(intent);
  const kept = read(store);
  if (kept?.what === what) return kept.key;
  const key = random();
  try {
    store?.setItem(NAME, JSON.stringify({ what, key }));
  } catch {
    // storage is full or refused: the key lives as long as the page
  }
  return key;
}

/** There was an answer. */
export function settled(store: Store | undefined): void {
  try {
    store?.removeItem(NAME);
  } catch {
    // as above
  }
}

function read(store: Store | undefined): { what: string; key: string } | undefined {
  try {
    const kept = JSON.parse(store?.getItem(NAME) ?? 'null') as { what?: unknown; key?: unknown } | null;
    if (typeof kept?.what === 'string' && typeof kept.key === 'string') return { what: kept.what, key: kept.key };
  } catch {
    // not ours
  }
  return undefined;
}

function described({ slug, start, duration, email }: Intent): string {
  return JSON.stringify([slug, start, duration, email.trim().toLowerCase()]);
}

/** As random as `crypto.randomUUID`, which pages without https do not have. */
function random(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
