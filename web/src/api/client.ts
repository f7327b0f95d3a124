// The way to PostgREST: every call of a page goes through here, ends within fifteen seconds, and brings rows
// or throws a `Refusal`. Nothing is repeated by itself, but a read once after its token was renewed.

import { PostgrestClient } from '@supabase/postgrest-js';
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
  /** For tables, with the builders of postgrest-js; end them by `rows` or `one`. */
  readonly tables: PostgrestClient;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    const options = {
      headers: { ...connection.headers },
      fetch: (input: RequestInfo | URL, init?: RequestInit) => this.#fetch(input, init),
      retry: false,
      ...(connection.schema ? { schema: connection.schema } : {}),
    };
    this.tables = new PostgrestClient(absolute(connection.api), options as object) as PostgrestClient;
  }

  /** Calls a function that only reads, by GET. */
  read<T>(name: string, args: Arguments = {}, options: { select?: string; signal?: AbortSignal } = {}): Promise<T[]> {
    let call = this.tables.rpc(name, given(args), { get: true }).select(options.select ?? '*');
    if (options.signal) call = call.abortSignal(options.signal);
    return rows<T>(call as unknown as PromiseLike<Result<T[]>>);
  }

  /** Calls a function by POST: what writes, and what a token is the right for, which no address may hold. */
  call<T>(name: string, args: Arguments = {}, options: { signal?: AbortSignal } = {}): Promise<T[]> {
    let call = this.tables.rpc(name, given(args));
    if (options.signal) call = call.abortSignal(options.signal);
    return rows<T>(call as unknown as PromiseLike<Result<T[]>>);
  }

  /** The same of a function that returns one value, or nothing. */
  async value<T>(name: string, args: Arguments = {}): Promise<T> {
    return (await this.call(name, args)) as unknown as T;
  }

  /** The file that a function returns, called by POST like any with a token. */
  async file(name: string, args: Arguments, type: string): Promise<Blob> {
    const { schema } = this.#connection;
    const headers = {
      ...this.#connection.headers,
      Accept: type,
      'Content-Type': 'application/json',
      ...(schema ? { 'Content-Profile': schema } : {}),
    };
    const answer = await this.#fetch(`${absolute(this.#connection.api)}/rpc/${name}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(given(args)),
    }).catch((error: unknown) => {
      throw refusalOf(0, { message: String(error) });
    });
    if (answer.ok) return answer.blob();
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
