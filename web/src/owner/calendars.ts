// `<scheduling-calendars>`: the accounts whose calendars an owner has connected: how they are, where new meetings go
// and which calendars count as busy; connecting and disconnecting. What is read from a provider is the database's;
// no token is ever here.

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { rows } from '../api/client';
import { Refusal } from '../api/errors';
import type { Owner } from '../api/types';
import type { OwnerKey } from '../text/owner';
import { gregorian } from '../text/text';
import { instant } from '../time/days';
import { Labels } from '../time/labels';
import {
  argumentsOf,
  type Calendar,
  type Choice,
  type ChoiceForm,
  choiceOf,
  choiceTrouble,
  type Connection,
  CONNECTION_COLUMNS,
  counted,
  MOST_BUSY,
  moved,
  type Provider,
} from './calendar-choice';
import { calendarStyles } from './calendars.css';
import { type Back, backOf, begin, partsOf, wasBegun, type Word } from './consent';
import { OwnerElement } from './element';
import { icons } from './icons';
import { tablesOf } from './owners';
import { refusalNotice, refusalOf, sentence } from './refusals';
import { Editing } from './save';
import { saveBar } from './save-bar';
import type { What } from './tabs';

const NAMES: Record<Provider, string> = { google: 'Google Calendar', outlook: 'Outlook Calendar' };
const PROVIDERS = Object.keys(NAMES) as readonly Provider[];

/** What became of a round trip, in a sentence. */
export const CONSENT_SAID: Record<Word, OwnerKey> = {
  connected: 'consent_connected',
  access_denied: 'consent_denied',
  expired: 'consent_expired',
  invalid: 'consent_invalid',
  refused: 'consent_refused',
  unreachable: 'consent_unreachable',
  failed: 'consent_failed',
};

/**
 * @attr callback - The page to come back to from a provider's consent page, as it is registered there: this one,
 *   say. Else that of `configure_provider`.
 * @fires scheduling-connect - `{provider, url}`: the consent page is gone to in this tab; cancel it to go there otherwise.
 * @fires scheduling-disconnected - `{provider}`
 */
export class SchedulingCalendars extends OwnerElement {
  static override properties = { ...OwnerElement.properties, callback: {} };
  static override styles = [...OwnerElement.styles, calendarStyles];

  declare callback: string | undefined;

  protected override readonly heeds: readonly What[] = ['calendars'];

