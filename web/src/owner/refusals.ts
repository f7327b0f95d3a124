// What a refusal means to an owner, in a sentence, and how it stands on a page: with a way on where there is
// one, and the server's own English words beneath, small.

import { html, nothing, type TemplateResult } from 'lit';
import { Refusal } from '../api/errors';
import type { OwnerKey, OwnerText } from '../text/owner';

/** What a page calls its fields: by the words that DETAIL begins with, columns and constraints. */
export type Fields = Record<string, string>;

/** The sentence. `fields` lets it name what has to be looked at again. */
export function sentence(t: OwnerText, refusal: Refusal, fields: Fields = {}): string {
  switch (refusal.kind) {
    case 'malformed': {
      const field = fieldOf(refusal, Object.keys(fields));
      return field ? t('refused_field', { field: fields[field] ?? field }) : t('refused_malformed');
    }
    case 'too_many':
      return t('refused_too_many', { count: Math.ceil((refusal.wait ?? 60) / 60) });
    case 'calendar':
      return t(CALENDAR[refusal.word] ?? 'refused_calendar');
    default:
      return t(SENTENCES[refusal.kind]);
  }
}

/** The one of these fields that a refusal is about: DETAIL, or a constraint, begins with or contains its name. */
export function fieldOf(refusal: Refusal, fields: string[]): string | undefined {
  const { word } = refusal;
  if (!word) return undefined;
  return (
    fields.find((field) => word === field || word.startsWith(`${field}.`) || word.startsWith(`${field}[`)) ??
    // The longest, since a constraint's name holds the table's as well.
    fields.filter((field) => word.includes(field)).sort((a, b) => b.length - a.length)[0]
  );
}

/** Any error as a refusal. */
export function refusalOf(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal('failed', { message: String(error) });
}

/** A refusal as an alert. */
export function refusalNotice(
  t: OwnerText,
  refusal: Refusal,
  options: { fields?: Fields; text?: string; retry?: () => void } = {},
): TemplateResult {
  return html`<div class="notice error stack" part="alert" role="alert">
    <p>${options.text ?? sentence(t, refusal, options.fields)}</p>
    ${options.retry
      ? html`<div><button type="button" part="button" @click=${options.retry}>${t('retry')}</button></div>`
      : nothing}
    ${told(t, refusal)}
  </div>`;
}

/** The server's words, for who can do something with them. */
function told(t: OwnerText, refusal: Refusal): TemplateResult | typeof nothing {
  if (!refusal.code || QUIET.has(refusal.kind)) return nothing;
  const words = refusal.detail || (refusal.message === refusal.kind ? '' : refusal.message);
  return html`<details class="muted">
    <summary>${t('refused_details', { code: refusal.code })}</summary>
    <p lang="en" dir="ltr">${words}</p>
  </details>`;
}

/** Kinds of which the sentence says all. */
const QUIET = new Set<Refusal['kind']>(['signed_out', 'offline', 'lost']);

const SENTENCES: Record<Exclude<Refusal['kind'], 'malformed' | 'too_many' | 'calendar'>, OwnerKey> = {
  duplicate: 'refused_duplicate',
  gone: 'gone',
  signed_out: 'sign_in_again',
  forbidden: 'forbidden',
  conflict: 'refused_conflict',
  expired: 'refused_expired',
  lost: 'lost',
  offline: 'offline',
  failed: 'failed',
};

const CALENDAR: Record<string, OwnerKey> = {
  reconnect_required: 'refused_reconnect',
  unreachable: 'refused_unreachable',
  worker_stopped: 'refused_worker',
};
