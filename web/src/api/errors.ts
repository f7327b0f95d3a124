// What can go wrong with a call, as values: the SQLSTATEs of the database (docs/http.md) and what happens
// before one. Pages choose their words by `kind`, `word` and `field`; the server's own text is for details.

export type Kind =
  /** An argument or a row is not as it must be; `field` names it (22023, 23514, and kin). */
  | 'malformed'
  /** Such a row is there already (23505). */
  | 'duplicate'
  /** What it is about is not there, or no longer (PT404, 23503). */
  | 'gone'
  /** No token, or one that is not taken any more (401). */
  | 'signed_out'
  /** Not this person's to do (42501). */
  | 'forbidden'
  /** The time is not free, or the booking cannot be changed; `word` says why (PT409, 23P01). */
  | 'conflict'
  /** PT410. */
  | 'expired'
  /** `wait` says how many seconds (PT429). */
  | 'too_many'
  /** A calendar cannot be read, or its provider refuses; `word` says why (PT502, PT503). */
  | 'calendar'
  /** Nothing came back in time, or nothing that is an answer: it is not known what was done. */
  | 'lost'
  /** The browser says that there is no network. */
  | 'offline'
  | 'failed';

/** Why a call brought nothing. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: Kind;
  /** The fixed word, or the field, that DETAIL begins with. */
  readonly word: string;
  /** SQLSTATE, or the HTTP status where there is none. */
  readonly code: string;
  /** The server's own words, in English. */
  readonly detail: string;
  /** Seconds to wait before another attempt, where that is said. */
  readonly wait: number | undefined;

  constructor(kind: Kind, parts: { message?: string; word?: string; code?: string; detail?: string; wait?: number } = {}) {
    super(parts.message ?? kind);
    this.kind = kind;
    this.word = parts.word ?? '';
    this.code = parts.code ?? '';
    this.detail = parts.detail ?? '';
    this.wait = parts.wait;
  }
}

const KINDS: Record<string, Kind> = {
  '22023': 'malformed',
  '23514': 'malformed',
  '23502': 'malformed',
  '22P02': 'malformed',
  '22007': 'malformed',
  '22008': 'malformed',
  '23505': 'duplicate',
  '23503': 'gone',
  '42501': 'forbidden',
  '23P01': 'conflict',
  PT404: 'gone',
  PT409: 'conflict',
  PT410: 'expired',
  PT429: 'too_many',
  PT502: 'calendar',
  PT503: 'calendar',
};

/** What PostgREST says of an error, as postgrest-js hands it over. */
export interface Said {
  code?: string | null;
  message?: string | null;
  details?: string | null;
}

/** The refusal that an answer of this status is. */
export function refusal(status: number, said: Said): Refusal {
  const code = said.code ?? '';
  const detail = said.details ?? '';
  const word = /^([\w.[\]-]+)(?: (\d+))?:/.exec(detail);
  const constraint = /constraint "(\w+)"/.exec(said.message ?? '');
  const parts = {
    message: said.message ?? '',
    word: word?.[1] ?? constraint?.[1] ?? '',
    code: code || String(status),
    detail,
    ...(word?.[1] === 'wait' && word[2] ? { wait: Number(word[2]) } : {}),
  };
  if (status === 401) return new Refusal('signed_out', parts);
  const kind = KINDS[code];
  if (kind) return new Refusal(kind, parts);
  // No answer, or one of somebody between: whether the statement ran is not known.
  if (status === 0 || status === 408 || status >= 502) return new Refusal('lost', parts);
  return new Refusal('failed', parts);
}
