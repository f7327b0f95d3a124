// How connected calendars look: a card an account, with its state first.

import { css } from 'lit';

export const calendarStyles = css`
  :host {
    container-type: inline-size;
    max-inline-size: var(--_max-width);
  }
  .calendars {
    display: grid;
    gap: calc(var(--_gap) * 1.25);
  }
  .account {
    display: grid;
    gap: var(--_gap);
  }
  .account.trouble {
    border-inline-start: 4px solid var(--_danger);
  }
  .account > header {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: 0.75rem 1rem;
  }
  .logo {
    display: grid;
    place-items: center;
    inline-size: 2.75rem;
    block-size: 2.75rem;
    border-radius: var(--_radius);
    background: var(--_free);
    color: var(--_accent);
  }
  .account,
  .account > * {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .badge {
    display: inline-flex;
    align-items: center;
    gap: 0.5em;
    padding: 0.15em 0.75em;
    border: 1px solid currentColor;
    border-radius: 1rem;
    color: var(--_text-muted);
    font-size: 0.88em;
    font-weight: 550;
    white-space: nowrap;
  }
  .badge::before {
    content: '';
    inline-size: 0.5em;
    block-size: 0.5em;
    border-radius: 50%;
    background: currentColor;
  }
  .badge.ok {
    color: var(--_success);
  }
  .badge.wrong {
    color: var(--_danger);
  }
  .choices {
    display: grid;
    gap: var(--_gap);
    padding-block-start: var(--_gap);
    border-block-start: 1px solid var(--_border);
  }
  .choices select {
    max-inline-size: 26rem;
  }
  .choices legend {
    padding: 0;
    margin-block-end: 0.15rem;
  }
  .tick {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    min-block-size: 2.5rem;
    font-weight: 400;
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  p.error {
    color: var(--_danger);
    font-size: 0.9em;
    font-weight: 550;
  }
  .account > footer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
    font-size: 0.92em;
  }
  .quiet {
    border-color: transparent;
    background: none;
    color: var(--_text-muted);
    font-weight: 500;
  }
  .quiet:hover {
    color: var(--_danger);
  }
  .account .save-bar {
    position: static;
    box-shadow: none;
  }
  @container (inline-size < 30rem) {
    .account > header {
      grid-template-columns: auto minmax(0, 1fr);
    }
    .account > header > :last-child {
      grid-column: 1 / -1;
      justify-self: start;
    }
    .account > header > button {
      inline-size: 100%;
    }
  }
`;
