// The design tokens: each `--scheduling-…` property that a page may set, and its default in light and dark.
// Inside, styles use the `--_…` names only.

import { css } from 'lit';

export const tokens = css`
  :host {
    color-scheme: light dark;
    --_font: var(--scheduling-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
    --_font-size: var(--scheduling-font-size, 1rem);
    --_accent: var(--scheduling-accent, light-dark(#1f5fd0, #8db4ff));
    --_on-accent: var(--scheduling-on-accent, light-dark(#ffffff, #0b1730));
    --_surface: var(--scheduling-surface, light-dark(#ffffff, #15181e));
    --_surface-2: var(--scheduling-surface-2, light-dark(#f4f6f9, #1e232b));
    --_text: var(--scheduling-text, light-dark(#161b24, #e9edf4));
    --_text-muted: var(--scheduling-text-muted, light-dark(#566072, #a5afbf));
    --_border: var(--scheduling-border, light-dark(#d5dbe4, #363d49));
    /* edges of controls, which have to be seen (WCAG 1.4.11) */
    --_edge: color-mix(in srgb, var(--_text) 52%, var(--_surface));
    --_free: var(--scheduling-free, light-dark(#e6eefc, #22345a));
    --_danger: var(--scheduling-danger, light-dark(#b3261e, #ff9d95));
    --_success: var(--scheduling-success, light-dark(#146c43, #7fd6a8));
    --_focus: var(--scheduling-focus, var(--_accent));
    --_radius: var(--scheduling-radius, 10px);
    --_gap: var(--scheduling-gap, 1rem);
    --_control-height: var(--scheduling-control-height, 2.75rem);
    --_max-width: var(--scheduling-max-width, 64rem);
    --_shadow: var(--scheduling-shadow, 0 1px 2px rgb(0 0 0 / 6%), 0 8px 24px rgb(0 0 0 / 6%));

    display: block;
    color: var(--_text);
    font: 400 var(--_font-size) / 1.5 var(--_font);
    /* not drawn: read by contrast.ts, since browsers compute these and no custom property */
    accent-color: var(--_accent);
    outline-color: var(--_on-accent);
    text-align: start;
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
`;
