// `<scheduling-time-list>`: the times of one day to pick from, for elements of ours. One stop for Tab, arrows move
// within; a button carries its instant, and its label is never read back. Shows what it is given and asks nothing.

import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { guestText, type GuestKey } from '../text/guest';
import { controls } from '../theme/controls.css';
import { timeOf, type Instant } from '../time/days';
import { Labels, localeCycle, type HourCycle } from '../time/labels';

/** For `exportparts` of the element that holds a list. */
export const TIME_LIST_PARTS = 'time, time-picked, time-group';

const GROUPS: readonly { name: GuestKey; until: string }[] = [
  { name: 'morning', until: '12:00' },
  { name: 'afternoon', until: '17:00' },
  { name: 'evening', until: '24:00' },
];

/**
 * @fires scheduling-time-pick - `{ at }`: a time was pressed.
 */
export class SchedulingTimeList extends LitElement {
  static override properties = {
    starts: { attribute: false },
    zone: {},
    locale: {},
    cycle: {},
    picked: { attribute: false },
    label: {},
  };
  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      .groups {
        display: grid;
        gap: calc(var(--_gap) * 1.25);
      }
      .group {
        display: grid;
        gap: 0.5rem;
      }
      .name {
        color: var(--_text-muted);
        font-size: 0.875em;
        font-weight: 550;
      }
      .times {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(6.75rem, calc(50% - 0.25rem)), 1fr));
        gap: 0.5rem;
      }
      button {
        min-block-size: 3rem;
        padding-inline: 0.25rem;
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
      button:hover:not([aria-pressed='true']) {
        border-color: var(--_accent);
        background: var(--_free);
      }
      button[aria-pressed='true'],
      button[aria-pressed='true']:hover:not([disabled]) {
        border-color: var(--_accent);
        background: var(--_accent);
        color: var(--_on-accent);
        font-weight: 650;
      }
      @media (forced-colors: active) {
        button[aria-pressed='true'] {
          background: Highlight;
          color: HighlightText;
          forced-color-adjust: none;
        }
      }
    `,
  ];

  /** In order. */
  declare starts: readonly Instant[];
  declare zone: string;
  declare locale: string;
  declare cycle: HourCycle | undefined;
  declare picked: Instant | undefined;
  /** What the list is called; "Times" unless told. */
  declare label: string | undefined;

  /** The one that Tab comes to. */
  #active: Instant | undefined;

  constructor() {
    super();
    this.starts = [];
    this.zone = 'UTC';
    this.locale = 'en';
  }

  /** Moves the focus to the time that Tab comes to. */
  override focus(options?: FocusOptions): void {
    this.#button(this.#active)?.focus(options);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('picked') && this.picked !== undefined) this.#active = this.picked;
    if (this.#active === undefined || !this.starts.includes(this.#active)) this.#active = this.starts[0];
  }

  override render() {
    const t = guestText(this.locale);
    const labels = new Labels(this.locale, this.zone, this.cycle ?? localeCycle(this.locale));
    let rest = [...this.starts];
    return html`<div class="groups" role="toolbar" aria-label=${this.label ?? t('times')} @keydown=${this.#key}>
      ${GROUPS.map(({ name, until }) => {
        const times = rest.filter((at) => timeOf(at, this.zone) < until);
        rest = rest.filter((at) => !times.includes(at));
        if (!times.length) return nothing;
        return html`<div class="group" role="group" aria-labelledby=${name} part="time-group">
          <div class="name" id=${name}>${t(name)}</div>
          <div class="times">${repeat(times, (at) => at, (at) => this.#time(at, labels))}</div>
        </div>`;
      })}
    </div>`;
  }

  #time(at: Instant, labels: Labels) {
    const picked = at === this.picked;
    return html`<button
      type="button"
      part=${picked ? 'time time-picked' : 'time'}
      tabindex=${at === this.#active ? 0 : -1}
      aria-pressed=${picked}
      data-at=${at}
      @click=${() => this.#pick(at)}
      @focus=${() => this.#move(at)}
    >
      <bdi>${labels.timeTold(at, this.starts)}</bdi>
    </button>`;
  }

  #pick(at: Instant): void {
    this.picked = at;
    this.dispatchEvent(new CustomEvent('scheduling-time-pick', { detail: { at }, bubbles: true }));
  }

  #move(at: Instant): void {
    this.#active = at;
    this.requestUpdate();
  }

  #key = (event: KeyboardEvent): void => {
    const buttons = [...this.renderRoot.querySelectorAll('button')];
    const here = buttons.findIndex((button) => Number(button.dataset['at']) === this.#active);
    const from = buttons[here];
    if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
    const forward = this.matches(':dir(rtl)') ? 'ArrowLeft' : 'ArrowRight';
    const back = forward === 'ArrowRight' ? 'ArrowLeft' : 'ArrowRight';
    let next: HTMLButtonElement | undefined;
    if (event.key === forward) next = buttons[here + 1];
    else if (event.key === back) next = buttons[here - 1];
    else if (event.key === 'ArrowDown') next = nearest(from, buttons.slice(here + 1));
    else if (event.key === 'ArrowUp') next = nearest(from, buttons.slice(0, here));
    else if (event.key === 'Home') next = buttons[0];
    else if (event.key === 'End') next = buttons.at(-1);
    else return;
    event.preventDefault();
    next?.focus();
  };

  #button(at: Instant | undefined): HTMLButtonElement | null {
    return this.renderRoot.querySelector(`button[data-at="${at}"]`);
  }
}

/** The one in the next row that is the nearest across. */
function nearest(from: HTMLButtonElement, others: HTMLButtonElement[]): HTMLButtonElement | undefined {
  const { top, left } = from.getBoundingClientRect();
  const away = others
    .map((button) => {
      const place = button.getBoundingClientRect();
      return { button, down: Math.abs(place.top - top), across: Math.abs(place.left - left) };
    })
    .filter(({ down }) => down > 1);
  return away.sort((a, b) => (Math.abs(a.down - b.down) > 1 ? a.down - b.down : a.across - b.across))[0]?.button;
}

customElements.define('scheduling-time-list', SchedulingTimeList);
