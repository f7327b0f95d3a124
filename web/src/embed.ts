// The little script for pages that frame a booking page: `<scheduling-frame src="…"></scheduling-frame>`.

import { SchedulingFrame } from './embed/frame';

customElements.define('scheduling-frame', SchedulingFrame);

export { SchedulingFrame };
