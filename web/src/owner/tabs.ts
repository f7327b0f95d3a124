// What a person's other tabs, and other elements of this one, hear of a save, and when what is shown has
// become old. A message says which owner's what has changed, and nothing of what it says.

import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What settings a save was about. */
export type What = 'calendars' | 'settings' | 'days' | 'links' | 'meetings';

interface News {
  source: 'scheduling';
  owner: string;
  what: What;
}

const CHANNEL = 'scheduling';
/** After so long elsewhere, what is shown is read again when somebody comes back. */
const OLD = 60_000;

/** Calls `stale` when another tab has saved one of `heeds`, or when the window was left for a while. */
export class Tabs implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #heeds: () => readonly What[];
  readonly #owner: () => string | undefined;
  readonly #stale: (what: What | 'time') => void;
  #channel: BroadcastChannel | undefined;
  #left = Date.now();

  constructor(
    host: ReactiveControllerHost,
    options: { heeds: () => readonly What[]; owner: () => string | undefined; stale: (what: What | 'time') => void },
  ) {
    this.#host = host;
    this.#heeds = options.heeds;
    this.#owner = options.owner;
    this.#stale = options.stale;
    this.#host.addController(this);
  }

  /** Tells the others. */
  saved(what: What): void {
    const owner = this.#owner();
    if (owner) this.#channel?.postMessage({ source: 'scheduling', owner, what } satisfies News);
  }

  hostConnected(): void {
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.addEventListener('message', this.#heard);
    document.addEventListener('visibilitychange', this.#seen);
    window.addEventListener('blur', this.#leave);
    window.addEventListener('focus', this.#back);
  }

  hostDisconnected(): void {
    this.#channel?.close();
    this.#channel = undefined;
    document.removeEventListener('visibilitychange', this.#seen);
    window.removeEventListener('blur', this.#leave);
    window.removeEventListener('focus', this.#back);
  }

  readonly #heard = ({ data }: MessageEvent<Partial<News> | null>): void => {
    if (data?.source !== 'scheduling' || data.owner !== this.#owner() || !data.what) return;
    if (this.#heeds().includes(data.what)) this.#stale(data.what);
  };

  readonly #seen = (): void => {
    if (document.visibilityState === 'hidden') this.#leave();
    else this.#back();
  };

  readonly #leave = (): void => {
    this.#left = Date.now();
  };

  readonly #back = (): void => {
    const away = Date.now() - this.#left;
    this.#left = Date.now();
    if (away >= OLD) this.#stale('time');
  };
}
