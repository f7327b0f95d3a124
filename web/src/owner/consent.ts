// The way to a provider's consent page and back: which round trips this browser has begun, and what an address
// says that a provider, or the database, sent somebody back to. The address is cleaned before anything is loaded.
//
// A round trip is remembered by a hash of its state, for the ten minutes that the state lives: somebody who comes
// back without having gone from here followed another person's link, and is asked first.

/** What became of it, in the words of docs/calendars.md; a page that got code and state has to finish it. */
export type Back = { word: Word } | { code: string; state: string };

export const WORDS = ['connected', 'access_denied', 'expired', 'invalid', 'refused', 'unreachable', 'failed'] as const;
export type Word = (typeof WORDS)[number];

const KEY = 'scheduling-consents';
const LIFETIME = 10 * 60_000;
/** All that Google and Microsoft are known to add. */
const ADDED =
  'code state error error_description error_uri error_subcode scope authuser hd prompt iss session_state client_info admin_consent tenant cloud_instance_name cloud_instance_host_name cloud_graph_host_name msgraph_host'.split(
    ' ',
  );
const STATE = /^(?:user:)?[^:]+:(google|outlook):[^:]+$/;

/** What this address brings back, if anything, and the address without it. */
export function backOf(address: string): { back: Back; left: string } | undefined {
  const url = new URL(address);
  const ask = (name: string) => url.searchParams.get(name) ?? undefined;
  const leave = (names: readonly string[]) => {
    names.forEach((name) => url.searchParams.delete(name));
    return url.href;
  };
  const state = ask('state');
  // `code` and `error` of other people's round trips are theirs.
  if (state && STATE.test(state)) {
    const [code, error] = [ask('code'), ask('error')];
    if (error) return { back: { word: wordOfProvider(error) }, left: leave(ADDED) };
    if (code) return { back: { code, state }, left: leave(ADDED) };
  }
  const error = ask('calendar_error');
  if (error) return { back: { word: WORDS.find((word) => word === error && word !== 'connected') ?? 'failed' }, left: leave(['calendar_error', 'calendar']) };
  if (ask('calendar') === 'connected') return { back: { word: 'connected' }, left: leave(['calendar']) };
  return undefined;
}

/** RFC 6749, section 4.1.2.1. */
function wordOfProvider(error: string): Word {
  if (error === 'access_denied') return 'access_denied';
  return error === 'server_error' || error === 'temporarily_unavailable' ? 'unreachable' : 'refused';
}

/** Whose calendar a state is about. */
export function partsOf(state: string): { owner: string; provider: string } {
  const parts = state.split(':');
  return parts[0] === 'user'
    ? { owner: `user:${parts[1]}`, provider: parts[2] ?? '' }
    : { owner: parts[0] ?? '', provider: parts[1] ?? '' };
}

/** Remembers the round trip that begins with this consent page. */
export async function begin(page: string): Promise<void> {
  const state = new URL(page).searchParams.get('state');
  const mark = state && (await hash(state));
  if (!mark) return;
  keep([...remembered(), { mark, at: Date.now() }]);
}

/** Whether this browser has begun it; forgotten with the answer. */
export async function wasBegun(state: string): Promise<boolean> {
  const mark = await hash(state);
  const marks = remembered();
  keep(marks.filter((one) => one.mark !== mark));
  return mark !== undefined && marks.some((one) => one.mark === mark);
}

interface Mark {
  mark: string;
  at: number;
}

function remembered(): Mark[] {
  try {
    const marks = JSON.parse(localStorage.getItem(KEY) ?? '[]') as Mark[];
    return marks.filter(({ mark, at }) => typeof mark === 'string' && Date.now() - at < LIFETIME);
  } catch {
    return []; // no storage, or somebody else's
  }
}

function keep(marks: Mark[]): void {
  try {
    if (marks.length) localStorage.setItem(KEY, JSON.stringify(marks));
    else localStorage.removeItem(KEY);
  } catch {
    // without a storage the person is asked
  }
}

/** Nothing where the page is not secure enough for it: http, and not of this machine. */
async function hash(text: string): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
