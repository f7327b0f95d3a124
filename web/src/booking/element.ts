// `<scheduling-booking>`: from free times to a booking.

import { html } from 'lit';
import { SchedulingElement } from '../element';
import { guestText } from '../text/guest';

export class SchedulingBooking extends SchedulingElement {
  static override properties = { ...SchedulingElement.properties, slug: {} };
  declare slug: string;

  override render() {
    return html`<p role="status">${guestText(this.language())('loading')}</p>`;
  }
}

customElements.define('scheduling-booking', SchedulingBooking);
