// `<scheduling-manage>`: see, move and cancel a booking.

import { html } from 'lit';
import { SchedulingElement } from '../element';
import { guestText } from '../text/guest';

export class SchedulingManage extends SchedulingElement {
  static override properties = { ...SchedulingElement.properties, token: {} };
  declare token: string;

  override render() {
    return html`<p role="status">${guestText(this.language())('loading')}</p>`;
  }
}

customElements.define('scheduling-manage', SchedulingManage);
