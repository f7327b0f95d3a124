// How meetings look: on screen a list that opens, on paper the list alone.

import { css } from 'lit';
import { sheet } from './sheet.css';

export const meetingStyles = css`
  ${sheet}
  .head {
    margin-block-end: var(--_gap);
  }
  .head h2 {
    font-size: 1.5em;
  }
  .day-heading {
    margin-block: 1.5em 0.6em;
  }
  .near {
    margin-inline-start: 0.5em;
    font-weight: 400;
  }
  .meetings {
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 1.4);
    background: var(--_surface);
    overflow: clip;
  }
  .meeting + .meeting {
    border-block-start: 1px solid var(--_border);
  }
  .line {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 0.15em 1em;
    inline-size: 100%;
    padding: 0.8em 1.1em;
    border: 0;
    border-radius: 0;
    background: none;
    font-weight: 400;
    text-align: start;
    justify-content: stretch;
  }
  .line:focus-visible {
    outline-offset: -2px;
    border-radius: calc(var(--_radius) * 1.4);
  }
  .line .time {
    font-variant-numeric: tabular-nums;
    grid-column: 1;
  }
  .line .who {
    display: grid;
    min-inline-size: 0;
    overflow-wrap: anywhere;
    grid-column: 1;
  }
  .line strong {
    font-weight: 600;
  }
  .line .marks {
    display: flex;
    align-items: center;
    gap: 0.75em;
    grid-column: 2;
    grid-row: 1 / span 2;
    color: var(--_text-muted);
  }
  .mark {
    padding: 0.1em 0.6em;
    border: 1px solid var(--_border);
    border-radius: 1em;
    font-size: 0.85em;
    white-space: nowrap;
  }
  .mark.now {
    border-color: var(--_success);
    color: var(--_success);
    font-weight: 600;
  }
  .arrow {
    inline-size: 0.5em;
    block-size: 0.5em;
    border-block-end: 2px solid;
    border-inline-end: 2px solid;
    transform: translateY(-0.15em) rotate(45deg);
    transition: transform 120ms;
  }
  :host(:dir(rtl)) .arrow {
    transform: translateY(-0.15em) rotate(-45deg);
  }
  .open .arrow {
    transform: translateY(0.15em) rotate(225deg);
  }
  :host(:dir(rtl)) .open .arrow {
    transform: translateY(0.15em) rotate(135deg);
  }
  .cancelled .time,
  .cancelled strong {
    text-decoration: line-through;
    text-decoration-color: var(--_text-muted);
  }
  .details:not([hidden]) {
    display: grid;
    gap: var(--_gap);
    padding: 1.1em;
    border-block-start: 1px solid var(--_border);
    background: color-mix(in srgb, var(--_surface-2) 55%, var(--_surface));
  }
  .facts-list {
    display: grid;
    gap: 0.9em 1.5em;
  }
  .facts-list dt {
    color: var(--_text-muted);
    font-size: 0.9em;
  }
  .facts-list dd {
    overflow-wrap: anywhere;
  }
  .typed {
    white-space: pre-line;
  }
  .acts {
    gap: 0.6em;
  }
  .choice-button[aria-pressed='true'] {
    border-color: var(--_accent);
    background: var(--_free);
  }
  .pair {
    display: grid;
    gap: var(--_gap);
    align-items: start;
  }
  .tight {
    gap: 0.6em;
  }
  .cancel-form {
    max-inline-size: 34rem;
  }
  h4,
  h5 {
    margin: 0;
    font-size: 1em;
  }
  h4:focus {
    outline: none;
  }
  .old-new {
    display: grid;
    gap: 0.75em;
  }
  .old-new > div {
    padding: 0.7em 0.9em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .old-new > div:last-child {
    border-color: var(--_accent);
  }
  .old-new dt {
    color: var(--_text-muted);
    font-size: 0.9em;
  }
  .when {
    display: grid;
    gap: calc(var(--_gap) * 1.5);
    align-items: start;
  }
  .of-day {
    display: grid;
    gap: 0.75em;
  }
  .other > summary {
    min-block-size: 1.75rem;
    cursor: pointer;
    color: var(--_accent);
  }
  .empty {
    margin-block-start: var(--_gap);
  }
  .further {
    margin-block-start: var(--_gap);
    text-align: center;
  }

  @container (width >= 34rem) {
    .line {
      grid-template-columns: 11.5rem minmax(0, 1fr) auto;
      align-items: center;
    }
    .line .who {
      grid-column: 2;
    }
    .line .marks {
      grid-column: 3;
      grid-row: 1;
    }
    .facts-list,
    .pair,
    .old-new {
      grid-template-columns: 1fr 1fr;
    }
    .when {
      grid-template-columns: minmax(18rem, 1.2fr) 1fr;
    }
  }

  @media print {
    :host {
      color: #000;
      background: none;
    }
    button:not(.line),
    .shelves,
    .arrow,
    .further,
    .acts {
      display: none;
    }
    .meetings,
    .details:not([hidden]),
    .meeting + .meeting {
      border-color: #999;
      background: none;
      break-inside: avoid;
    }
    a {
      color: #000;
    }
  }
`;
