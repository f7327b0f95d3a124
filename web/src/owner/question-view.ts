// The questions of a link as they are built: a card each, in the order of the form. Order changes by buttons, which
// work for everybody; the focus stays on the button of the question that moved.

import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { choiceField, longField, numberField, textField, tickField } from './field';
import { icons } from './icons';
import { problem, section, type Editor } from './link-sections';
import {
  hasLength,
  hasOptions,
  hasPlaceholder,
  MOST_QUESTIONS,
  moved,
  newDraft,
  QUESTION_TYPES,
  type QuestionDraft,
  type QuestionType,
} from './question-draft';

export function questions(editor: Editor): TemplateResult {
  const { t } = editor;
  const list = editor.form.questions;
  return section('questions', t('link_questions'), [
    html`<p class="muted">${t('link_questions_help')}</p>`,
    list.length
      ? html`<ol class="stack">
          ${repeat(list, (draft) => draft.key, (draft, index) => one(editor, draft, index))}
        </ol>`
      : html`<p>${t('question_none')}</p>`,
    problem(editor, 'questions'),
    list.length < MOST_QUESTIONS
      ? html`<div>
          <button
            type="button"
            id="add-question"
            class="small"
            @click=${() => {
              const draft = newDraft();
              editor.change({ questions: [...list, draft] });
              editor.focus(`questions.${draft.key}.label`);
            }}
          >${icons.add}${t('question_add')}</button>
        </div>`
      : nothing,
  ]);
}

function one(editor: Editor, draft: QuestionDraft, index: number): TemplateResult {
  const { t } = editor;
  const list = editor.form.questions;
  const count = index + 1;
  const at = (part: string) => `questions.${draft.key}.${part}`;
  const change = (part: Partial<QuestionDraft>) =>
    editor.change({ questions: list.map((other) => (other.key === draft.key ? { ...other, ...part } : other)) });
  const typed = (part: 'label' | 'options' | 'placeholder' | 'help' | 'max_length') => ({
    name: at(part),
    value: draft[part],
    error: editor.error(at(part)),
    change: (value: string) => change({ [part]: value }),
    leave: () => editor.leave(at(part)),
  });
  const move = (steps: number, button: 'up' | 'down') => {
    const to = index + steps;
    editor.change({ questions: moved(list, index, steps) });
    editor.say(t('question_moved', { count: to + 1 }));
    // At the end of the list its button is at rest: the other one has the focus then.
    const rests = to === (button === 'up' ? 0 : list.length - 1);
    editor.focus(at(rests ? (button === 'up' ? 'down' : 'up') : button));
  };
  const arrow = (button: 'up' | 'down', label: string, steps: number, off: boolean) => html`<button
    type="button"
    class="icon plain"
    id=${at(button)}
    ?disabled=${off}
    aria-label=${label}
    title=${t(button === 'up' ? 'question_up' : 'question_down')}
    @click=${() => move(steps, button)}
  >${icons[button]}</button>`;
  const more = ['placeholder', 'help', 'max_length'].some((part) => editor.error(at(part)));

  return html`<li class="question stack">
    <div class="row question-head">
      <h4>${t('question_nth', { count })}</h4>
      <span class="push row">
        ${arrow('up', t('question_up_nth', { count }), -1, index === 0)}
        ${arrow('down', t('question_down_nth', { count }), 1, index === list.length - 1)}
        <button
          type="button"
          class="icon plain danger-text"
          aria-label=${t('question_remove_nth', { count })}
          title=${t('question_remove')}
          @click=${() => {
            editor.change({ questions: list.filter((other) => other.key !== draft.key) });
            editor.say(t('question_removed'));
            editor.focus('add-question');
          }}
        >${icons.remove}</button>
      </span>
    </div>
    <div class="pair">
      ${textField({ ...typed('label'), label: t('question_label'), required: true })}
      ${choiceField({
        name: at('type'),
        label: t('question_type'),
        value: draft.type,
        options: QUESTION_TYPES.map((type) => [type, t(`question_type_${type}`)] as const),
        change: (type) => change({ type: type as QuestionType }),
      })}
    </div>
    ${hasOptions(draft.type)
      ? longField({ ...typed('options'), label: t('question_options'), help: t('question_options_help'), rows: 4 })
      : nothing}
    ${tickField({ name: at('required'), label: t('question_required'), value: draft.required, change: (required) => change({ required }) })}
    <details ?open=${more}>
      <summary>${t('question_more')}</summary>
      <div class="stack">
        ${textField({ ...typed('help'), label: t('question_help') })}
        <div class="pair">
          ${hasPlaceholder(draft.type) ? textField({ ...typed('placeholder'), label: t('question_placeholder') }) : nothing}
          ${hasLength(draft.type)
            ? numberField({ ...typed('max_length'), label: t('question_max_length'), placeholder: draft.type === 'text' ? '500' : '5000' })
            : nothing}
        </div>
      </div>
    </details>
  </li>`;
}
