// What the lists of links and of meetings lie on, what is small in their rows, and how they look without any.

import { css } from 'lit';

export const sheet = css`
  :host {
    container-type: inline-size;
    max-inline-size: var(--_max-width);
    padding: var(--_gap);
    border-radius: calc(var(--_radius) * 1.4);
    /* its own, since the page beneath may be light where this is dark */
    background: var(--_surface);
  }
  .push {
    margin-inline-start: auto;
  }
  .picture {
    flex: none;
    inline-size: 1.15em;
    block-size: 1.15em;
  }
  button.small,
  .button.small {
    min-block-size: 2.25rem;
    padding-block: 0.25em;
    padding-inline: 0.75em;
    font-size: 0.92em;
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 0.5em;
    padding-block: 3.5rem;
    text-align: center;
  }
  .empty .picture {
    inline-size: 2.25rem;
    block-size: 2.25rem;
    color: var(--_accent);
  }
`;
