// How a JWT comes to the owner's page, and what a consent page sent back: both are in the address when the page
// begins, and are taken out of it before anything is asked. The token is kept in memory alone: not in the address,
// not in a storage, not in a cookie.

export interface Arrival {
  token: string | undefined;
  /** What became of connecting a calendar in this tab: `connected`, or the word of the error. */
  calendar: string | undefined;
  section: string;
}

const PARAMETERS = ['calendar', 'calendar_error'];

/** What this address says, and the address without what nobody else shall read. */
export function arrival(address: string): Arrival & { left: string } {
  const url = new URL(address);
  const fragment = url.hash.slice(1);
  // `#token=…`, also beside a section: `#links&token=…`. A token has no `&`, and is not to be decoded twice.
  const parts = fragment.split('&');
  const named = parts.find((part) => part.startsWith('token='));
  const section = parts.find((part) => part !== named && !part.includes('=')) ?? '';
  const calendar = url.searchParams.get('calendar_error') ?? url.searchParams.get('calendar') ?? undefined;
  PARAMETERS.forEach((name) => url.searchParams.delete(name));
  url.hash = section;
  return { token: named && tokenOf(named.slice('token='.length)), calendar, section, left: url.href };
}

/** A token as it was pasted, with the word before it that headers have, or none where it is no JWT. */
export function tokenOf(pasted: string): string | undefined {
  const token = pasted.trim().replace(/^Bearer\s+/i, '').replace(/\s+/g, '');
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token) ? token : undefined;
}
