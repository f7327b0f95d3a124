// Small pictures beside words. None says anything by itself: all are hidden from those who hear the page.

import { svg, html, type TemplateResult } from 'lit';

const drawn = (paths: TemplateResult) => html`<svg
  class="picture" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8"
  stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"
>${paths}</svg>`;

export const icons = {
  copy: drawn(svg`<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v1"/>`),
  edit: drawn(svg`<path d="M4 20h4L19 9l-4-4L4 16v4z"/><path d="M13.5 6.5l4 4"/>`),
  remove: drawn(svg`<path d="M4 7h16M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3"/>`),
  add: drawn(svg`<path d="M12 5v14M5 12h14"/>`),
  close: drawn(svg`<path d="M6 6l12 12M18 6L6 18"/>`),
  up: drawn(svg`<path d="M12 19V5M6 11l6-6 6 6"/>`),
  down: drawn(svg`<path d="M12 5v14M6 13l6 6 6-6"/>`),
  open: drawn(svg`<path d="M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5"/>`),
  clock: drawn(svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>`),
  video: drawn(svg`<rect x="3" y="6" width="12" height="12" rx="2"/><path d="M15 10.5l6-3.5v10l-6-3.5z"/>`),
  place: drawn(svg`<path d="M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21z"/><circle cx="12" cy="9.5" r="2.5"/>`),
  person: drawn(svg`<circle cx="12" cy="8" r="4"/><path d="M4 21c0-4 3.6-6 8-6s8 2 8 6"/>`),
  people: drawn(svg`<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c0-3.6 3-5.5 6.5-5.5s6.5 1.9 6.5 5.5M16 5a3.5 3.5 0 0 1 0 6.6M18 15c2.2.7 3.5 2.300 3.500 5"/>`),
  calendar: drawn(svg`<rect x="4" y="5" width="16" height="16" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>`),
  link: drawn(svg`<path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.600-5.600L12 7"/><path d="M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.600 5.600L12 17"/>`),
} as const;
