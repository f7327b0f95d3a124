// The page on which one booking link is edited: sections of fields, what guests would be offered beside them, and
// what can be said of the whole. The save bar beneath is the element's.

import { html, type TemplateResult } from 'lit';
import { advanced, after, basics, lengths, times, type Editor } from './link-sections';
import { questions } from './question-view';

export interface LinkEditorPage {
  editor: Editor;
  title: string;
  preview: TemplateResult;
  /** Notices above the form. */
  notices: unknown;
  /** The bar that saves. */
  bar: unknown;
  back(): void;
  save(): void;
}

export function linkEditor(page: LinkEditorPage): TemplateResult {
  const { editor } = page;
  const { t } = editor;
  return html`<header class="stack tight head">
      <div>
        <button type="button" class="plain small back" id="back" @click=${page.back}><span class="arrow" aria-hidden="true"></span>${t('back_to_links')}</button>
      </div>
      <h2 tabindex="-1" id="heading"><bdi>${page.title}</bdi></h2>
    </header>
    ${page.notices}
    <div class="editor">
      <form
        class="stack"
        novalidate
        @submit=${(event: Event) => {
          event.preventDefault();
          page.save();
        }}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 's' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            page.save();
          }
        }}
      >
        ${basics(editor)} ${lengths(editor)} ${times(editor)} ${questions(editor)} ${after(editor)} ${advanced(editor)}
        <button type="submit" class="hidden" tabindex="-1" aria-hidden="true"></button>
      </form>
      ${page.preview}
    </div>
    ${page.bar}`;
}
