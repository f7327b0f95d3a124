// How a choice of a few views looks: buttons beside each other, the pressed one raised.

import { css } from 'lit';

export const shelfStyles = css`
  .shelves {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 0.25em;
    padding: 0.25em;
    border-radius: calc(var(--_radius) + 0.25em);
    background: var(--_surface-2);
  }
  .shelves button {
    min-block-size: 2.5rem;
    border-color: transparent;
    background: none;
    font-weight: 500;
  }
  .shelves button[aria-pressed='true'] {
    border-color: var(--_border);
    background: var(--_surface);
    font-weight: 600;
    box-shadow: 0 1px 2px rgb(0 0 0 / 8%);
  }
`;
