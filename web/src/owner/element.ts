// What the owner's elements share: who is signed in, whose settings are shown, and what stands in their place
// while they cannot be. A JWT comes by property only: an attribute would stand in the page for everything to
// read. Nothing here knows a table.

import '../api/tables';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Connection } from '../api/client';
import { Refusal } from '../api/errors';
import type { Owner } from '../api/types';
import { SchedulingElement } from '../element';
import { ownerText, type OwnerText } from '../text/owner';
import { Ask, askStyles } from './ask';
import { parseOwner, type Tables, tablesOf } from './owners';
import { refusalNotice, refusalOf } from './refusals';
import { read } from './save';
import { saveBarStyles } from './save-bar';
import { Tabs, type What } from './tabs';

/** For a token that an application fetches. */
const LONGEST_WAIT = 15_000;
/** Before a still skeleton is shown. */
const PATIENCE = 150;

/**
 * @attr owner - `<client uuid>` or `user:<user uuid>`; else the first of `my_owners()`, and a choice of the others.
 * @fires scheduling-sign-in - Nobody is signed in any more. What was typed is kept; set `token`, or answer `getToken`.
 * @fires scheduling-saved - `{what}`: something was saved.
 * @fires scheduling-refused - `{kind, code}`: something was not.
 * @fires scheduling-stale - `{what}`: what is shown was changed elsewhere while it was edited here.
 */
export class OwnerElement extends SchedulingElement {
  static override properties = {
    ...SchedulingElement.properties,
    owner: {},
    token: { attribute: false },
    getToken: { attribute: false },
    who: { state: true },
    all: { state: true },
    trouble: { state: true },
    signedOut: { state: true },
    slow: { state: true },
  };

  static override styles = [
    ...SchedulingElement.styles,
    saveBarStyles,
    askStyles,
    css`
      .skeleton {
        display: grid;
        gap: 0.75rem;
      }
      .skeleton > div {
        block-size: 3.25rem;
        border-radius: var(--_radius);
        background: var(--_surface-2);
      }
      .owner-switch {
        margin-block-end: var(--_gap);
      }
      .owner-switch select {
        max-inline-size: 24rem;
      }
    `,
  ];

  declare owner: string | undefined;
  /** The JWT of who is signed in. */
  declare token: string | undefined;
  /** Brings the JWT; asked once more, with true, when the one before is not taken. */
  declare getToken: ((renew: boolean) => Promise<string | undefined>) | undefined;

  /** Whose settings are shown; nothing until they have been read. */
  protected declare who: Owner | undefined;
  /** Whom the person may manage, where the page left the choice to them. */
  protected declare all: Owner[];
  /** Why nothing can be shown. */
  protected declare trouble: Refusal | undefined;
  protected declare signedOut: boolean;
  private declare slow: boolean;

  /** What this element saves or shows, as other tabs call it. */
  protected readonly heeds: readonly What[] = [];
  protected readonly asks = new Ask(this);
  protected readonly tabs: Tabs;

  #run = 0;
  #renewal: Promise<string | undefined> | undefined;
  #subject: string | undefined;

  constructor() {
    super();
    this.all = [];
    this.signedOut = false;
    this.slow = false;
    this.tabs = new Tabs(this, {
      heeds: () => this.heeds,
      owner: () => this.who?.owner,
      stale: (what) => {
        if (!this.signedOut) this.stale(what);
      },
    });
  }

  protected get t(): OwnerText {
    return ownerText(this.language());
  }

  /** The tables of who is shown. */
  protected get tables(): Tables {
    return tablesOf(this.who ?? { mode: 'client' });
  }

  /** What picks the rows of who is shown, in every table but that of settings. */
  protected get theirs(): Record<string, string> {
    return { [this.tables.column]: this.who?.owner_id ?? '' };
  }

  /** Reads all that is shown of `who`, and keeps it where it still is `current`: no later reading has begun. To be overridden. */
  protected async load(_who: Owner, _current: () => boolean): Promise<void> {}

  /** What is shown once that has been read. To be overridden. */
  protected body(): TemplateResult {
    return html``;
  }

  /** Whether something was typed that is not saved. To be overridden. */
  protected get unsaved(): boolean {
    return false;
  }

  /** Another tab has saved, or time has passed: by default all is read again, unless something is unsaved. */
  protected stale(_what: What | 'time'): void {
    if (!this.unsaved) void this.refresh();
  }

  /** Forgets what belongs to an owner or a person who is not shown any more. To be overridden. */
  protected forget(): void {}

