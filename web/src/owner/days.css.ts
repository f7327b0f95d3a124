// How particular days look: calendar and form side by side where there is room.

import { css } from 'lit';

export const daysStyles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  .days {
    display: grid;
    gap: calc(var(--_gap) * 1.5);
    align-items: start;
  }
  @container (inline-size >= 42rem) {
    .days {
      grid-template-columns: 22rem minmax(0, 1fr);
    }
  }
  .calendar {
    display: grid;
    gap: 0.75rem;
    min-inline-size: 0;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.25rem;
    color: var(--_text-muted);
    font-size: 0.9em;
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 0.5rem;
  }
  /* as the month marks them */
  .legend li::before {
    content: '';
    inline-size: 1.15rem;
    block-size: 1.15rem;
    border: 1px solid var(--_accent);
    border-radius: 0.3rem;
  }
  .legend .closed::before {
    border-color: var(--_border);
    background: linear-gradient(var(--_text-muted), var(--_text-muted)) center / 100% 1px no-repeat var(--_surface-2);
  }
  .legend .hours::before {
    background: linear-gradient(var(--_accent), var(--_accent)) center 80% / 0.6rem 2px no-repeat;
  }
  .legend .off::before {
    border: 1px dashed var(--_edge);
    background: radial-gradient(circle at 50% 75%, var(--_edge) 1.5px, transparent 2px);
  }
  .pair {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(10rem, 100%), 1fr));
    gap: 0.75rem;
  }
  .plans {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(11.5rem, 100%), 1fr));
    gap: 0.5rem;
  }
  .plan {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-block-size: var(--_control-height);
    padding-inline: 0.75rem;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    font-weight: 400;
    cursor: pointer;
  }
  .plan:has(:checked) {
    border-color: var(--_accent);
    background: var(--_free);
    font-weight: 550;
  }
  .plan:has(:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  .plan input:focus-visible {
    outline: none;
  }
  .check {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    min-block-size: 2rem;
    font-weight: 400;
    cursor: pointer;
  }
  .label {
    font-weight: 550;
  }
  p.error {
    color: var(--_danger);
    font-weight: 550;
  }
  .row.end {
    justify-content: flex-end;
  }
  .row.start {
    align-items: flex-start;
  }
  .tight {
    gap: 0.25rem;
  }
  .entry {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem;
    padding-block: 0.5rem;
    border-block-end: 1px solid var(--_border);
    overflow-wrap: anywhere;
  }
  .entry:last-child {
    border-block-end: 0;
  }
  .entry .row {
    flex: none;
    flex-wrap: nowrap;
  }
  .entry .plain {
    color: var(--_text-muted);
  }
`;
