// A field for a time of day: typed in any usual way, or picked from a list of quarters of an hour (an editable
// combobox as in the ARIA Authoring Practices). Shows the time as the language writes it and holds `HH:MM`.
// It renders into the tree that it stands in, so that labels and errors there can be named.

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Labels } from '../time/labels';
import { halvesOf, isTime, quarters, typedTime } from './hours';

export const timeFieldStyles = css`
  scheduling-time-field {
    position: relative;
    display: block;
    inline-size: 7.25rem;
  }
  scheduling-time-field input {
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  scheduling-time-field ul {
    position: absolute;
    inset-block-start: calc(100% + 4px);
    inset-inline-start: 0;
    z-index: 5;
    inline-size: max(100%, 8rem);
    max-block-size: 15rem;
    overflow-y: auto;
    padding: 0.3rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
    scroll-padding-block: 0.3rem;
  }
  scheduling-time-field li {
    display: flex;
    align-items: center;
    justify-content: center;
    min-block-size: 2.5rem;
    border-radius: calc(var(--_radius) * 0.7);
    font-variant-numeric: tabular-nums;
    cursor: pointer;
  }
  scheduling-time-field li:hover {
    background: var(--_surface-2);
  }
  scheduling-time-field li[aria-selected='true'] {
    background: var(--_free);
    font-weight: 650;
  }
  scheduling-time-field li.active {
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
  }
`;

/** After somebody stops typing for so long, what is there is looked at. */
const PAUSE = 500;

/** @fires scheduling-time - `{value}`: `HH:MM`, or what was typed where that is no time. */
export class SchedulingTimeField extends LitElement {
  static override properties = {
    value: {},
    end: { type: Boolean },
    locale: {},
    label: {},
    name: {},
    invalid: { type: Boolean },
    describedby: {},
    typed: { state: true },
    open: { state: true },
    active: { state: true },
  };

  /** `HH:MM`, or what was typed. */
  declare value: string;
  /** Midnight is the end of a day here, `24:00`. */
  declare end: boolean;
  declare locale: string;
  declare label: string;
  /** The start of the ids in here. */
  declare name: string;
  declare invalid: boolean;
  /** The id of the text that says what is not right. */
  declare describedby: string | undefined;
  private declare typed: string | undefined;
  private declare open: boolean;
  private declare active: number;

  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.value = '';
    this.end = false;
    this.locale = 'en';
    this.label = '';
    this.name = '';
    this.invalid = false;
    this.open = false;
    this.active = -1;
  }

  override focus(): void {
    this.querySelector('input')?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#pause);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override updated(changed: PropertyValues): void {
    const active = this.querySelector<HTMLElement>('li.active');
    if (!this.open || !active) return;
    // In the middle as it opens, and only the list is scrolled: the page stays.
    if (changed.has('open')) active.parentElement!.scrollTop = active.offsetTop - active.parentElement!.clientHeight / 2;
    else if (changed.has('active')) active.scrollIntoView({ block: 'nearest' });
  }

  protected override render(): TemplateResult {
    const list = `${this.name}-list`;
    return html`<input
        id=${this.name}
        type="text"
        part="input"
        role="combobox"
        aria-label=${this.label}
        aria-expanded=${this.open ? 'true' : 'false'}
        aria-controls=${list}
        aria-autocomplete="none"
        aria-activedescendant=${this.open && this.active >= 0 ? `${list}-${this.active}` : nothing}
        aria-invalid=${this.invalid ? 'true' : nothing}
        aria-describedby=${this.describedby ?? nothing}
        autocomplete="off"
        spellcheck="false"
        maxlength="20"
        .value=${this.typed ?? this.#shown(this.value)}
        @input=${this.#input}
        @click=${this.#show}
        @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}
        @blur=${this.#leave}
        @keydown=${this.#key}
      />
      <ul id=${list} role="listbox" aria-label=${this.label} ?hidden=${!this.open} @mousedown=${keepFocus}>
        ${this.open
          ? quarters(this.end).map(
              (time, at) => html`<li
                id="${list}-${at}"
                role="option"
                class=${at === this.active ? 'active' : ''}
                aria-selected=${time === this.value ? 'true' : 'false'}
                @click=${() => this.#pick(time)}
              >
                ${this.#shown(time)}
              </li>`,
            )
          : nothing}
      </ul>`;
  }

  #shown(time: string): string {
    return isTime(time, this.end) ? new Labels(this.locale, 'UTC').clock(time) : time;
  }

  readonly #input = (event: Event): void => {
    this.typed = (event.target as HTMLInputElement).value;
    const time = this.#meant(this.typed);
    if (this.open && time) this.active = nearest(quarters(this.end), time);
    clearTimeout(this.#pause);
    // A time that is half typed is no mistake yet.
    if (time) this.#pause = setTimeout(() => this.#give(time), PAUSE);
  };

  readonly #show = (): void => {
    this.open = true;
    this.active = nearest(quarters(this.end), this.value);
  };

  readonly #leave = (): void => {
    this.open = false;
    this.#commit();
  };

  readonly #key = (event: KeyboardEvent): void => {
    const times = quarters(this.end);
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 4, PageUp: -4 }[event.key];
    if (move !== undefined && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (!this.open) this.#show();
      else if (event.altKey && move < 0) this.open = false;
      else this.active = Math.max(0, Math.min(times.length - 1, this.active + move));
    } else if (event.key === 'Enter') {
      const time = times[this.active];
      if (this.open && time && this.typed === undefined) this.#pick(time);
      else {
        this.open = false;
        this.#commit();
      }
      event.preventDefault();
    } else if (event.key === 'Escape' && (this.open || this.typed !== undefined)) {
      event.preventDefault();
      event.stopPropagation();
      this.open = false;
      this.typed = undefined;
      clearTimeout(this.#pause);
    }
  };

  #pick(time: string): void {
    this.typed = undefined;
    this.open = false;
    clearTimeout(this.#pause);
    this.#give(time);
  }

  #commit(): void {
    clearTimeout(this.#pause);
    const { typed } = this;
    if (typed === undefined) return;
    this.typed = undefined;
    this.#give(this.#meant(typed) ?? typed.trim());
  }

  #meant(text: string): string | undefined {
    return typedTime(text, halvesOf(this.locale), this.end);
  }

  #give(value: string): void {
    if (value === this.value) return;
    this.value = value;
    this.dispatchEvent(new CustomEvent('scheduling-time', { detail: { value }, bubbles: true }));
  }
}

/** The place of the last quarter that is not later; the first where it is no time. */
function nearest(times: string[], time: string): number {
  if (!isTime(time, true)) return times.indexOf('09:00');
  return Math.max(0, times.findLastIndex((one) => one <= time));
}

/** A press in the list does not take the focus from the field. */
function keepFocus(event: Event): void {
  event.preventDefault();
}

if (!customElements.get('scheduling-time-field')) customElements.define('scheduling-time-field', SchedulingTimeField);
