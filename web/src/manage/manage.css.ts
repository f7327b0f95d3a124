// How the page to manage a booking looks: one calm card, wider where a calendar and its times stand side by side.

import { css } from 'lit';

export const manageStyles = css`
  :host {
    container-type: inline-size;
    max-inline-size: 52rem;
    margin-inline: auto;
  }
  .card {
    gap: calc(var(--_gap) * 1.25);
  }
  .heading {
    font-size: 1.35em;
    font-weight: 650;
  }
  .day {
    font-size: 1.0625em;
    font-weight: 650;
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  .status {
    display: inline-flex;
    align-items: center;
    gap: 0.35em;
    padding: 0.2em 0.75em 0.2em 0.6em;
    border: 1px solid currentColor;
    border-radius: 2em;
    font-size: 0.875em;
    font-weight: 600;
  }
  .status .svg {
    inline-size: 1em;
    block-size: 1em;
    stroke-width: 2.5;
  }
  .status.good {
    color: var(--_success);
  }
  .status.waiting,
  .status.ended {
    color: var(--_text-muted);
  }
  .svg {
    flex: none;
    inline-size: 1.25rem;
    block-size: 1.25rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .facts {
    display: grid;
    gap: 1rem;
  }
  .fact {
    display: grid;
    grid-template-columns: 1.25rem 1fr;
    column-gap: 0.85rem;
    align-items: start;
  }
  .fact > .svg {
    grid-row: span 2;
    margin-block-start: 0.15rem;
    color: var(--_text-muted);
  }
  .fact dt.muted {
    font-size: 0.875em;
  }
  .fact :is(dt, dd) {
    grid-column: 2;
  }
  .fact dd,
  .time {
    display: grid;
    gap: 0.1rem;
    overflow-wrap: anywhere;
  }
  .fact a {
    display: inline-block;
    padding-block: 0.15em;
  }
  s {
    display: grid;
    color: var(--_text-muted);
  }
  .prose {
    white-space: pre-line;
    overflow-wrap: anywhere;
  }
  .until-now {
    color: var(--_text-muted);
  }
  .calendars {
    display: grid;
    gap: 0.6rem;
    padding-block-start: var(--_gap);
    border-block-start: 1px solid var(--_border);
  }
  .notice .code {
    color: var(--_text-muted);
    font-size: 0.8125em;
  }
  .notice > * + * {
    margin-block-start: 0.6rem;
  }
  .choose {
    display: grid;
    gap: calc(var(--_gap) * 1.5);
  }
  .choose > * {
    align-content: start;
  }
  .times {
    min-block-size: 12rem;
  }
  .skeleton {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(6.75rem, 1fr));
    gap: 0.5rem;
  }
  .skeleton span {
    block-size: 3rem;
    border-radius: var(--_radius);
    background: var(--_surface-2);
  }
  .both {
    display: grid;
    gap: 0.75rem;
  }
  .time {
    align-content: start;
    padding: 1rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .time.new {
    border: 2px solid var(--_accent);
    background: var(--_free);
  }
  .time.new .muted {
    color: var(--_text);
  }
  .arrow {
    display: grid;
    place-items: center;
    color: var(--_text-muted);
  }
  .arrow .svg {
    transform: rotate(-90deg);
  }
  @container (inline-size >= 40rem) {
    .card {
      padding: calc(var(--_gap) * 2);
    }
    .choose {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
      gap: calc(var(--_gap) * 2.5);
    }
    /* as high as the calendar beside it; the edge is for outlines */
    scheduling-time-list {
      max-block-size: 25rem;
      margin: -4px;
      padding: 4px;
      overflow-y: auto;
    }
    .both {
      grid-template-columns: 1fr auto 1fr;
    }
    .arrow .svg {
      transform: rotate(180deg);
    }
    .arrow .svg:dir(rtl) {
      transform: none;
    }
  }
  @container (inline-size < 40rem) {
    .actions > * {
      flex: 1 1 100%;
    }
  }
  @media print {
    .actions,
    .calendars {
      display: none;
    }
  }
`;