  #connections: Connection[] = [];
  #configured: Provider[] = [];
  readonly #calendars = new Map<Provider, Calendar[] | Refusal>();
  /** The list of a provider's calendars is on its way. */
  readonly #listing = new Set<Provider>();
  readonly #choices: Record<Provider, Editing<Choice, ChoiceForm>> = {
    google: this.#choice('google'),
    outlook: this.#choice('outlook'),
  };
  /** What is being connected or disconnected. */
  #busy: Provider | undefined;
  #refusal: Refusal | undefined;
  #back: Back | undefined;
  /** What became of a round trip to a provider. */
  #outcome: { word: Word; email?: string } | undefined;
  #said = '';

  protected override get unsaved(): boolean {
    return PROVIDERS.some((provider) => this.#choices[provider].dirty);
  }

  override connectedCallback(): void {
    // A code belongs to nobody's history, and not into the referrer of what is loaded next.
    const found = backOf(location.href);
    if (found) {
      history.replaceState(history.state, '', found.left);
      if ('word' in found.back) this.#outcome = { word: found.back.word };
      else this.#back = found.back;
    }
    super.connectedCallback();
    window.addEventListener('pageshow', this.#shown);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('pageshow', this.#shown);
  }

  protected override async load(who: Owner, current: () => boolean): Promise<void> {
    await this.#finish(who);
    const { connections, column } = tablesOf(who);
    const [found, configured] = await Promise.all([
      rows<Connection>(
        this.server.tables.from(connections).select(CONNECTION_COLUMNS).eq(column, who.owner_id).order('created_at') as never,
      ),
      this.server.read<Provider>('configured_providers'),
    ]);
    if (!current()) return;
    this.#connections = found.filter((one) => one.is_active);
    this.#configured = configured.filter((one) => PROVIDERS.includes(one));
    this.#refusal = undefined;
    for (const provider of PROVIDERS) {
      const connection = this.#of(provider);
      if (!connection || connection.status === 'reconnect_required') this.#forgetList(provider);
      else void this.#list(who, provider);
    }
  }

  protected override forget(): void {
    this.#connections = [];
    this.#outcome = undefined;
    PROVIDERS.forEach((provider) => this.#forgetList(provider));
  }

  protected override stale(): void {
    // Choices that are unsaved stay, and are held against what is there now.
    void this.refresh();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    // The attribute `selected` of an option is only where a list begins.
    for (const select of this.renderRoot.querySelectorAll<HTMLSelectElement>('select[data-value]')) {
      select.value = select.dataset['value'] ?? '';
    }
  }

  protected override body(): TemplateResult {
    const { t } = this;
    const connected = [...this.#connections].sort((a, b) => Number(a.status === 'ok') - Number(b.status === 'ok'));
    const others = this.#configured.filter((provider) => !this.#of(provider));
    return html`<div class="calendars">
        ${this.#outcomeView()} ${this.#refusal ? refusalNotice(t, this.#refusal) : nothing}
        ${connected.map((connection) => this.#account(connection))} ${others.map((provider) => this.#offer(provider))}
        ${connected.length || others.length
          ? nothing
          : html`<div class="card stack">
              <h2>${t('calendars_none')}</h2>
              <p class="muted">${t('calendars_none_what')}</p>
            </div>`}
      </div>
      <p class="hidden" role="status">${this.#said}</p>`;
  }

  // ---- an account ---------------------------------------------------------------------------

  #account(connection: Connection): TemplateResult {
    const { t } = this;
    const { provider, status } = connection;
    const list = this.#calendars.get(provider);
    const wrong = status !== 'ok';
    const reconnect = this.#configured.includes(provider);
    return html`<section class="card account ${wrong ? 'trouble' : ''}" aria-labelledby="${provider}-name">
      ${this.#header(
        provider,
        connection.connected_email,
        html`<span class="badge ${wrong ? 'wrong' : 'ok'}">${t(STATES[status])}</span>`,
      )}
      ${wrong
        ? html`<div class="notice error stack">
            <p>${t(status === 'reconnect_required' ? 'calendar_reconnect_what' : 'calendar_error_what')}</p>
            ${status === 'reconnect_required' && !reconnect ? html`<p>${t('calendar_not_configured')}</p>` : nothing}
            ${reconnect
              ? html`<div class="row">
                  <button
                    type="button"
                    class=${status === 'reconnect_required' ? 'primary' : ''}
                    part="button button-primary"
                    id="${provider}-connect"
                    aria-disabled=${this.#busy ? 'true' : 'false'}
                    @click=${() => void this.#connect(provider)}
                  >
                    ${this.#busy === provider ? t('calendar_opening') : t('calendar_reconnect')}
                  </button>
                  ${status === 'error'
                    ? html`<button type="button" part="button" @click=${() => void this.refresh()}>${t('retry')}</button>`
                    : nothing}
                </div>`
              : nothing}
            ${connection.status_detail
              ? html`<details class="muted">
                  <summary>${t('calendar_detail')}</summary>
                  <p lang="en" dir="ltr">${connection.status_detail}</p>
                </details>`
              : nothing}
          </div>`
        : nothing}
      ${list instanceof Refusal
        ? html`<div class="notice error stack">
            <p>${t('calendar_list_failed', { why: sentence(t, list) })}</p>
            <div><button type="button" part="button" @click=${() => void this.#list(this.who!, provider)}>${t('retry')}</button></div>
          </div>`
        : list
          ? this.#choiceView(provider, list)
          : this.#listing.has(provider)
            ? html`<p class="muted" aria-busy="true">${t('calendar_listing')}</p>`
            : nothing}
      <footer>
        <span class="muted">${this.#synced(connection)}</span>
        <button
          type="button"
          class="quiet"
          part="button"
          aria-disabled=${this.#busy ? 'true' : 'false'}
          @click=${() => void this.#disconnect(connection)}
        >
          ${t('calendar_disconnect')}
        </button>
      </footer>
    </section>`;
  }

  #header(provider: Provider, email: string | null, last: TemplateResult): TemplateResult {
    return html`<header>
      <span class="logo">${icons.calendar}</span>
      <div>
        <h2 id="${provider}-name">${NAMES[provider]}</h2>
        ${email ? html`<p class="muted"><bdi>${email}</bdi></p>` : html`<p class="muted">${this.t('calendar_offer')}</p>`}
      </div>
      ${last}
    </header>`;
  }

  #offer(provider: Provider): TemplateResult {
    const { t } = this;
    return html`<section class="card account" aria-labelledby="${provider}-name">
      ${this.#header(
        provider,
        null,
        html`<button
          type="button"
          class="primary"
          part="button button-primary"
          id="${provider}-connect"
          aria-describedby="${provider}-name"
          aria-disabled=${this.#busy ? 'true' : 'false'}
          @click=${() => void this.#connect(provider)}
        >
          ${this.#busy === provider ? t('calendar_opening') : t('calendar_connect')}
        </button>`,
      )}
    </section>`;
  }

  /** When busy times were read, in words that get less exact with time. */
  #synced({ busy_synced_at, status }: Connection): TemplateResult | string {
    const { t } = this;
    if (!busy_synced_at) return status === 'ok' ? t('calendar_not_read') : '';
    const at = instant(busy_synced_at);
    const minutes = Math.max(0, Math.round((Date.now() - at) / 60_000));
    const [count, unit] = minutes < 60 ? [minutes, 'minute' as const] : minutes < 48 * 60 ? [Math.round(minutes / 60), 'hour' as const] : [Math.round(minutes / 1440), 'day' as const];
    const ago = new Intl.RelativeTimeFormat(gregorian(this.language()), { numeric: 'auto' }).format(-count, unit);
    const exact = new Labels(this.language(), this.who!.timezone).dateTime(at);
    return html`<time datetime=${busy_synced_at} title=${exact}>${t('calendar_read', { when: ago })}</time>`;
  }

  // ---- which calendars ----------------------------------------------------------------------

  #choiceView(provider: Provider, list: readonly Calendar[]): TemplateResult | typeof nothing {
    const { t } = this;
    const editing = this.#choices[provider];
    const { form } = editing;
    if (!form) return nothing;
    const trouble = choiceTrouble(form);
    const name = (calendar: Calendar) => calendar.name ?? t('calendar_missing', { id: calendar.calendar_id });
    const saving = editing.state.is === 'saving';
    return html`<div class="choices">
      <div class="field">
        <label for="${provider}-selected">${t('calendar_selected')}</label>
        <select
          id="${provider}-selected"
          part="input"
          data-value=${form.selected}
          ?disabled=${saving}
          @change=${(event: Event) => editing.edit(moved(editing.form ?? form, (event.target as HTMLSelectElement).value))}
        >
          ${list
            .filter((calendar) => calendar.can_write || calendar.calendar_id === form.selected)
            .map((calendar) => html`<option value=${calendar.calendar_id}>${name(calendar)}</option>`)}
        </select>
      </div>
      <fieldset aria-describedby="${provider}-busy-help ${trouble ? `${provider}-busy-error` : ''}">
        <legend>${t('calendar_busy')}</legend>
        <p class="muted" id="${provider}-busy-help">${t('calendar_busy_what')}</p>
        ${list.map(
          (calendar) => html`<label class="tick">
            <input
              type="checkbox"
              .checked=${form.busy.includes(calendar.calendar_id)}
              ?disabled=${saving}
              @change=${(event: Event) =>
                editing.edit(counted(editing.form ?? form, calendar.calendar_id, (event.target as HTMLInputElement).checked))}
            />
            <bdi>${name(calendar)}</bdi>
          </label>`,
        )}
        ${trouble
          ? html`<p class="error" id="${provider}-busy-error" role="alert">
              ${trouble === 'none' ? t('calendar_busy_none') : t('calendar_busy_too_many', { count: MOST_BUSY })}
            </p>`
          : nothing}
      </fieldset>
      ${editing.dirty || editing.state.is !== 'clean'
        ? saveBar(t, editing, {
            hindered: trouble ? t('calendar_choice_wrong') : undefined,
            fields: { calendar_id: t('calendar_selected'), busy_calendar_ids: t('calendar_busy') },
            differences: (theirs) => this.#differences(list, form, theirs),
            save: () => {
              if (!choiceTrouble(form)) void editing.save();
            },
            discard: () => editing.discard(),
          })
        : nothing}
    </div>`;
  }

  #differences(list: readonly Calendar[], mine: ChoiceForm, theirs: Choice) {
    const { t } = this;
    const labels = new Labels(this.language(), 'UTC');
    const name = (id: string) => list.find((one) => one.calendar_id === id)?.name ?? id;
    const names = (ids: readonly string[]) => labels.list([...ids].sort().map(name));
    return [
      { label: t('calendar_selected'), mine: name(mine.selected), theirs: name(theirs.selected) },
      { label: t('calendar_busy'), mine: names(mine.busy), theirs: names(theirs.busy) },
    ].filter((one) => one.mine !== one.theirs);
  }

  #choice(provider: Provider): Editing<Choice, ChoiceForm> {
    const now = async (): Promise<Choice> => {
      const list = await this.#ask(this.who!, provider);
      this.#calendars.set(provider, list);
      return choiceOf(list);
    };
    return new Editing<Choice, ChoiceForm>(this, {
      form: ({ selected, busy }) => ({ selected, busy }),
      values: (form) => ({ ...argumentsOf(form) }),
      // The function takes no version: what is chosen is looked at right before.
      write: async (values, seen) => {
        if ((await now()).updated_at !== seen?.updated_at) return undefined;
        await this.server.call('select_calendar', { owner: this.who!.owner, provider, ...values });
        return now();
      },
      read: now,
      saved: () => {
        this.saved('calendars');
        void this.refresh();
      },
      refused: (refusal) => {
        if (refusal.word === 'elsewhere') this.tell('stale', { what: 'calendars' });
        this.noted(refusal);
      },
    });
  }

  #ask(who: Owner, provider: Provider): Promise<Calendar[]> {
    return this.server.call<Calendar>('provider_calendars', { owner: who.owner, provider });
  }

  async #list(who: Owner, provider: Provider): Promise<void> {
    if (this.#listing.has(provider)) return;
    this.#listing.add(provider);
    this.requestUpdate();
    const current = () => (this.who ?? who).owner === who.owner && this.#of(provider) !== undefined;
    try {
      const list = await this.#ask(who, provider);
      if (current()) {
        this.#calendars.set(provider, list);
        const editing = this.#choices[provider];
        const choice = choiceOf(list);
        if (editing.dirty) editing.met(choice);
        else if (editing.row?.updated_at !== choice.updated_at) editing.open(choice);
      }
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.kind === 'signed_out') this.noted(refusal);
      if (current()) this.#calendars.set(provider, refusal);
    }
    this.#listing.delete(provider);
    this.requestUpdate();
  }

  #forgetList(provider: Provider): void {
    this.#calendars.delete(provider);
    this.#choices[provider].close();
  }

  #of(provider: Provider): Connection | undefined {
    return this.#connections.find((one) => one.provider === provider);
  }

  // ---- connecting and disconnecting ---------------------------------------------------------

  async #connect(provider: Provider): Promise<void> {
    if (this.#busy || !this.who) return;
    this.#busy = provider;
    this.#refusal = undefined;
    this.#outcome = undefined;
    this.requestUpdate();
    try {
      const redirect_uri = this.callback ? new URL(this.callback, document.baseURI).href : undefined;
      const url = await this.server.value<string>('oauth_authorize_url', { owner: this.who.owner, provider, redirect_uri });
      if (!/^https?:$/.test(new URL(url).protocol)) throw new Refusal('failed');
      await begin(url);
      if (this.tell('connect', { provider, url })) {
        location.assign(url);
        return; // "Opening…" until the page is left, or shown again
      }
    } catch (error) {
      this.#refusal = this.noted(error);
    }
    this.#busy = undefined;
    this.requestUpdate();
  }

  /** Finishes the round trip that this page was come back to from. */
  async #finish(who: Owner): Promise<void> {
    const back = this.#back;
    if (!back || 'word' in back) return;
    // A code is good once: whatever comes of it, it is not sent again.
    this.#back = undefined;
    const { owner, provider } = partsOf(back.state);
    if (!(await wasBegun(back.state))) {
      const mine = owner.toLowerCase() === who.owner;
      const { t } = this;
      const yes =
        mine &&
        (await this.asks.ask({
          title: t('consent_ask', { provider: NAMES[provider as Provider], owner: who.name ?? '' }),
          text: t('consent_ask_text'),
          yes: t('calendar_connect'),
          no: t('cancel'),
        }));
      if (!yes) {
        this.#outcome = { word: mine ? 'access_denied' : 'invalid' };
        return;
      }
    }
    try {
      const [row] = await this.server.call<{ connected_email: string | null }>('oauth_callback', { code: back.code, state: back.state });
      this.#outcome = { word: 'connected', ...(row?.connected_email ? { email: row.connected_email } : {}) };
      this.saved('calendars');
    } catch (error) {
      const refusal = this.noted(error);
      this.#outcome = { word: wordOf(refusal) };
    }
  }

  async #disconnect(connection: Connection): Promise<void> {
    if (this.#busy || !this.who) return;
    const { t } = this;
    const { provider } = connection;
    const account = connection.connected_email ?? NAMES[provider];
    const yes = await this.asks.ask({
      title: t('calendar_disconnect_title', { account }),
      text: t('calendar_disconnect_text'),
      yes: t('calendar_disconnect'),
      no: t('cancel'),
      danger: true,
    });
    if (!yes || this.#busy) return;
    this.#busy = provider;
    this.#refusal = undefined;
    this.#outcome = undefined;
    this.requestUpdate();
    try {
      await this.server.value('disconnect_calendar', { owner: this.who.owner, provider });
      this.#said = t('calendar_disconnected', { account });
      this.saved('calendars');
      this.tell('disconnected', { provider });
      await this.refresh();
    } catch (error) {
      this.#refusal = this.noted(error);
    }
    this.#busy = undefined;
    this.requestUpdate();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`#${provider}-connect`)?.focus();
  }

  #outcomeView(): TemplateResult | typeof nothing {
    if (!this.#outcome) return nothing;
    const { word, email } = this.#outcome;
    const { t } = this;
    const text = email ? t('consent_connected_as', { email }) : t(CONSENT_SAID[word]);
    return html`<p class="notice ${word === 'connected' ? 'success' : 'error'}" role=${word === 'connected' ? 'status' : 'alert'}>${text}</p>`;
  }

  /** Come back to by the browser's Back, as it was left: nothing is being opened any more. */
  readonly #shown = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    this.#busy = undefined;
    void this.refresh();
  };
}

const STATES: Record<Connection['status'], OwnerKey> = {
  ok: 'calendar_ok',
  reconnect_required: 'calendar_reconnect_required',
  error: 'calendar_error',
};

/** As the database says it to browsers that it sends on. */
export function wordOf(refusal: Refusal): Word {
  switch (refusal.kind) {
    case 'malformed':
    case 'expired':
      return 'expired';
    case 'calendar':
      return refusal.code === 'PT503' ? 'unreachable' : 'refused';
    case 'lost':
    case 'offline':
      return 'unreachable';
    default:
      return 'failed';
  }
}

if (!customElements.get('scheduling-calendars')) customElements.define('scheduling-calendars', SchedulingCalendars);