  /** Reads anew, by the page's or the person's wish. Keeps what is shown until it is there. */
  async refresh(): Promise<void> {
    const run = ++this.#run;
    if (!this.token && !this.getToken) {
      this.signedOut = true;
      return;
    }
    const patience = setTimeout(() => (this.slow = run === this.#run), PATIENCE);
    try {
      const who = await this.#find();
      if (run !== this.#run) return;
      if (this.who && who.owner !== this.who.owner) this.forget();
      await this.load(who, () => run === this.#run);
      if (run !== this.#run) return;
      this.who = who;
      this.trouble = undefined;
      this.signedOut = false;
    } catch (error) {
      if (run === this.#run) this.failed(error);
    } finally {
      clearTimeout(patience);
      if (run === this.#run) this.slow = false;
      this.requestUpdate();
    }
  }

  /** Takes note of what came of a call: a lost session is asked for, the rest is the caller's to show. */
  protected noted(error: unknown): Refusal {
    const refusal = refusalOf(error);
    if (refusal.kind === 'signed_out' && !this.signedOut) {
      this.signedOut = true;
      this.tell('sign-in');
    }
    this.tell('refused', { kind: refusal.kind, code: refusal.code });
    return refusal;
  }

  /** A save went through: the page and other tabs hear of it. */
  protected saved(what: What): void {
    this.tabs.saved(what);
    this.tell('saved', { what });
  }

  protected failed(error: unknown): void {
    const refusal = this.noted(error);
    // What is shown stays on the page, with what was typed.
    if (refusal.kind === 'signed_out') return;
    this.trouble = refusal;
    this.signedOut = false;
  }

  protected override connection(): Connection {
    return { ...super.connection(), token: (renew) => this.#token(renew) };
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const where = ['owner', 'api', 'schema', 'headers'].some((name) => changed.has(name));
    const session = changed.has('token') || changed.has('getToken');
    if (session && this.#anotherPerson()) {
      this.who = undefined;
      this.all = [];
      this.forget();
      void this.refresh();
    } else if (where || !this.hasUpdated) {
      void this.refresh();
    } else if (session && (this.signedOut || this.trouble || !this.who)) {
      // Work that is unsaved is not read over: the person saves it, now that they can.
      if (this.unsaved) this.signedOut = false;
      else void this.refresh();
    }
  }

  protected override render(): TemplateResult {
    const { t } = this;
    return html`
      ${this.signedOut
        ? html`<div class="notice error row" part="alert" role="alert">
            <p>${this.who ? t('sign_in_again') : t('sign_in')}</p>
            ${this.getToken ? html`<button type="button" part="button" @click=${this.#signIn}>${t('sign_in_done')}</button>` : nothing}
          </div>`
        : nothing}
      ${this.#ownerSwitch()}
      ${this.trouble ? this.#troubled(this.trouble) : nothing}
      ${this.who ? this.body() : this.trouble || this.signedOut ? nothing : this.#skeleton()} ${this.asks.dialog()}
    `;
  }

  #troubled(refusal: Refusal): TemplateResult {
    return refusalNotice(this.t, refusal, {
      ...(refusal.kind === 'forbidden' && refusal.word === 'owner' ? { text: this.t('no_owner') } : {}),
      retry: () => void this.refresh(),
    });
  }

  #skeleton(): TemplateResult {
    return html`<div class="skeleton" aria-busy="true">
      ${this.slow
        ? html`<p class="hidden" role="status">${this.t('loading')}</p>
            <div></div>
            <div></div>
            <div></div>`
        : nothing}
    </div>`;
  }

  #ownerSwitch(): TemplateResult | typeof nothing {
    if (this.owner || this.all.length < 2) return nothing;
    return html`<div class="field owner-switch">
      <label for="owner-switch">${this.t('owner_switch')}</label>
      <select id="owner-switch" part="input" @change=${this.#switched}>
        ${this.all.map(
          (one) => html`<option value=${one.owner} ?selected=${one.owner === this.who?.owner}>${one.name ?? one.owner}</option>`,
        )}
      </select>
    </div>`;
  }

  readonly #signIn = (): void => {
    this.signedOut = false;
    if (!this.unsaved) void this.refresh();
  };

  readonly #switched = async (event: Event): Promise<void> => {
    const select = event.target as HTMLSelectElement;
    const wanted = this.all.find((one) => one.owner === select.value);
    if (!wanted || wanted.owner === this.who?.owner) return;
    const { t } = this;
    if (
      this.unsaved &&
      !(await this.asks.ask({ title: t('leave_title'), text: t('leave_text'), yes: t('leave_yes'), no: t('leave_no'), danger: true }))
    ) {
      select.value = this.who?.owner ?? '';
      return;
    }
    this.forget();
    this.who = wanted;
    await this.refresh();
  };

  /** Whose settings: the page's word, what was chosen, the first of those that may be managed. */
  async #find(): Promise<Owner> {
    if (!this.owner) {
      this.all = await this.server.read<Owner>('my_owners');
      const chosen = this.all.find((one) => one.owner === this.who?.owner) ?? this.all[0];
      if (!chosen) throw new Refusal('forbidden', { word: 'owner' });
      return chosen;
    }
    const key = parseOwner(this.owner);
    if (!key) throw new Refusal('gone', { word: 'owner', message: `owner="${this.owner}"` });
    const tables = tablesOf(key);
    const columns = `name:${tables.settingsName},timezone`;
    const row = await read<{ name: string | null; timezone: string }>(
      this.server,
      tables.settings,
      { [tables.settingsKey]: key.owner_id },
      columns,
    );
    // Rows of owners whom somebody may not manage are not there for them.
    if (!row) throw new Refusal('forbidden', { word: 'owner' });
    return { ...key, ...row };
  }

  /** One renewal at a time, whoever asks; one that does not come, or fails, is no token. */
  #token(renew: boolean): Promise<string | undefined> {
    const { getToken } = this;
    if (!getToken) return Promise.resolve(this.token);
    if (this.#renewal) return this.#renewal;
    const asked = Promise.race([
      Promise.resolve()
        .then(() => getToken(renew))
        .catch(() => undefined),
      new Promise<undefined>((none) => setTimeout(none, LONGEST_WAIT)),
    ]);
    if (renew) {
      this.#renewal = asked;
      void asked.finally(() => (this.#renewal = undefined));
    }
    return asked;
  }

  /** Whether the token is of somebody else than the one before: what is shown is then not theirs to see. */
  #anotherPerson(): boolean {
    const now = subject(this.token);
    if (!now) return false;
    const before = this.#subject;
    this.#subject = now;
    return before !== undefined && before !== now;
  }
}

/** The `sub` of a JWT, only to notice that it is another one: nothing is believed of it. */
function subject(token: string | undefined): string | undefined {
  try {
    const part = token?.split('.')[1]?.replace(/-/g, '+').replace(/_/g, '/');
    return part ? (JSON.parse(atob(part)) as { sub?: string }).sub : undefined;
  } catch {
    return undefined;
  }
}
