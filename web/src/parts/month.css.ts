// How a month looks. What a day is, is told by weight, by a dot and by an edge besides its colour; all days take
// the same place whatever they are, and six weeks are kept free, so that nothing moves when months are turned.

import { css } from 'lit';

export const monthStyles = css`
  :host {
    --_day: 2.75rem;
    display: block;
    max-inline-size: 25rem;
  }
  calendar-date {
    inline-size: 100%;
  }
  calendar-date::part(container) {
    gap: 0.5rem;
  }
  calendar-date::part(header) {
    gap: 0.25rem;
  }
  .heading {
    flex: 1;
    order: -1;
    padding-inline-start: 0.5rem;
    font-size: 1.0625em;
    font-weight: 650;
    text-align: start;
    overflow-wrap: anywhere;
  }
  calendar-date::part(previous),
  calendar-date::part(next) {
    min-block-size: var(--_day);
    min-inline-size: var(--_day);
    padding: 0;
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background: none;
    color: var(--_text);
    font: inherit;
  }
  calendar-date::part(previous):hover,
  calendar-date::part(next):hover {
    background: var(--_surface-2);
  }
  calendar-date::part(disabled) {
    background: none;
    color: var(--_text-muted);
    cursor: default;
    opacity: 0.5;
  }
  calendar-date::part(previous):focus-visible,
  calendar-date::part(next):focus-visible,
  calendar-month::part(button):focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  svg {
    display: block;
    inline-size: 1.25rem;
    block-size: 1.25rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  svg:dir(rtl) {
    transform: scaleX(-1);
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  calendar-month {
    inline-size: 100%;
    /* the names of days, and six weeks */
    min-block-size: calc(2rem + 6 * (var(--_day) + 4px));
  }
  calendar-month::part(heading) {
    display: none;
  }
  calendar-month::part(table) {
    inline-size: 100%;
    table-layout: fixed;
    font-size: 1em;
  }
  calendar-month::part(th) {
    block-size: 2rem;
    padding: 0;
    color: var(--_text-muted);
    font-size: 0.8125em;
    font-weight: 550;
  }
  calendar-month::part(td) {
    padding: 2px;
  }
  calendar-month::part(button) {
    display: block;
    position: relative;
    inline-size: 100%;
    block-size: var(--_day);
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background: none;
    color: var(--_text);
    font: inherit;
    transition:
      background-color 120ms,
      border-color 120ms;
  }
  calendar-month::part(disallowed),
  calendar-month::part(button):disabled {
    color: var(--_text-muted);
    opacity: 1;
  }
  calendar-month::part(button):hover {
    border-color: var(--_edge);
  }
  calendar-month::part(disallowed):hover,
  calendar-month::part(button):disabled:hover {
    border-color: transparent;
  }

  calendar-month::part(free) {
    background: var(--_free);
    font-weight: 650;
  }
  calendar-month::part(free)::after,
  calendar-month::part(hours)::after,
  calendar-month::part(off)::after {
    content: '';
    position: absolute;
    inset-block-end: 0.3rem;
    inset-inline: calc(50% - 0.15rem);
    block-size: 0.3rem;
    border-radius: 0.15rem;
    background: var(--_accent);
  }
  calendar-month::part(hours) {
    border-color: var(--_accent);
    font-weight: 650;
  }
  calendar-month::part(hours)::after {
    inset-inline: calc(50% - 0.45rem);
    block-size: 0.2rem;
  }
  calendar-month::part(off) {
    border: 1px dashed var(--_edge);
  }
  calendar-month::part(off)::after {
    background: var(--_edge);
  }
  calendar-month::part(closed) {
    border-color: var(--_border);
    background: var(--_surface-2);
    color: var(--_text-muted);
    text-decoration: line-through;
  }
  calendar-month::part(today) {
    box-shadow: inset 0 0 0 1px var(--_edge);
  }
  calendar-month::part(selected) {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 650;
    text-decoration: none;
  }
  calendar-month::part(selected)::after {
    background: var(--_on-accent);
  }
  :host([busy]) calendar-month::part(button) {
    color: var(--_text-muted);
  }

  @media (prefers-contrast: more) {
    calendar-month::part(free) {
      border-color: var(--_text);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    calendar-month::part(button) {
      transition: none;
    }
  }
  @media (forced-colors: active) {
    calendar-month::part(free),
    calendar-month::part(hours) {
      border: 2px solid ButtonText;
    }
    calendar-month::part(disallowed),
    calendar-month::part(button):disabled {
      color: GrayText;
    }
    calendar-month::part(free)::after,
    calendar-month::part(hours)::after,
    calendar-month::part(off)::after {
      background: ButtonText;
    }
    calendar-month::part(selected) {
      border: 2px solid Highlight;
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
`;
