// Weekly hours, a row a day: a switch, the hours, add, remove, and "Copy to…". Used for an owner's hours and
// for a link's own. It holds nothing: `week` comes in, and each change goes out as a new one.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { ownerText, type OwnerText } from '../text/owner';
import { controls } from '../theme/controls.css';
import type { Weekday } from '../time/days';
import { Labels } from '../time/labels';
import { type DayHours, type DayName, DAYS, copied, switched, type Week, weekOf, weekOrder, withAnother, without } from './hours';
import { icons } from './icons';
import { windowRows, windowStyles } from './windows';

/** @fires scheduling-hours - `{week}`: the week with the change. */
export class SchedulingHours extends LitElement {
  static override properties = {
    week: { attribute: false },
    locale: {},
    copying: { state: true },
    said: { state: true },
  };

  static override styles = [
    controls,
    ...windowStyles,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      .day {
        display: grid;
        grid-template-columns: minmax(9.5rem, max-content) 1fr auto;
        align-items: start;
        gap: 0.5rem 1rem;
        padding-block: 0.75rem;
        border-block-end: 1px solid var(--_border);
      }
      .day:last-child {
        border-block-end: 0;
      }
      .name {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        min-block-size: var(--_control-height);
        cursor: pointer;
      }
      .off {
        display: flex;
        align-items: center;
        min-block-size: var(--_control-height);
        color: var(--_text-muted);
      }
      .acts {
        position: relative;
        display: flex;
        gap: 0.25rem;
      }
      .copy {
        position: absolute;
        inset-block-start: calc(100% + 4px);
        inset-inline-end: 0;
        z-index: 6;
        display: grid;
        gap: 0.25rem;
        inline-size: 15rem;
        padding: 1rem;
        border: 1px solid var(--_border);
        border-radius: var(--_radius);
        background: var(--_surface);
        box-shadow: var(--_shadow);
      }
      .copy legend {
        padding: 0;
        margin-block-end: 0.25rem;
      }
      .copy label {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        min-block-size: 2.25rem;
        font-weight: 400;
        cursor: pointer;
      }
      .copy .row {
        justify-content: flex-end;
        margin-block-start: 0.5rem;
      }
      @container (inline-size < 36rem) {
        .day {
          grid-template-columns: 1fr auto auto;
        }
        .day > .what:not(.off) {
          grid-column: 1 / -1;
          grid-row: 2;
        }
        .day > .acts {
          grid-column: 3;
        }
      }
      @container (inline-size < 24rem) {
        .day > .what.off {
          grid-column: 1 / -1;
          grid-row: 2;
          min-block-size: 0;
          padding-inline-start: 3.5rem;
        }
      }
      @container (inline-size < 22rem) {
        scheduling-time-field {
          inline-size: auto;
          flex: 1 1 4rem;
          min-inline-size: 0;
        }
        .window {
          gap: 0.25rem;
        }
        .window input {
          padding-inline: 0.25rem;
        }
      }
    `,
  ];

  declare week: Week;
  declare locale: string;
  /** The day whose hours are being copied. */
  private declare copying: DayName | undefined;
  private declare said: string;

  constructor() {
    super();
    this.week = weekOf({});
    this.locale = 'en';
    this.said = '';
  }

  /** Puts the focus to the first field that is not right; false where all are. */
  async focusTrouble(): Promise<boolean> {
    await this.updateComplete;
    const field = this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]');
    field?.focus();
    return field !== null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ownerDocument.addEventListener('pointerdown', this.#elsewhere);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.ownerDocument.removeEventListener('pointerdown', this.#elsewhere);
  }

  protected override render(): TemplateResult {
    const t = ownerText(this.locale);
    const labels = new Labels(this.locale, 'UTC');
    return html`<div>${weekOrder(this.locale).map((weekday) => this.#day(t, labels, weekday))}</div>
      <p class="hidden" role="status">${this.said}</p>`;
  }

  #day(t: OwnerText, labels: Labels, weekday: Weekday): TemplateResult {
    const day = DAYS[weekday]!;
    const hours = this.week[day];
    const name = labels.weekdayName(weekday, 'long');
    return html`<div class="day" role="group" aria-labelledby="${day}-name">
      <label class="name">
        <input
          type="checkbox"
          class="switch"
          role="switch"
          id="${day}-switch"
          .checked=${hours.enabled}
          @change=${(event: Event) => this.#change(day, switched(hours, (event.target as HTMLInputElement).checked))}
        />
        <span id="${day}-name">${name}</span>
      </label>
      ${hours.enabled
        ? html`<div class="what">
            ${windowRows(t, {
              name: day,
              day: name,
              locale: this.locale,
              windows: hours.windows,
              change: (windows) => this.#change(day, { ...hours, windows }),
              remove: (at) => void this.#remove(day, at),
            })}
          </div>`
        : html`<p class="what off">${t('hours_closed')}</p>`}
      <div class="acts">
        <button
          type="button"
          class="icon plain"
          part="button"
          id="${day}-add"
          aria-label=${t('hours_add', { day: name })}
          title=${t('hours_add', { day: name })}
          @click=${() => void this.#add(day)}
        >
          ${icons.add}
        </button>
        <button
          type="button"
          class="icon plain"
          part="button"
          id="${day}-copy"
          aria-label=${t('hours_copy', { day: name })}
          title=${t('hours_copy', { day: name })}
          aria-expanded=${this.copying === day ? 'true' : 'false'}
          @click=${() => void this.#openCopy(this.copying === day ? undefined : day)}
        >
          ${icons.copy}
        </button>
        ${this.copying === day ? this.#copyTo(t, labels, day, name) : nothing}
      </div>
    </div>`;
  }

  #copyTo(t: OwnerText, labels: Labels, from: DayName, name: string): TemplateResult {
    return html`<form
      class="copy"
      @submit=${(event: Event) => this.#copy(event, from)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        void this.#openCopy(undefined, from);
      }}
    >
      <fieldset>
        <legend>${t('hours_copy_to', { day: name })}</legend>
        ${weekOrder(this.locale)
          .filter((weekday) => DAYS[weekday] !== from)
          .map(
            (weekday) => html`<label>
              <input type="checkbox" name="day" value=${DAYS[weekday]!} />${labels.weekdayName(weekday, 'long')}
            </label>`,
          )}
        <label><input type="checkbox" @change=${all} />${t('hours_copy_all')}</label>
      </fieldset>
      <div class="row">
        <button type="button" part="button" @click=${() => void this.#openCopy(undefined, from)}>${t('cancel')}</button>
        <button type="submit" class="primary" part="button button-primary">${t('hours_copy_apply')}</button>
      </div>
    </form>`;
  }

  #change(day: DayName, hours: DayHours): void {
    this.#give({ ...this.week, [day]: hours });
  }

  async #add(day: DayName): Promise<void> {
    const hours = this.week[day];
    // A day that is off comes back as it was first.
    const next = hours.enabled ? withAnother(hours) : switched(hours, true);
    this.#change(day, next);
    await this.#focus(`#${day}-${next.windows.length - 1}-start`);
  }

  async #remove(day: DayName, at: number): Promise<void> {
    this.#change(day, without(this.week[day], at));
    await this.#focus(this.week[day].windows.length ? `#${day}-add` : `#${day}-switch`);
  }

  #copy(event: Event, from: DayName): void {
    event.preventDefault();
    const ticked = [...(event.target as HTMLFormElement).querySelectorAll<HTMLInputElement>('input[name="day"]:checked')];
    const days = ticked.map(({ value }) => value as DayName);
    if (days.length) {
      this.#give(copied(this.week, from, days));
      this.said = ownerText(this.locale)('hours_copied', { count: days.length });
    }
    void this.#openCopy(undefined, from);
  }

  async #openCopy(day: DayName | undefined, from?: DayName): Promise<void> {
    this.copying = day;
    if (day) await this.#focus('.copy input');
    else if (from) await this.#focus(`#${from}-copy`);
  }

  async #focus(selector: string): Promise<void> {
    await this.updateComplete;
    // A field of its own tree renders after this one.
    await new Promise(requestAnimationFrame);
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  readonly #elsewhere = (event: Event): void => {
    if (!this.copying) return;
    const inside = event.composedPath().some((node) => node instanceof HTMLElement && node.classList.contains('acts'));
    if (!inside) this.copying = undefined;
  };

  #give(week: Week): void {
    this.week = week;
    this.dispatchEvent(new CustomEvent('scheduling-hours', { detail: { week }, bubbles: true }));
  }
}

/** Ticks all days, or none. */
function all(event: Event): void {
  const { checked, form } = event.target as HTMLInputElement;
  form?.querySelectorAll<HTMLInputElement>('input[name="day"]').forEach((box) => (box.checked = checked));
}

if (!customElements.get('scheduling-hours')) customElements.define('scheduling-hours', SchedulingHours);
