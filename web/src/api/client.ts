// The way to PostgREST: every call of a page goes through here, ends within fifteen seconds, and brings rows
// or throws a `Refusal`. Nothing is repeated by itself, but once what was refused for its token, when that is renewed:
// a 401 is answered before anything is done.

import type { PostgrestClient } from '@supabase/postgrest-js';
import { Refusal, refusal, type Said } from './errors';

const LONGEST_WAIT = 15_000;

export interface Connection {
  /** PostgREST's address, without a slash at its end; relative ones are the page's. */
  api: string;
  /** Where the schema is not the first of PostgREST's. */
  schema?: string | undefined;
  /** More headers for each request, such as an API key. */
  headers?: Record<string, string> | undefined;
  /** The person's JWT. Asked again, with `renew`, when the one before is not taken. */
  token?: ((renew: boolean) => Promise<string | undefined>) | undefined;
}

type Arguments = Record<string, unknown>;

interface Result<T> {
  data: T | null;
  error: Said | null;
  status: number;
}

export class Api {
  /** Makes the builders of `tables`: set by `tables.ts`, which guests' pages do without. */
  static builders: ((address: string, options: object) => PostgrestClient) | undefined;

  readonly #connection: Connection;
  #tables: PostgrestClient | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** For tables, with the builders of postgrest-js; end them by `rows` or `one`. */
  get tables(): PostgrestClient {
    this.#tables ??= this.#builders();
    return this.#tables;
  }

  /** Calls a function that only reads, by GET. */
  async read<T>(name: string, args: Arguments = {}, options: { select?: string; signal?: AbortSignal } = {}): Promise<T[]> {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(given(args))) {
      query.append(key, Array.isArray(value) ? `{${value.join(',')}}` : String(value));
    }
    query.append('select', options.select ?? '*');
    return (await this.#json(`${name}?${query}`, { method: 'GET', signal: options.signal ?? null })) as T[];
  }

  /** Calls a function by POST: what writes, and what a token is the right for, which no address may hold. */
  async call<T>(name: string, args: Arguments = {}, options: { signal?: AbortSignal } = {}): Promise<T[]> {
    const body = JSON.stringify(given(args));
    return ((await this.#json(name, { method: 'POST', body, signal: options.signal ?? null })) ?? []) as T[];
  }

  /** The same of a function that returns one value, or nothing. */
  async value<T>(name: string, args: Arguments = {}): Promise<T> {
    return (await this.call(name, args)) as unknown as T;
  }

  /** The file that a function returns, called by POST like any with a token. */
  async file(name: string, args: Arguments, type: string): Promise<Blob> {
    return (await this.#rpc(name, { method: 'POST', body: JSON.stringify(given(args)) }, type)).blob();
  }

  #builders(): PostgrestClient {
    const { api, schema, headers } = this.#connection;
    if (!Api.builders) throw new Error('api/tables.ts is not part of this bundle');
    return Api.builders(absolute(api), {
      headers: { ...headers },
      fetch: (input: RequestInfo | URL, init?: RequestInit) => this.#fetch(input, init),
      retry: false,
      ...(schema ? { schema } : {}),
    });
  }

  async #json(path: string, init: RequestInit): Promise<unknown> {
    const answer = await this.#rpc(path, init, 'application/json');
    // Somebody between may answer with a page of theirs: that is no answer.
    return answer
      .text()
      .then((text) => (text ? (JSON.parse(text) as unknown) : undefined))
      .catch((error: unknown) => {
        throw refusalOf(0, { message: String(error) });
      });
  }

  async #rpc(path: string, init: RequestInit, type: string): Promise<Response> {
    const { api, schema } = this.#connection;
    const reads = init.method === 'GET';
    const headers = {
      ...this.#connection.headers,
      Accept: type,
      ...(reads ? {} : { 'Content-Type': 'application/json' }),
      ...(schema ? { [reads ? 'Accept-Profile' : 'Content-Profile']: schema } : {}),
    };
    const answer = await this.#fetch(`${absolute(api)}/rpc/${path}`, { ...init, headers }).catch((error: unknown) => {
      throw refusalOf(0, { message: String(error) });
    });
    if (answer.ok) return answer;
    throw refusalOf(answer.status, (await answer.json().catch(() => ({}))) as Said);
  }

  async #fetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const answer = await this.#send(input, init, false);
    if (answer.status !== 401 || !this.#connection.token) return answer;
    return this.#send(input, init, true);
  }

  async #send(input: RequestInfo | URL, init: RequestInit, renew: boolean): Promise<Response> {
    const headers = new Headers(init.headers);
    const token = await this.#connection.token?.(renew);
    if (token) headers.set('Authorization', `Bearer ${token}`);
    const limits = [AbortSignal.timeout(LONGEST_WAIT)];
    if (init.signal) limits.push(init.signal);
    return fetch(input, { ...init, headers, signal: AbortSignal.any(limits), credentials: 'omit', referrerPolicy: 'no-referrer' });
  }
}

/** The rows of a builder of postgrest-js. */
export async function rows<T>(call: PromiseLike<Result<T[]>>): Promise<T[]> {
  const { data, error, status } = await answered(call);
  if (error) throw refusalOf(status, error);
  return (data ?? []) as T[];
}

/** Its only row; a change that met none is `gone`. */
export async function one<T>(call: PromiseLike<Result<T[]>>): Promise<T> {
  const [row] = await rows(call);
  if (row === undefined) throw new Refusal('gone');
  return row;
}

async function answered<T>(call: PromiseLike<Result<T>>): Promise<Result<T>> {
  try {
    return await call;
  } catch (error) {
    throw refusalOf(0, { message: String(error) });
  }
}

function refusalOf(status: number, error: Said): Refusal {
  if (status === 0 && typeof navigator !== 'undefined' && navigator.onLine === false) return new Refusal('offline');
  return refusal(status, error);
}

/** PostgREST finds a function by the names of its arguments: what is not given is left out. */
function given(args: Arguments): Arguments {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined && value !== ''));
}

function absolute(api: string): string {
  const base = typeof document === 'undefined' ? undefined : document.baseURI;
  return new URL(api, base).href.replace(/\/$/, '');
}
