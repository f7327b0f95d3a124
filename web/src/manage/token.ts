// The right to a booking, on its way from a mail: read from the page's address once and taken out of it before
// anything is loaded, so that no server, log or screenshot sees it. It goes nowhere else: what keeps it over a
// reload is the state of this entry of the history, which is neither sent nor shared with other tabs.

const KEY = 'schedulingManage';
/** As the database signs them: 49 bytes in base64url. No other part of a path is taken for one. */
const SIGNED = /^[A-Za-z0-9_-]{66}$/;

interface Page {
  readonly location: Pick<Location, 'href'>;
  readonly history: Pick<History, 'state' | 'replaceState'>;
}

/** From `#manage=`, else `?manage_token=`, else the last part of the path; else what this page had before a reload. */
export function takeToken({ location, history }: Page = window): string | undefined {
  const url = new URL(location.href);
  // All of them, so that none stays behind.
  const [token] = [fromFragment(url), fromQuery(url), fromPath(url)].filter((found) => found !== undefined);
  if (token !== undefined) {
    history.replaceState({ ...(history.state as object | null), [KEY]: token }, '', url.href);
    return token;
  }
  const kept = (history.state as Record<string, unknown> | null)?.[KEY];
  return typeof kept === 'string' ? kept : undefined;
}

function fromFragment(url: URL): string | undefined {
  const fragment = new URLSearchParams(url.hash.slice(1));
  const token = fragment.get('manage');
  if (!token) return undefined;
  fragment.delete('manage');
  url.hash = fragment.toString();
  return token;
}

function fromQuery(url: URL): string | undefined {
  const token = url.searchParams.get('manage_token');
  url.searchParams.delete('manage_token');
  return token || undefined;
}

function fromPath(url: URL): string | undefined {
  const parts = url.pathname.split('/');
  const last = parts.pop() ?? '';
  if (!SIGNED.test(last)) return undefined;
  url.pathname = `${parts.join('/')}/`;
  return last;
}
