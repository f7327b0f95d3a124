// `<scheduling-dialog>`: the browser's own modal dialog around what an element of ours puts in. Keeps the focus
// in, gives it back, closes by Escape, button and a press beside it; asks first where something would be lost.

import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { guestText } from '../text/guest';
import { controls } from '../theme/controls.css';
import { icon } from './icons';

/**
 * @fires scheduling-dialog-close - It is closed; whoever holds it sets `open` to false.
 */
export class SchedulingDialog extends LitElement {
  static override properties = {
    open: { type: Boolean },
    label: {},
    locale: {},
    asks: { attribute: false },
    asking: { state: true },
  };
  static override styles = [
    controls,
    css`
      dialog {
        inline-size: min(66rem, calc(100% - 1.5rem));
        max-inline-size: none;
        max-block-size: calc(100% - 1.5rem);
        padding: 0;
        border: 1px solid var(--_border);
        border-radius: calc(var(--_radius) * 1.6);
        background: var(--_surface);
        color: var(--_text);
        box-shadow: var(--_shadow);
        overscroll-behavior: contain;
      }
      dialog::backdrop {
        background: rgb(10 14 22 / 55%);
      }
      .bar {
        position: sticky;
        inset-block-start: 0;
        z-index: 2;
        display: flex;
        justify-content: flex-end;
        padding: 0.5rem 0.5rem 0;
        pointer-events: none;
      }
      .bar button {
        pointer-events: auto;
        border-color: transparent;
      }
      .inside {
        padding: 0 clamp(1rem, 4%, 2rem) clamp(1rem, 4%, 2rem);
      }
      .asks {
        position: sticky;
        inset-block-start: 0;
        z-index: 3;
        display: grid;
        gap: 0.75rem;
        padding: 1.25rem clamp(1rem, 4%, 2rem);
        border-block-end: 1px solid var(--_border);
        background: var(--_surface-2);
      }
      svg {
        inline-size: 1.25rem;
        block-size: 1.25rem;
        fill: none;
        stroke: currentColor;
        stroke-width: 2;
        stroke-linecap: round;
      }
      @media (forced-colors: active) {
        dialog {
          border: 2px solid CanvasText;
        }
      }
    `,
  ];

  declare open: boolean;
  declare label: string;
  declare locale: string;
  /** Whether closing would lose something. */
  declare asks: (() => boolean) | undefined;
  declare private asking: boolean;

  constructor() {
    super();
    this.open = false;
    this.label = '';
    this.locale = 'en';
    this.asking = false;
  }

  protected override updated(changed: PropertyValues): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (changed.has('open') && dialog) {
      if (this.open && !dialog.open) dialog.showModal();
      if (!this.open && dialog.open) dialog.close();
    }
    if (changed.has('asking') && this.asking) this.renderRoot.querySelector<HTMLElement>('.asks button')?.focus();
  }

  override render() {
    const t = guestText(this.locale);
    return html`<dialog
      part="dialog"
      aria-label=${this.label}
      @cancel=${this.#cancel}
      @close=${this.#closed}
      @mousedown=${(event: Event) => event.target === event.currentTarget && this.#leave()}
    >
      ${this.asking
        ? html`<div class="asks" role="alertdialog" aria-labelledby="asks" aria-describedby="asks-help">
            <div>
              <h2 id="asks">${t('leave')}</h2>
              <p id="asks-help">${t('leave_help')}</p>
            </div>
            <div class="row">
              <button type="button" class="primary" @click=${() => (this.asking = false)}>${t('leave_stay')}</button>
              <button type="button" class="danger" @click=${this.#close}>${t('leave_go')}</button>
            </div>
          </div>`
        : nothing}
      <div class="bar">
        <button type="button" class="icon" part="close" aria-label=${t('close')} @click=${() => this.#leave()}>${icon('close')}</button>
      </div>
      <div class="inside">${this.open ? html`<slot></slot>` : nothing}</div>
    </dialog>`;
  }

  /** Escape: the browser closes it unless told otherwise. */
  #cancel = (event: Event): void => {
    if (event.target !== event.currentTarget) return;
    event.preventDefault();
    this.#leave();
  };

  /** Pressed twice, Escape closes whatever was said: then it is closed. */
  #closed = (): void => {
    this.asking = false;
    if (this.open) this.dispatchEvent(new CustomEvent('scheduling-dialog-close', { bubbles: true }));
  };

  #leave(): void {
    if (!this.asking && this.asks?.()) this.asking = true;
    else if (this.asking) this.asking = false;
    else this.#close();
  }

  #close = (): void => {
    this.renderRoot.querySelector('dialog')?.close();
  };
}

customElements.define('scheduling-dialog', SchedulingDialog);
