// How fields of field.ts stand: prefixes, amounts and ticks.

import { css } from 'lit';

export const fields = css`
  .prefixed {
    display: flex;
    align-items: center;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface-2);
  }
  .prefixed > span {
    flex: 0 1 auto;
    max-inline-size: 60%;
    padding-inline-start: 0.75em;
    padding-inline-end: 0.25em;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .prefixed > input {
    flex: 1 1 8rem;
    min-inline-size: 0;
    border: 0;
    border-start-start-radius: 0;
    border-end-start-radius: 0;
    padding-inline-start: 0.4em;
  }
  .prefixed:has(input:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  .prefixed > input:focus-visible {
    outline: none;
  }
  .prefixed:has([aria-invalid='true']) {
    border-color: var(--_danger);
    box-shadow: inset 0 0 0 1px var(--_danger);
  }
  .prefixed > input[aria-invalid='true'] {
    box-shadow: none;
  }
  .amount {
    display: grid;
    grid-template-columns: minmax(4.5rem, 1fr) minmax(6.5rem, 1.2fr);
    gap: 0.5em;
  }
  .tick {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: start;
    gap: 0.6em;
  }
  .tick label {
    cursor: pointer;
  }
  .tick .help {
    font-size: 0.9em;
  }
`;
