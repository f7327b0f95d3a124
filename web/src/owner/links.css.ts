// How the list of links and their editor look.

import { css } from 'lit';
import { sheet } from './sheet.css';

export const linkStyles = css`
  ${sheet}
  button.icon.small {
    min-inline-size: 2.25rem;
    padding: 0;
  }
  button.danger-text {
    color: var(--_text-muted);
  }
  button.danger-text:hover {
    color: var(--_danger);
  }
  legend {
    margin-block-end: 0.5em;
  }
  .back {
    margin-inline-start: -0.75em;
  }
  .arrow {
    inline-size: 0.55em;
    block-size: 0.55em;
    border-block-start: 2px solid;
    border-inline-start: 2px solid;
    transform: rotate(-45deg);
  }
  :host(:dir(rtl)) .arrow {
    transform: rotate(45deg);
  }
  .head {
    margin-block-end: calc(var(--_gap) * 1.25);
  }
  .head h2 {
    font-size: 1.5em;
  }
  .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .links {
    display: grid;
    gap: var(--_gap);
  }
  .link {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0.9em 1em;
    border-inline-start: 4px solid var(--_accent);
    transition: box-shadow 120ms;
  }
  .link:hover {
    box-shadow: var(--_shadow);
  }
  .link.off {
    border-inline-start-color: var(--_border);
    background: var(--_surface-2);
  }
  .link.off h3 {
    color: var(--_text-muted);
  }
  .what {
    min-inline-size: 0;
  }
  .link h3 {
    font-size: 1.15em;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 0.3em 1.1em;
    margin-block-start: 0.4em;
    font-size: 0.92em;
  }
  .facts li {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    min-inline-size: 0;
    max-inline-size: 100%;
  }
  .state {
    align-self: start;
    gap: 0.6em;
    font-weight: 400;
    font-size: 0.92em;
    color: var(--_text-muted);
    cursor: pointer;
    flex-wrap: nowrap;
    min-block-size: 1.75rem;
  }
  .acts {
    grid-column: 1 / -1;
    gap: 0.5em;
    padding-block-start: 0.9em;
    border-block-start: 1px solid var(--_border);
  }
  .acts .push {
    gap: 0.25em;
  }
  .by-hand {
    grid-column: 1 / -1;
    overflow-wrap: anywhere;
  }

  .editor {
    display: grid;
    gap: calc(var(--_gap) * 1.25);
    align-items: start;
  }
  .editor > form,
  .editor > * {
    min-inline-size: 0;
  }
  .pair {
    display: grid;
    gap: var(--_gap);
    align-items: start;
  }
  .tight {
    gap: 0.6em;
  }
  .inset {
    margin-inline-start: 2.1rem;
    max-inline-size: 22rem;
  }
  .nowrap {
    flex-wrap: nowrap;
    align-items: start;
    max-inline-size: 26rem;
  }
  .nowrap > .field {
    flex: 1;
  }
  p.error {
    color: var(--_danger);
    font-size: 0.9em;
    font-weight: 550;
  }
  .option {
    display: flex;
    align-items: center;
    gap: 0.6em;
    font-weight: 400;
    cursor: pointer;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6em;
  }
  .chip {
    display: flex;
    align-items: start;
  }
  .chip .field {
    inline-size: 5rem;
  }
  .question {
    padding: var(--_gap);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: color-mix(in srgb, var(--_surface-2) 55%, var(--_surface));
  }
  .question-head {
    margin-block: -0.4em;
  }
  .question-head .row {
    gap: 0;
  }
  .question h4 {
    margin: 0;
    font-size: 0.92em;
    color: var(--_text-muted);
  }
  details > summary {
    cursor: pointer;
    min-block-size: 1.75rem;
  }
  details > summary h3 {
    display: inline;
  }
  details[open] > summary {
    margin-block-end: var(--_gap);
  }

  .preview {
    display: grid;
    gap: 0.75em;
  }
  .preview .shelves {
    justify-self: start;
  }
  .preview .shelves button {
    min-block-size: 2rem;
    padding-block: 0.2em;
  }
  .form-preview {
    padding: var(--_gap);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .form-preview h4 {
    margin: 0;
    font-size: 1.1em;
    overflow-wrap: anywhere;
  }
  .form-preview .options {
    display: grid;
    gap: 0.4em;
  }
  .form-preview .optional {
    color: var(--_text-muted);
    font-weight: 400;
    font-size: 0.9em;
  }
  .typed {
    white-space: pre-line;
    overflow-wrap: anywhere;
  }
  .preview .day {
    display: grid;
    grid-template-columns: 6.5rem 1fr;
    gap: 0.5em;
    padding-block: 0.5em;
    border-block-start: 1px solid var(--_border);
  }
  .preview .starts {
    display: flex;
    flex-wrap: wrap;
    gap: 0.35em;
  }
  .preview .starts li {
    padding-inline: 0.5em;
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_free);
    font-size: 0.9em;
    font-variant-numeric: tabular-nums;
  }
  /* still, but not pale: what is there stays readable */
  .preview[aria-busy='true'] {
    border-style: dashed;
  }

  @container (width >= 34rem) {
    .pair {
      grid-template-columns: 1fr 1fr;
    }
  }
  @container (width >= 56rem) {
    .editor {
      grid-template-columns: minmax(0, 1fr) 20rem;
    }
    .editor > aside {
      position: sticky;
      inset-block-start: 1rem;
      /* above the bar that saves */
      max-block-size: calc(100vb - 7rem);
      overflow-y: auto;
    }
  }
`;
