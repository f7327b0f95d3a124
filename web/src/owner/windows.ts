// The hours of one day as rows of two fields, with what is not right beneath the row that it is in. Renders
// into the tree of the element that asks for it.

import { css, html, nothing, type TemplateResult } from 'lit';
import type { OwnerKey, OwnerText } from '../text/owner';
import { checkWindows, type Trouble, type Window } from './hours';
import { icons } from './icons';
import { timeFieldStyles } from './time-field';

export const windowStyles = [
  timeFieldStyles,
  css`
    .windows {
      display: grid;
      gap: 0.5rem;
    }
    .window {
      display: flex;
      align-items: center;
      gap: 0.5rem;
    }
    .window > .to {
      color: var(--_text-muted);
    }
    .windows .error {
      margin-block-start: 0.25rem;
      color: var(--_danger);
      font-size: 0.9em;
      font-weight: 550;
    }
    @media (forced-colors: active) {
      .windows .error {
        forced-color-adjust: none;
      }
    }
  `,
];

const WORDS: Record<Trouble['why'], OwnerKey> = {
  no_time: 'hours_no_time',
  order: 'hours_order',
  overlap: 'hours_overlap',
};

export interface Windows {
  /** The start of the ids of its fields. */
  name: string;
  /** Whose hours: the name of the day. */
  day: string;
  locale: string;
  windows: readonly Window[];
  change: (windows: Window[]) => void;
  remove: (at: number) => void;
}

export function windowRows(t: OwnerText, rows: Windows): TemplateResult {
  const troubles = checkWindows(rows.windows);
  return html`<ul class="windows">
    ${rows.windows.map((window, at) => {
      const trouble = troubles.find((one) => one.at === at);
      const error = `${rows.name}-${at}-error`;
      const field = (which: 'start' | 'end') => html`<scheduling-time-field
        .name=${`${rows.name}-${at}-${which}`}
        .value=${window[which]}
        .end=${which === 'end'}
        .locale=${rows.locale}
        .label=${t(which === 'start' ? 'hours_from' : 'hours_until', { day: rows.day, number: at + 1 })}
        .invalid=${trouble?.field === which}
        .describedby=${trouble?.field === which ? error : undefined}
        @scheduling-time=${(event: CustomEvent<{ value: string }>) => {
          event.stopPropagation();
          rows.change(rows.windows.map((one, n) => (n === at ? { ...one, [which]: event.detail.value } : { ...one })));
        }}
      ></scheduling-time-field>`;
      return html`<li>
        <div class="window">
          ${field('start')}<span class="to" aria-hidden="true">–</span>${field('end')}
          <button
            type="button"
            class="icon plain"
            part="button"
            aria-label=${t('hours_remove', { day: rows.day, number: at + 1 })}
            @click=${() => rows.remove(at)}
          >
            ${icons.close}
          </button>
        </div>
        ${trouble ? html`<p class="error" id=${error} role="alert">${t(WORDS[trouble.why])}</p>` : nothing}
      </li>`;
    })}
  </ul>`;
}
