// How the booking page is laid out: by the width of the element, never of the window, and without units of the
// window, which mean nothing inside a frame.

import { css } from 'lit';

export const bookingStyles = css`
  :host {
    max-inline-size: var(--_max-width);
    margin-inline: auto;
  }
  .root {
    container: booking / inline-size;
    /* its own, since a page around may be light where the system is dark */
    background: var(--_surface);
  }
  .root.inset {
    padding: var(--_gap);
    border-radius: calc(var(--_radius) * 1.4);
  }
  .page {
    display: grid;
    gap: calc(var(--_gap) * 1.25) calc(var(--_gap) * 2);
    align-items: start;
    grid-template: 'about' auto 'calendar' auto 'times' auto 'zone' auto / minmax(0, 1fr);
  }
  .page.filling {
    grid-template: 'about' auto 'form' auto / minmax(0, 1fr);
  }
  .page.whole {
    grid-template: 'whole' auto / minmax(0, 1fr);
  }
  .about {
    grid-area: about;
    gap: 0.75rem;
  }
  .calendar {
    grid-area: calendar;
    display: grid;
    gap: var(--_gap);
  }
  .times {
    grid-area: times;
    display: grid;
    gap: 0.5rem;
    min-block-size: 12rem;
    align-content: start;
  }
  .filler {
    grid-area: form;
    display: grid;
    gap: var(--_gap);
    max-inline-size: 36rem;
  }
  .whole > * {
    grid-area: whole;
  }
  .scroller {
    padding-block-start: 0.5rem;
  }

  .owner {
    color: var(--_text-muted);
    font-weight: 550;
  }
  .title {
    font-size: 1.6em;
    font-weight: 700;
    letter-spacing: -0.01em;
  }
  .heading {
    font-size: 1.15em;
    font-weight: 650;
  }
  .facts {
    display: grid;
    gap: 0.6rem;
  }
  .fact {
    display: flex;
    gap: 0.65rem;
    align-items: flex-start;
    overflow-wrap: anywhere;
    min-inline-size: 0;
  }
  .fact > .svg,
  .summary > .svg {
    margin-block-start: 0.15em;
    color: var(--_text-muted);
  }
  .fact dd,
  .said {
    display: grid;
    min-inline-size: 0;
  }
  .svg {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .svg.back:dir(rtl) {
    transform: scaleX(-1);
  }
  .description {
    white-space: pre-line;
    overflow-wrap: anywhere;
    color: var(--_text-muted);
  }
  .lengths,
  .switch {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 0.4rem;
  }
  .fact:has(.lengths) {
    align-items: center;
  }
  button.chip {
    padding-inline: 0.9em;
    border-color: var(--_border);
    font-size: 0.9375em;
  }
  button.chip[aria-pressed='true'] {
    border-color: var(--_accent);
    box-shadow: inset 0 0 0 1px var(--_accent);
    background: var(--_free);
  }
  .zone {
    grid-area: zone;
    display: grid;
    gap: 0.6rem;
    max-inline-size: 25rem;
  }
  .small {
    font-size: 0.9em;
  }
  .clocks {
    font-weight: 550;
  }
  .notice {
    display: grid;
    gap: 0.6rem;
    justify-items: start;
  }
  .code {
    color: var(--_text-muted);
    font-size: 0.8125em;
  }

  .summary {
    display: flex;
    gap: 0.75rem;
    align-items: flex-start;
    padding: 0.9rem 1rem;
    border-radius: var(--_radius);
    background: var(--_surface-2);
  }
  .summary .said {
    flex: 1;
  }
  .summary button {
    margin-block: -0.4rem;
    margin-inline-end: -0.6rem;
  }
  .backward {
    justify-self: start;
    margin-inline-start: -0.75rem;
    padding-inline: 0.75rem;
  }
  form.stack {
    gap: calc(var(--_gap) * 1.15);
  }
  .optional {
    color: var(--_text-muted);
    font-weight: 400;
    font-size: 0.9em;
  }
  input,
  textarea,
  select,
  .option {
    scroll-margin-block: 2rem 7rem;
  }
  fieldset.field {
    min-inline-size: 0;
  }
  .options {
    display: grid;
    gap: 0.15rem;
  }
  .options.row {
    display: flex;
    gap: 1.5rem;
  }
  .option {
    display: flex;
    gap: 0.65rem;
    align-items: center;
    min-block-size: var(--_control-height);
    font-weight: 400;
    overflow-wrap: anywhere;
  }
  .option input {
    flex: none;
  }
  .guest {
    display: flex;
    gap: 0.25rem;
    align-items: flex-end;
  }
  .guest:has(.error) {
    align-items: center;
  }
  .guest > .field {
    flex: 1;
  }
  .guests:empty {
    display: none;
  }
  button.add {
    margin-inline-start: -0.75rem;
    padding-inline: 0.75rem;
  }
  .send {
    display: grid;
    gap: 0.4rem;
    position: sticky;
    inset-block-end: 0;
    padding-block: 0.75rem;
    background: linear-gradient(to top, var(--_surface) 80%, transparent);
  }
  .wide {
    inline-size: 100%;
    min-block-size: 3rem;
    font-weight: 650;
  }

  .done,
  .nothing {
    max-inline-size: 34rem;
    inline-size: 100%;
    margin-inline: auto;
    padding-block: var(--_gap);
  }
  .verdict {
    display: grid;
    justify-items: center;
    gap: 0.4rem;
    text-align: center;
    overflow-wrap: anywhere;
  }
  .verdict .heading {
    font-size: 1.5em;
  }
  .badge {
    display: grid;
    place-items: center;
    inline-size: 3.5rem;
    block-size: 3.5rem;
    border-radius: 50%;
    color: var(--_accent);
    background: var(--_free);
    font-size: 1.25em;
  }
  .good .badge {
    color: var(--_success);
    background: color-mix(in srgb, var(--_success) 14%, var(--_surface));
  }
  .bad .badge {
    color: var(--_danger);
    background: color-mix(in srgb, var(--_danger) 12%, var(--_surface));
  }
  .calendars {
    display: grid;
    gap: 0.5rem;
  }
  .calendars > p {
    font-weight: 550;
  }
  .calendars .row > * {
    flex: 1 1 40%;
  }
  .actions {
    justify-content: center;
  }
  .actions > p {
    flex: 1 1 100%;
    text-align: center;
  }
  .nothing {
    display: grid;
    gap: 0.75rem;
    justify-items: center;
    padding-block: 3rem;
    text-align: center;
  }

  .skeleton {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(6.75rem, 1fr));
    gap: 0.5rem;
    padding-block-start: 1.5rem;
    animation: appear 1ms 150ms backwards;
  }
  .skeleton span {
    block-size: 3rem;
    border-radius: var(--_radius);
    background: var(--_surface-2);
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }

  @container booking (min-width: 40rem) {
    .page {
      grid-template: 'about about' auto 'calendar times' auto 'zone times' 1fr / minmax(18rem, 25rem) minmax(0, 1fr);
    }
    .page.filling {
      grid-template: 'about form' 1fr / minmax(12rem, 2fr) minmax(0, 3fr);
    }
    .send {
      position: static;
      background: none;
    }
  }
  @container booking (min-width: 56.25rem) {
    .page {
      grid-template: 'about calendar times' auto 'about zone times' 1fr / minmax(12rem, 16rem) minmax(18rem, 24rem) minmax(0, 1fr);
    }
    .page.filling {
      grid-template: 'about form' 1fr / minmax(12rem, 16rem) minmax(0, 36rem);
    }
    .about {
      padding-inline-end: var(--_gap);
      border-inline-end: 1px solid var(--_border);
      min-block-size: 100%;
      align-content: start;
    }
    .fact:has(.lengths) {
      align-items: flex-start;
    }
    .fact:has(.lengths) > .svg {
      margin-block-start: 0.75em;
    }
    .lengths {
      flex-direction: column;
      align-items: stretch;
    }
  }

  @media print {
    .actions,
    .calendars,
    .onward {
      display: none;
    }
  }
`;
