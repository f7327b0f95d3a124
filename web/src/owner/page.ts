// `<scheduling-owner>`: the page on which owners see to everything: meetings, links, hours and calendars as sections
// of one session. It holds no settings itself; applications that have pages of their own embed the elements.

import { css, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { html, literal } from 'lit/static-html.js';
import { rows } from '../api/client';
import type { Owner } from '../api/types';
import { CONSENT_SAID, wordOf } from './calendars';
import { backOf, wasBegun, type Word } from './consent';
import { OwnerElement } from './element';
import { textField } from './field';
import { fields } from './field.css';
import { tablesOf } from './owners';
import { arrival, tokenOf } from './page-session';
import { refusalOf } from './refusals';
import type { What } from './tabs';

const SECTIONS = ['meetings', 'links', 'availability', 'calendars'] as const;
type Section = (typeof SECTIONS)[number];
const ELEMENTS = {
  meetings: literal`scheduling-meetings`,
  links: literal`scheduling-links`,
  availability: literal`scheduling-availability`,
  calendars: literal`scheduling-calendars`,
};

/** Tells the tab in which connecting began that it is over in this one. */
const CHANNEL = 'scheduling-consent';

/**
 * @attr owner - Whose page; else the person chooses among those they may manage.
 */
export class SchedulingOwner extends OwnerElement {
  static override styles = [
    ...OwnerElement.styles,
    fields,
    css`
      :host {
        container-type: inline-size;
        max-inline-size: var(--_max-width);
        margin-inline: auto;
        border-radius: calc(var(--_radius) * 1.4);
        background: var(--_surface);
      }
      .page > * {
        min-inline-size: 0;
      }
      .page {
        padding: var(--_gap);
      }
      .page > .top,
      .page > .owner-switch {
        margin: 0;
      }
      /* they stand in this one's padding */
      scheduling-meetings,
      scheduling-links {
        padding: 0;
      }
      @container (width >= 34rem) {
        .page {
          display: grid;
          grid-template-columns: 1fr auto;
          align-items: center;
        }
        .page > * {
          grid-column: 1 / -1;
        }
        .page > .top {
          grid-column: 1;
          grid-row: 1;
        }
        .page > .owner-switch {
          display: flex;
          align-items: center;
          gap: 0.75rem;
          grid-column: 2;
          grid-row: 1;
        }
        .owner-switch label {
          font-weight: 400;
          color: var(--_text-muted);
          white-space: nowrap;
        }
        .owner-switch select {
          inline-size: 16rem;
        }
      }
      nav {
        margin: var(--_gap) -0.75rem;
        border-block-end: 1px solid var(--_border);
        overflow-x: auto;
      }
      nav ul {
        display: flex;
        gap: 0.25rem;
      }
      nav a {
        display: flex;
        align-items: center;
        min-block-size: 2.75rem;
        padding-inline: 0.75rem;
        border-block-end: 3px solid transparent;
        color: var(--_text-muted);
        font-weight: 550;
        text-decoration: none;
        white-space: nowrap;
      }
      nav a:hover {
        color: var(--_text);
      }
      nav a[aria-current] {
        border-block-end-color: var(--_accent);
        color: var(--_text);
      }
      nav a:focus-visible {
        outline-offset: -2px;
      }
      .notice {
        margin-block: var(--_gap) 0;
      }
      .sign-in {
        max-inline-size: 28rem;
        margin: clamp(1rem, 8vb, 5rem) auto;
      }
      .sign-in h1 {
        text-align: start;
      }
      @media print {
        nav,
        .top,
        .notice {
          display: none;
        }
      }
    `,
  ];

  protected override readonly heeds: readonly What[] = ['calendars'];

  #section: Section = 'meetings';
  /** Sections that were looked at stay, hidden: what is typed in them is not lost by looking elsewhere. */
  #seen = new Set<Section>();
  #typed = '';
  #wrong = false;
  /** A calendar from which nothing is read. */
  #broken = false;
  /** What became of connecting a calendar, where this tab was opened for it. */
  #consent: Word | undefined;
  /** A consent page that the browser would not open. */
  #blocked: string | undefined;
  #channel: BroadcastChannel | undefined;

  override connectedCallback(): void {
    this.#arrive();
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.addEventListener('message', this.#connected);
    this.#returned();
    super.connectedCallback();
    window.addEventListener('hashchange', this.#moved);
    this.addEventListener('scheduling-sign-in', this.#ended);
    this.addEventListener('scheduling-connect', this.#connect as EventListener);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#moved);
    this.removeEventListener('scheduling-sign-in', this.#ended);
    this.removeEventListener('scheduling-connect', this.#connect as EventListener);
    this.#channel?.close();
  }

  /** Of all sections: another owner's settings take their place. */
  protected override get unsaved(): boolean {
    const sections = this.renderRoot.querySelectorAll<OwnerElement>(SECTIONS.map((name) => `scheduling-${name}`).join());
    // Protected, and of another class: what they are asked is theirs to say all the same.
    return [...sections].some((section) => (section as unknown as { unsaved: boolean }).unsaved);
  }

  protected override async load(who: Owner, current: () => boolean): Promise<void> {
    const { connections, column } = tablesOf(who);
    const found = await rows<{ status: string }>(
      this.server.tables.from(connections).select('status').eq(column, who.owner_id).eq('is_active', true) as never,
    );
    if (current()) this.#broken = found.some(({ status }) => status !== 'ok');
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const dialog = this.renderRoot.querySelector<HTMLDialogElement>('dialog.again');
    if (dialog && !dialog.open) dialog.showModal();
  }

  protected override render(): TemplateResult {
    const { t } = this;
    if (!this.getToken && (!this.token || (this.signedOut && !this.who))) return this.#welcome();
    return html`<div class="page"><header class="top"><h1>${t('page_title')}</h1></header>
      ${this.trouble?.word === 'owner' && !this.owner && !this.who
        ? html`<div class="card stack sign-in"><h2>${t('no_owners')}</h2><p class="muted">${t('no_owners_help')}</p></div>`
        : super.render()}</div>`;
  }

  protected override body(): TemplateResult {
    const { t } = this;
    this.#seen.add(this.#section);
    return html`${this.#notices()}
      <nav aria-label=${t('page_sections')}>
        <ul>
          ${SECTIONS.map(
            (section) => html`<li>
              <a href="#/${section}" aria-current=${section === this.#section ? 'page' : nothing}>${t(`section_${section}`)}</a>
            </li>`,
          )}
        </ul>
      </nav>
      ${SECTIONS.map((section) => (this.#seen.has(section) ? this.#element(section) : nothing))}
      ${this.signedOut && !this.getToken ? this.#again() : nothing}`;
  }

  #element(section: Section): TemplateResult {
    return html`<${ELEMENTS[section]}
      ?hidden=${section !== this.#section}
      .api=${this.api}
      .schema=${this.schema}
      .headers=${this.headers}
      .theme=${this.theme}
      .locale=${this.locale}
      .token=${this.token}
      .getToken=${this.getToken}
      .owner=${this.who!.owner}
    ></${ELEMENTS[section]}>`;
  }

  #notices(): TemplateResult {
    const { t } = this;
    return html`${this.#broken && this.#section !== 'calendars'
        ? html`<div class="notice error row" role="status"><p>${t('calendar_broken')}</p><a class="button" href="#/calendars">${t('calendar_look')}</a></div>`
        : nothing}
      ${this.#blocked
        ? html`<div class="notice row" role="alert"><p>${t('consent_blocked')}</p><a class="button primary" href=${this.#blocked} target="_blank" rel="noopener">${t('consent_open')}</a></div>`
        : nothing}`;
  }

  // ---- signing in ---------------------------------------------------------------------------

  #welcome(): TemplateResult {
    const { t } = this;
    const consent = this.#consent;
    return html`<section class="card stack sign-in" aria-labelledby="welcome">
      ${this.signedOut && this.token ? html`<p class="notice error" role="alert">${t('token_ended')}</p>` : nothing}
      ${consent
        ? html`<p class="notice ${consent === 'connected' ? 'success' : 'error'}" role="status">${t(CONSENT_SAID[consent])} ${t('calendar_tab_close')}</p>`
        : nothing}
      <h1 id="welcome">${t('sign_in_title')}</h1>
      ${this.#form()}
    </section>`;
  }

  /** The session has ended while something may be typed: the page beneath stays as it is. */
  #again(): TemplateResult {
    return html`<dialog class="ask again" part="dialog" aria-labelledby="again-title" @cancel=${(event: Event) => event.preventDefault()}>
      <div class="stack">
        <h2 id="again-title">${this.t('sign_in_button')}</h2>
        <p>${this.t('sign_in_expired')}</p>
        ${this.#form()}
      </div>
    </dialog>`;
  }

  #form(): TemplateResult {
    const { t } = this;
    return html`<form
      class="stack"
      @submit=${(event: Event) => {
        event.preventDefault();
        this.#signIn();
      }}
    >
      ${textField({
        name: 'token',
        type: 'password',
        label: t('token_label'),
        help: t('sign_in_help'),
        error: this.#wrong ? t('token_wrong') : undefined,
        ltr: true,
        value: this.#typed,
        change: (typed) => {
          this.#typed = typed;
          this.#wrong = false;
          this.requestUpdate();
        },
      })}
      <div><button type="submit" class="primary">${t('sign_in_button')}</button></div>
    </form>`;
  }

  #signIn(): void {
    const token = tokenOf(this.#typed);
    this.#wrong = token === undefined;
    if (token) {
      this.#typed = '';
      this.signedOut = false;
      this.#consent = undefined;
      this.token = token;
    }
    this.requestUpdate();
  }

  /** One of the sections has lost its session: so have all. */
  readonly #ended = (event: Event): void => {
    if (this.getToken) return;
    // The form is here: whoever embeds the page has nothing to do.
    event.stopPropagation();
    this.signedOut = true;
  };

  // ---- sections and consents ----------------------------------------------------------------

  readonly #moved = (): void => {
    // An application may link here once more while the page is open; what else is in a fragment is the page's around.
    if (!this.getToken && /[#&]token=/.test(location.hash)) this.#arrive();
    else this.#go(location.hash.slice(1));
    this.requestUpdate();
  };

  /** Takes the token out of the address, and takes it. */
  #arrive(): void {
    const here = arrival(location.href);
    if (here.left !== location.href) history.replaceState(history.state, '', here.left);
    if (here.token && !this.getToken) {
      this.token = here.token;
      this.signedOut = false;
    }
    this.#go(here.section);
  }

  #go(name: string): void {
    this.#section = SECTIONS.find((section) => section === name.replace(/^\//, '')) ?? 'meetings';
  }

  /** A consent page is opened beside this one, which alone has the session. */
  readonly #connect = (event: CustomEvent<{ url?: string }>): void => {
    const { url } = event.detail;
    if (!url || this.getToken) return;
    event.preventDefault();
    const opened = window.open(url, '_blank');
    if (opened) opened.opener = null;
    this.#blocked = opened ? undefined : url;
    this.requestUpdate();
  };

  /** Come back from a consent page: it is finished here, and whoever is signed in beside this hears of it. */
  #returned(): void {
    const found = backOf(location.href);
    if (!found) return;
    if (this.token || this.getToken) {
      // With a session here, the section of calendars does it.
      this.#section = 'calendars';
      return;
    }
    history.replaceState(history.state, '', found.left);
    if ('word' in found.back) this.#ends(found.back.word);
    else void this.#finish(found.back.code, found.back.state);
  }

  async #finish(code: string, state: string): Promise<void> {
    // Somebody who has not gone from here followed another person's link.
    if (!(await wasBegun(state))) return this.#ends('invalid');
    try {
      await this.server.call('oauth_callback', { code, state });
      this.#ends('connected');
    } catch (error) {
      this.#ends(wordOf(refusalOf(error)));
    }
  }

  #ends(word: Word): void {
    this.#consent = word;
    this.#channel?.postMessage({ source: CHANNEL });
    this.requestUpdate();
  }

  readonly #connected = (event: MessageEvent<{ source?: string } | null>): void => {
    if (event.data?.source !== CHANNEL) return;
    this.#blocked = undefined;
    void this.refresh();
    void this.renderRoot.querySelector<OwnerElement>('scheduling-calendars')?.refresh();
  };
}

customElements.define('scheduling-owner', SchedulingOwner);
