// `<scheduling-zone-picker>`: a zone to search for and pick, for elements of ours: an editable combobox with a list
// (ARIA APG). Changes its value by the person's hand only; what else depends on the zone is its holder's.

import { html, LitElement, nothing, svg, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { guestText } from '../text/guest';
import { controls } from '../theme/controls.css';
import type { Instant } from '../time/days';
import { searchZones, zoneRow, type ZoneRow } from '../time/zone';
import { zonePickerStyles } from './zone-picker.css';

/** How many are drawn: nobody reads further down a list that a word makes short. */
const DRAWN = 60;

/**
 * @fires scheduling-zone - `{ zone }`: this zone was picked.
 */
export class SchedulingZonePicker extends LitElement {
  static override properties = {
    value: {},
    locale: {},
    now: { attribute: false },
    label: {},
    error: {},
    rows: { state: true },
    active: { state: true },
  };
  static override styles = [controls, zonePickerStyles];

  declare value: string;
  declare locale: string;
  /** What the clocks of the list show; the browser's clock unless told. */
  declare now: Instant | undefined;
  /** What the field is called; "Time zone" unless told. */
  declare label: string | undefined;
  /** Why the value was not taken. */
  declare error: string | undefined;

  /** What the list holds while it is open. */
  declare private rows: ZoneRow[] | undefined;
  /** The row that Enter picks. */
  declare private active: number;

  constructor() {
    super();
    this.value = 'UTC';
    this.locale = 'en';
    this.active = -1;
  }

  override focus(options?: FocusOptions): void {
    this.#input?.focus(options);
  }

  /** Opens the list and moves the focus there. */
  open(): void {
    this.focus();
    this.#open('');
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('locale') && this.rows) this.rows = undefined;
  }

  override render() {
    const t = guestText(this.locale);
    const open = this.rows !== undefined;
    const shown = this.rows ?? [];
    return html`<div class="field">
      <label for="zone">${this.label ?? t('zone')}</label>
      <div class="box">
        <input
          id="zone"
          role="combobox"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          aria-autocomplete="list"
          aria-controls="zones"
          aria-expanded=${open}
          aria-activedescendant=${open && this.active >= 0 ? `zone-${this.active}` : nothing}
          aria-invalid=${this.error ? 'true' : nothing}
          aria-describedby=${this.error ? 'error' : nothing}
          @input=${this.#typed}
          @keydown=${this.#key}
          @click=${this.#pressed}
          @focus=${this.#focused}
          @blur=${this.#close}
        />
        <svg viewBox="0 0 24 24" aria-hidden="true">${svg`<path d="M6 9l6 6 6-6" />`}</svg>
        <ul id="zones" role="listbox" aria-label=${t('zone')} ?hidden=${!open} @mousedown=${keepFocus}>
          ${repeat(shown, (row) => row.name, (row, at) => this.#row(row, at))}
          ${open && !shown.length ? html`<li class="none" role="option" aria-disabled="true">${t('zone_none')}</li>` : nothing}
        </ul>
      </div>
      ${this.error ? html`<p class="error" id="error">${this.error}</p>` : nothing}
      <p class="hidden" role="status">${open ? t('zone_found', { count: this.#found }) : ''}</p>
    </div>`;
  }

  #row(row: ZoneRow, at: number) {
    return html`<li
      id="zone-${at}"
      role="option"
      class=${at === this.active ? 'active' : ''}
      aria-selected=${row.name === this.value}
      @click=${() => this.#pick(row)}
    >
      <span class="city">${row.city} <span class="region">${row.region}</span></span>
      <span class="clock"><bdi>${row.clock}</bdi></span>
      <span class="generic">${row.generic}</span>
      <span class="offset"><bdi>${row.offset}</bdi></span>
    </li>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.rows && (changed.has('value') || changed.has('rows') || changed.has('locale'))) this.#restore();
    if (this.rows && changed.has('active')) {
      this.renderRoot.querySelector('li.active')?.scrollIntoView({ block: 'nearest' });
    }
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  #found = 0;

  #open(query: string): void {
    const found = searchZones(query, this.locale, this.now ?? Date.now());
    this.#found = found.length;
    this.rows = query ? found.slice(0, DRAWN) : found;
    this.active = query ? (found.length ? 0 : -1) : found.findIndex((row) => row.name === this.value);
  }

  /** Shows the value as it is. */
  #restore(): void {
    const input = this.#input;
    if (!input) return;
    const { city, generic, offset } = zoneRow(this.value, this.locale, this.now ?? Date.now());
    input.value = guestText(this.locale)('zone_value', { city, generic, offset });
  }

  #pick(row: ZoneRow): void {
    this.rows = undefined;
    this.error = undefined;
    const changed = row.name !== this.value;
    this.value = row.name;
    if (changed) this.dispatchEvent(new CustomEvent('scheduling-zone', { detail: { zone: row.name }, bubbles: true }));
  }

  #typed = (): void => this.#open(this.#input?.value ?? '');

  /** What is typed takes the place of all that is there; backward, so that its beginning stays in sight. */
  #focused = (): void => {
    const input = this.#input;
    input?.setSelectionRange(0, input.value.length, 'backward');
  };

  #pressed = (): void => {
    if (!this.rows) this.#open('');
  };

  #close = (): void => {
    this.rows = undefined;
    this.#restore();
  };

  #key = (event: KeyboardEvent): void => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const count = this.rows?.length ?? 0;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (!this.rows) this.#open('');
        else if (count) this.active = (this.active + (event.key === 'ArrowDown' ? 1 : -1) + count) % count;
        break;
      case 'PageDown':
      case 'PageUp':
        if (!count) return;
        this.active = Math.max(0, Math.min(count - 1, this.active + (event.key === 'PageDown' ? 8 : -8)));
        break;
      case 'Enter': {
        const row = this.rows?.[this.active];
        if (!this.rows) return;
        if (row) this.#pick(row);
        break;
      }
      case 'Escape':
        // A dialog around stays open while this closes.
        if (!this.rows) return;
        event.stopPropagation();
        this.#close();
        this.#focused();
        break;
      default:
        return;
    }
    event.preventDefault();
  };
}

/** A press on the list leaves the focus in the field. */
function keepFocus(event: Event): void {
  event.preventDefault();
}

customElements.define('scheduling-zone-picker', SchedulingZonePicker);
