// What all elements share: where PostgREST is, the language, the zone, the theme, and events. Nothing here
// knows what an element shows.

import { LitElement, type PropertyValues } from 'lit';
import { Api, type Connection } from './api/client';
import { direction, spoken } from './text/text';
import { legible } from './theme/contrast';
import { tokens } from './theme/tokens.css';
import { controls } from './theme/controls.css';

export type Theme = 'auto' | 'light' | 'dark';

/**
 * @attr api - PostgREST's address; relative ones are the page's.
 * @attr schema - Where the schema is not the first of PostgREST's.
 * @attr locale - The language of texts and dates; else the page's, else the browser's.
 * @attr timezone - The zone to begin with.
 * @attr theme - `auto` (as the system is), `light` or `dark`.
 */
export class SchedulingElement extends LitElement {
  static override properties = {
    api: {},
    schema: {},
    locale: {},
    timezone: {},
    theme: { reflect: true },
    headers: { attribute: false },
  };
  static override styles = [tokens, controls];

  declare api: string;
  declare schema: string | undefined;
  declare locale: string | undefined;
  declare timezone: string | undefined;
  declare theme: Theme;
  /** More headers for each request, such as an API key. */
  declare headers: Record<string, string> | undefined;

  #server: Api | undefined;

  constructor() {
    super();
    this.api = '';
    this.theme = 'auto';
  }

  /** The way to the database; made anew when what it depends on changes. */
  protected get server(): Api {
    this.#server ??= new Api(this.connection());
    return this.#server;
  }

  protected connection(): Connection {
    return { api: this.api, schema: this.schema, headers: this.headers };
  }

  /** The language of this element, one that its texts are in. `wanted` comes after what page and browser say. */
  protected language(...wanted: (string | null | undefined)[]): string {
    return spoken(this.locale, regional(this.parentElement?.closest('[lang]')?.getAttribute('lang')), ...navigator.languages, ...wanted);
  }

  /** Tells the page: bubbles, leaves the shadow tree, `scheduling-` before its name; false where it was refused. */
  protected tell(type: string, detail: object = {}): boolean {
    return this.dispatchEvent(
      new CustomEvent(`scheduling-${type}`, { detail, bubbles: true, composed: true, cancelable: true }),
    );
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (['api', 'schema', 'headers'].some((name) => changed.has(name))) this.#server = undefined;
    this.lang = this.language();
    // What the page says of the direction is inherited; where it says nothing, the language does.
    if (!this.parentElement?.closest('[dir]')) this.dir = direction(this.lang);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('theme')) legible(this);
  }
}

/** A page that is in English is read with the dates and clocks of the reader's own English. */
function regional(page: string | null | undefined): string | null | undefined {
  return page && (navigator.languages.find((own) => own.toLowerCase().startsWith(`${page.toLowerCase()}-`)) ?? page);
}
