// How controls look, the same in all elements: buttons, fields, switches, notices, cards.

import { css } from 'lit';

export const controls = css`
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  fieldset,
  dl,
  dd {
    margin: 0;
    padding: 0;
    border: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1,
  h2,
  h3 {
    line-height: 1.25;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  h1 {
    font-size: 1.5em;
  }
  h2 {
    font-size: 1.15em;
  }
  h3 {
    font-size: 1em;
  }
  a {
    color: var(--_accent);
    text-underline-offset: 0.15em;
  }
  :focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  h1:focus,
  h2:focus,
  h3:focus {
    outline: none;
  }

  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-block-size: var(--_control-height);
    min-inline-size: var(--_control-height);
    padding: 0.4em 1em;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
    font-weight: 550;
    text-decoration: none;
    cursor: pointer;
    transition: background-color 120ms, border-color 120ms;
  }
  button:hover:not([disabled], [aria-disabled='true']),
  .button:hover {
    background: var(--_surface-2);
  }
  button.primary,
  .button.primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
  }
  button.primary:hover:not([disabled], [aria-disabled='true']),
  .button.primary:hover {
    background: color-mix(in srgb, var(--_accent) 88%, var(--_text));
  }
  button.plain {
    border-color: transparent;
    background: none;
    color: var(--_accent);
  }
  button.danger {
    border-color: var(--_danger);
    color: var(--_danger);
  }
  button.icon {
    padding: 0;
  }
  button[disabled],
  button[aria-disabled='true'] {
    cursor: default;
    opacity: 0.6;
  }

  label,
  legend {
    font-weight: 550;
  }
  .field {
    display: grid;
    gap: 0.3em;
  }
  .field > .help {
    color: var(--_text-muted);
    font-size: 0.9em;
  }
  .field > .error {
    color: var(--_danger);
    font-size: 0.9em;
    font-weight: 550;
  }
  input,
  select,
  textarea {
    min-block-size: var(--_control-height);
    inline-size: 100%;
    padding: 0.4em 0.75em;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
  }
  input:is([type='checkbox'], [type='radio']) {
    min-block-size: 1.5rem;
    inline-size: 1.5rem;
    margin: 0;
    accent-color: var(--_accent);
  }
  input[aria-invalid='true'],
  select[aria-invalid='true'],
  textarea[aria-invalid='true'] {
    border-color: var(--_danger);
    box-shadow: inset 0 0 0 1px var(--_danger);
  }
  textarea {
    min-block-size: 6rem;
    resize: vertical;
  }

  /* an input[type=checkbox].switch with role="switch" */
  input.switch {
    appearance: none;
    position: relative;
    flex: none;
    inline-size: 2.75rem;
    min-block-size: 1.5rem;
    block-size: 1.5rem;
    padding: 0;
    border-radius: 1rem;
    background: var(--_surface-2);
    cursor: pointer;
  }
  input.switch::before {
    content: '';
    position: absolute;
    inset-block-start: 3px;
    inset-inline-start: 3px;
    inline-size: 1rem;
    block-size: 1rem;
    border-radius: 50%;
    background: var(--_edge);
    transition: inset-inline-start 120ms;
  }
  input.switch:checked {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  input.switch:checked::before {
    inset-inline-start: calc(100% - 3px - 1rem);
    background: var(--_on-accent);
  }

  .card {
    padding: calc(var(--_gap) * 1.25);
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 1.4);
    background: var(--_surface);
  }
  .muted {
    color: var(--_text-muted);
  }
  .notice {
    padding: 0.75em 1em;
    border: 1px solid var(--_border);
    border-inline-start: 4px solid var(--_accent);
    border-radius: var(--_radius);
    background: var(--_surface-2);
  }
  .notice.error {
    border-inline-start-color: var(--_danger);
  }
  .notice.success {
    border-inline-start-color: var(--_success);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75em;
  }
  .stack {
    display: grid;
    gap: var(--_gap);
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      transition: none !important;
      animation: none !important;
    }
  }
  @media (forced-colors: active) {
    button,
    .button,
    input.switch {
      border: 1px solid ButtonText;
    }
    input.switch::before {
      background: ButtonText;
    }
    input.switch:checked {
      background: Highlight;
      forced-color-adjust: none;
    }
  }
`;
