// `<scheduling-month>`: one month of days to pick from, for elements of ours. It shows marks that it is given and
// says what was pressed; it knows neither slots nor hours, and asks the server nothing. Cally draws the grid
// and moves about in it; what cally does not say of a day (its weekday, how many times it has) is added here.

import 'cally';
import { html, LitElement, svg, type PropertyValues } from 'lit';
import { guestText } from '../text/guest';
import { gregorian } from '../text/text';
import { addMonths, daysOf, firstWeekday, monthOf, type Day, type Month } from '../time/days';
import { Labels } from '../time/labels';
import { monthStyles } from './month.css';

/**
 * What is said of a day: `free` (to be had), `hours` (other hours than usual), `off` (in part away), `closed`;
 * any other name is a part without a look of ours.
 */
export type Mark = 'free' | 'closed' | 'hours' | 'off' | (string & {});

/** For `exportparts` of the element that holds a month: the parts that pages may style. */
export const MONTH_PARTS =
  'month-heading, month-previous, month-next, day, day-free, day-picked, day-today, day-closed, day-hours, day-off';

interface Cally extends HTMLElement {
  focus(options?: FocusOptions & { target?: 'day' | 'next' | 'previous' }): void;
  focusedDate: string | undefined;
}

/**
 * @fires scheduling-month-day - `{ day }`: a day that is not off was pressed.
 * @fires scheduling-month-turn - `{ month }`: another month is shown.
 * @fires scheduling-month-near - `{ month }`: the next one may soon be wanted.
 */
export class SchedulingMonth extends LitElement {
  static override properties = {
    month: {},
    picked: {},
    today: {},
    min: {},
    max: {},
    locale: {},
    marks: { attribute: false },
    isOff: { attribute: false },
    count: { attribute: false },
    note: { attribute: false },
    busy: { type: Boolean, reflect: true },
  };
  static override styles = monthStyles;

  /** Turned by the person, or by whoever holds this. */
  declare month: Month;
  declare picked: Day | undefined;
  declare today: Day;
  /** Days before and after these cannot be reached. */
  declare min: Day | undefined;
  declare max: Day | undefined;
  declare locale: string;
  /** A new map when marks change: they are not looked into. */
  declare marks: ReadonlyMap<Day, Mark>;
  /** Days that can be reached but not picked. */
  declare isOff: ((day: Day) => boolean) | undefined;
  /** How many times a day has, said with its name. */
  declare count: ((day: Day) => number | undefined) | undefined;
  /** What else is to be said with its name. */
  declare note: ((day: Day) => string | undefined) | undefined;
  declare busy: boolean;

  /** The day that Tab comes to. */
  #focused: Day | undefined;
  #parts = (_: Date): string => '';
  #off = (_: Date): boolean => false;
  readonly #renamed = new MutationObserver(() => this.#name());

  constructor() {
    super();
    this.locale = 'en';
    this.marks = new Map();
    this.busy = false;
  }

  /** Moves the focus to the day that Tab comes to, or to a button. */
  override focus(options?: FocusOptions & { target?: 'day' | 'next' | 'previous' }): void {
    this.#calendar?.focus(options);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#renamed.disconnect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Cally draws anew when these are other functions than before.
    if (changed.has('marks')) {
      this.#parts = (date) => {
        const mark = this.marks.get(day(date));
        return mark ? `${mark} day-${mark}` : '';
      };
    }
    if (changed.has('isOff') || changed.has('marks')) this.#off = (date) => this.isOff?.(day(date)) ?? false;
    if (changed.has('picked') && this.picked && monthOf(this.picked) === this.month) this.#focused = this.picked;
    if (!this.#focused || monthOf(this.#focused) !== this.month) this.#focused = this.#first();
  }

