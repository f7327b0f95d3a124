// Text of owners, as text: lines stay lines, and addresses of the web become links. There is no other markup,
// and nothing in it runs.

import { html, type TemplateResult } from 'lit';

export type Piece = string | { readonly href: string; readonly text: string };

const ADDRESS = /https?:\/\/[^\s<>"'`]+/gi;
/** What ends a sentence or closes a bracket belongs to the sentence. */
const TRAILING = /[.,;:!?)\]}'"»”]+$/;

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = match[0].replace(TRAILING, '');
    const href = webAddress(shown);
    if (!href) continue;
    if (match.index > from) found.push(text.slice(from, match.index));
    found.push({ href, text: shown });
    from = match.index + shown.length;
  }
  if (from < text.length) found.push(text.slice(from));
  return found;
}

/** The address, where it is one of the web; `javascript:` and kin are none. */
export function webAddress(text: string | null | undefined): string | undefined {
  if (!text || !/^https?:\/\//i.test(text.trim())) return undefined;
  try {
    const url = new URL(text.trim());
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}

export function prose(text: string): (string | TemplateResult)[] {
  return pieces(text).map((piece) => (typeof piece === 'string' ? piece : link(piece.href, piece.text)));
}

/** A link that tells the other side nothing of this page. */
export function link(href: string, text: string): TemplateResult {
  return html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow"><bdi>${text}</bdi></a>`;
}
