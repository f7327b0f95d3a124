// What a page sets on `<scheduling-booking>`, and what it is told: the element's contract, without what it does.

import type { BookingLink } from '../api/types';
import { SchedulingElement } from '../element';
import type { Prefill } from './prefill';

/**
 * @attr slug - Which link is booked.
 * @attr mode - `inline`, or `popup`: a button that opens a dialog.
 * @attr label - The button's words.
 * @attr duration - The length to begin with, in minutes.
 * @attr date - The day to open first (`YYYY-MM-DD`), or the month (`YYYY-MM`).
 * @attr redirect - Where to go after booking; https, or of the same origin.
 * @attr manage - The page on which guests manage a booking; the token is added to its end.
 * @attr preview - Nothing is booked.
 * @fires scheduling-ready - There are times to see.
 * @fires scheduling-day - `{ day }`
 * @fires scheduling-time - `{ starts_at }`
 * @fires scheduling-submit - Book was pressed; cancelable.
 * @fires scheduling-booked - `{ meeting_id, status, starts_at, ends_at, title }`
 * @fires scheduling-refused - `{ code }`
 * @fires scheduling-redirect - `{ url }`; cancelable.
 * @fires scheduling-back - From the form to the times; cancelable.
 * @fires scheduling-close - The dialog was closed.
 */
export class BookingAttributes extends SchedulingElement {
  static override properties = {
    ...SchedulingElement.properties,
    slug: {},
    mode: {},
    label: {},
    duration: { type: Number },
    date: {},
    redirect: {},
    manage: {},
    preview: { type: Boolean },
    prefill: { attribute: false },
    link: { attribute: false },
    level: { attribute: false },
    open: { state: true },
  };

  declare slug: string;
  declare mode: 'inline' | 'popup';
  declare label: string | undefined;
  declare duration: number | undefined;
  declare date: string | undefined;
  declare redirect: string | undefined;
  declare manage: string | undefined;
  declare preview: boolean;
  /** What the form holds to begin with. */
  declare prefill: Prefill | undefined;
  /** The row of `get_booking_link`, where the page has it already. */
  declare link: BookingLink | undefined;
  /** The level of the page's heading. */
  declare level: number;
  /** Whether the dialog of `popup` is. */
  protected declare open: boolean;

  constructor() {
    super();
    this.slug = '';
    this.mode = 'inline';
    this.preview = false;
    this.level = 2;
    this.open = false;
  }
}
