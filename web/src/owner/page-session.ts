// How a JWT comes to the owner's page: in the fragment of its address, which no server sees, and out of it before
// anything is asked. It is kept in memory alone: not in the address, not in a storage, not in a cookie.

export interface Arrival {
  token: string | undefined;
  section: string;
}

/** What this address says, and the address without what nobody else shall read. */
export function arrival(address: string): Arrival & { left: string } {
  const url = new URL(address);
  const fragment = url.hash.slice(1);
  // `#token=…`, also beside a section: `#/links&token=…`. A token has no `&`, and is not to be decoded twice.
  const parts = fragment.split('&');
  const named = parts.find((part) => part.startsWith('token='));
  const section = parts.find((part) => part !== named && !part.includes('=')) ?? '';
  url.hash = section;
  return { token: named && tokenOf(named.slice('token='.length)), section, left: url.href };
}

/** A token as it was pasted, with the word before it that headers have, or none where it is no JWT. */
export function tokenOf(pasted: string): string | undefined {
  const token = pasted.trim().replace(/^Bearer\s+/i, '').replace(/\s+/g, '');
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token) ? token : undefined;
}
