// The bar that says whether what is shown is saved, with the two buttons; and the choice between mine and
// theirs where somebody else was faster.

import { css, html, nothing, type TemplateResult } from 'lit';
import type { OwnerText } from '../text/owner';
import { type Fields, refusalNotice } from './refusals';
import type { Editing, SaveState, Versioned } from './save';

export const saveBarStyles = css`
  .save-bar {
    position: sticky;
    inset-block-end: 0;
    z-index: 2;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75em;
    padding: 0.75em 1em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  /* there is nothing to do, or what there is stands above: it need not follow */
  .save-bar.clean,
  .save-bar.elsewhere {
    position: static;
    box-shadow: none;
  }
  .save-bar > .state {
    flex: 1 1 9rem;
    display: flex;
    align-items: center;
    gap: 0.6em;
  }
  .save-bar > .state::before {
    content: '';
    flex: none;
    inline-size: 0.6em;
    block-size: 0.6em;
    border: 2px solid var(--_edge);
    border-radius: 50%;
  }
  .save-bar.unsaved > .state::before,
  .save-bar.saving > .state::before {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  .save-bar.saved > .state::before {
    border-color: var(--_success);
    background: var(--_success);
  }
  .save-bar.refused > .state::before,
  .save-bar.hindered > .state::before,
  .save-bar.elsewhere > .state::before,
  .save-bar.gone > .state::before {
    border-color: var(--_danger);
    background: var(--_danger);
  }
  @container (inline-size < 26rem) {
    .save-bar > .state {
      flex-basis: 100%;
    }
    .save-bar > button {
      flex: 1;
    }
  }
  .choice {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr));
    gap: var(--_gap);
  }
  .choice > div {
    display: grid;
    align-content: space-between;
    gap: 0.75em;
    padding: 0.9em 1em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .choice dt {
    color: var(--_text-muted);
    font-size: 0.9em;
  }
  .choice dd + dt {
    margin-block-start: 0.5em;
  }
  .choice dd {
    overflow-wrap: anywhere;
    white-space: pre-line;
  }
`;

/** One thing in which mine and theirs differ, in words. */
export interface Difference {
  label: string;
  mine: string;
  theirs: string;
}

export interface SaveBar<Row> {
  /** What saving is hindered by, such as a field that is not right; Save then leads there. */
  hindered?: string | undefined;
  fields?: Fields | undefined;
  /** In place of the usual sentence of a refusal. */
  refused?: string | undefined;
  differences?: (theirs: Row) => Difference[];
  save: () => void;
  discard: () => void;
}

/** The bar of what is edited. */
export function saveBar<Row extends Versioned, Form>(t: OwnerText, editing: Editing<Row, Form>, bar: SaveBar<Row>): TemplateResult {
  const { state, dirty } = editing;
  const saving = state.is === 'saving';
  return html`
    ${state.is === 'refused'
      ? refusalNotice(t, state.refusal, { fields: bar.fields ?? {}, ...(bar.refused ? { text: bar.refused } : {}) })
      : nothing}
    ${state.is === 'elsewhere' ? choice(t, editing, bar.differences?.(state.theirs) ?? []) : nothing}
    <div class="save-bar ${state.is} ${bar.hindered ? 'hindered' : ''}" part="save-bar">
      <p class="state" role="status">${bar.hindered ?? said(t, state)}</p>
      <button type="button" part="button" ?disabled=${!dirty || saving} @click=${bar.discard}>${t('discard')}</button>
      <button
        type="button"
        class="primary"
        part="button button-primary"
        ?disabled=${!dirty && !saving}
        aria-disabled=${saving || state.is === 'elsewhere' || state.is === 'gone' ? 'true' : 'false'}
        @click=${() => {
          if (!saving && state.is !== 'elsewhere' && state.is !== 'gone') bar.save();
        }}
      >
        ${saving ? t('saving') : t('save')}
      </button>
    </div>
  `;
}

function said<Row>(t: OwnerText, state: SaveState<Row>): string {
  switch (state.is) {
    case 'clean':
      return t('no_changes');
    case 'refused':
      return t('not_saved');
    case 'elsewhere':
      return t('changed_elsewhere');
    default:
      return t(state.is);
  }
}

function choice<Row extends Versioned, Form>(
  t: OwnerText,
  editing: Editing<Row, Form>,
  differences: Difference[],
): TemplateResult {
  const side = (title: string, text: 'mine' | 'theirs', button: string, act: () => void) => html`<div>
    <h3>${title}</h3>
    <dl>
      ${differences.map(
        (difference) => html`<dt>${difference.label}</dt>
          <dd><bdi>${difference[text]}</bdi></dd>`,
      )}
    </dl>
    <button type="button" part="button" @click=${act}>${button}</button>
  </div>`;
  return html`<section class="notice error stack" part="alert" role="alert">
    <p>${t('changed_elsewhere_what')}</p>
    <div class="choice">
      ${side(t('mine'), 'mine', t('use_mine'), () => void editing.useMine())}
      ${side(t('theirs'), 'theirs', t('use_theirs'), () => editing.useTheirs())}
    </div>
  </section>`;
}
