// How the picker of a zone looks.

import { css } from 'lit';

export const zonePickerStyles = css`
  :host {
    display: block;
    position: relative;
  }
  .box {
    position: relative;
  }
  input {
    padding-inline-end: 2.5rem;
    text-overflow: ellipsis;
  }
  .box svg {
    position: absolute;
    inset-block-start: calc(50% - 0.6rem);
    inset-inline-end: 0.75rem;
    inline-size: 1.2rem;
    block-size: 1.2rem;
    fill: none;
    stroke: var(--_text-muted);
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
    pointer-events: none;
  }
  ul {
    position: absolute;
    z-index: 10;
    inset-inline: 0;
    max-block-size: 20rem;
    margin-block-start: 4px;
    padding: 4px;
    overflow-y: auto;
    overscroll-behavior: contain;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  ul[hidden] {
    display: none;
  }
  li {
    display: grid;
    grid-template-columns: 1fr auto;
    column-gap: 1rem;
    padding: 0.4rem 0.6rem;
    border: 1px solid transparent;
    border-radius: calc(var(--_radius) * 0.7);
    line-height: 1.35;
    cursor: pointer;
    content-visibility: auto;
    contain-intrinsic-block-size: auto 3.3rem;
  }
  li:hover {
    background: var(--_surface-2);
  }
  li.active {
    border-color: var(--_focus);
    background: var(--_free);
  }
  li[aria-selected='true'] .city {
    color: var(--_accent);
  }
  .city {
    font-weight: 600;
  }
  .city .region {
    color: var(--_text-muted);
    font-weight: 400;
  }
  .clock,
  .offset {
    text-align: end;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .generic,
  .offset {
    color: var(--_text-muted);
    font-size: 0.875em;
  }
  li.active :is(.generic, .offset, .region),
  .none {
    color: var(--_text);
  }
  .none {
    padding: 0.75rem;
  }
  @media (forced-colors: active) {
    li.active {
      border: 2px solid Highlight;
    }
  }
`;