  override render() {
    const t = guestText(this.locale);
    const labels = new Labels(this.locale, 'UTC');
    return html`<calendar-date
      .value=${this.picked ?? ''}
      .focusedDate=${this.#focused}
      .today=${this.today}
      .min=${this.min ?? ''}
      .max=${this.max ?? ''}
      .locale=${gregorian(this.locale)}
      .firstDayOfWeek=${firstWeekday(this.locale)}
      .formatWeekday=${'short'}
      .isDateDisallowed=${this.#off}
      .getDayParts=${this.#parts}
      aria-busy=${this.busy}
      exportparts="previous: month-previous, next: month-next"
      @change=${this.#picked}
      @focusday=${this.#moved}
      @pointerover=${this.#near}
      @focusin=${this.#near}
    >
      <div slot="heading" class="heading" part="month-heading" aria-hidden="true">${labels.month(this.month)}</div>
      <span slot="previous"><span class="hidden">${t('previous_month')}</span>${arrow('M15 5l-7 7 7 7')}</span>
      <span slot="next"><span class="hidden">${t('next_month')}</span>${arrow('M9 5l7 7-7 7')}</span>
      <calendar-month
        exportparts="button: day, day-free, day-closed, day-hours, day-off, selected: day-picked, today: day-today"
      ></calendar-month>
    </calendar-date>`;
  }

  protected override async updated(): Promise<void> {
    // Cally draws a moment later.
    await this.renderRoot.querySelector<HTMLElement & { updated: Promise<void> }>('calendar-month')?.updated;
    const days = this.#days;
    if (!days || !this.isConnected) return;
    this.#renamed.observe(days, { subtree: true, childList: true, attributeFilter: ['aria-label'] });
    this.#name();
  }

  get #calendar(): Cally | null {
    return this.renderRoot.querySelector<Cally>('calendar-date');
  }

  get #days(): ShadowRoot | null | undefined {
    return this.renderRoot.querySelector('calendar-month')?.shadowRoot;
  }

  /** Where Tab comes to in a month that was not looked at yet. */
  #first(): Day {
    const days = daysOf(this.month);
    if (this.picked && monthOf(this.picked) === this.month) return this.picked;
    const within = days.filter((each) => (!this.min || each >= this.min) && (!this.max || each <= this.max));
    return (
      within.find((each) => this.marks.has(each) && !(this.isOff?.(each) ?? false)) ??
      within.find((each) => each === this.today) ??
      within[0] ??
      days[0]!
    );
  }

  /** Cally's names of days lack the weekday, the year and all that is said of a day. */
  #name(): void {
    const labels = new Labels(this.locale, 'UTC');
    const t = guestText(this.locale);
    for (const button of this.#days?.querySelectorAll<HTMLButtonElement>('td button') ?? []) {
      const each = `${this.month}-${button.textContent.padStart(2, '0')}`;
      const count = this.count?.(each);
      const note = this.note?.(each);
      let name = labels.day(each);
      if (count !== undefined) name = t(count ? 'day_times' : 'day_no_times', { day: name, count });
      if (note) name = t('day_note', { day: name, note });
      if (button.ariaLabel !== name) button.ariaLabel = name;
    }
  }

  #picked = (event: Event): void => {
    event.stopPropagation();
    const value = (event.target as HTMLElement & { value: string }).value;
    this.picked = value;
    this.#focused = value;
    // Cally puts the focus on the day in a task of its own: told after that, whoever hears can move it on.
    queueMicrotask(() => setTimeout(() => this.#tell('day', { day: value })));
  };

  #moved = (event: CustomEvent<Date>): void => {
    event.stopPropagation();
    this.#focused = day(event.detail);
    const month = monthOf(this.#focused);
    if (month === this.month) {
      this.requestUpdate();
      return;
    }
    this.month = month;
    this.#tell('turn', { month });
  };

  #near = (event: Event): void => {
    const onNext = event.composedPath().some((at) => at instanceof Element && at.part.contains('next'));
    if (onNext) this.#tell('near', { month: addMonths(this.month, 1) });
  };

  #tell(what: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(`scheduling-month-${what}`, { detail, bubbles: true }));
  }
}

/** Cally gives midnights of UTC. */
function day(date: Date): Day {
  return date.toISOString().slice(0, 10);
}

function arrow(path: string) {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${path} />`}</svg>`;
}

customElements.define('scheduling-month', SchedulingMonth);
