// The questions of a link while they are edited: what is typed, in which order, and what is wrong with it, by
// the rules of docs/reference.md. Pure; the words are the caller's.

import type { Question } from '../api/types';
import { whole } from './amount';
import { slugOf } from './slug';

export type QuestionType = NonNullable<Question['type']>;

export const QUESTION_TYPES: QuestionType[] = [
  'text', 'long_text', 'choice', 'choices', 'boolean', 'number', 'email', 'phone', 'url', 'date',
];
export const MOST_QUESTIONS = 50;
const MOST_OPTIONS = 100;
const LONGEST_LINE = 200;
const LONGEST_HELP = 1_000;
const LONGEST_ANSWER = 10_000;

export interface QuestionDraft {
  /** Which one it is while the form is open: its id, where it has one. Never written. */
  key: string;
  /** The key of the answers. Empty: made of the label when it is written; a stored one stays, or answers would lose their question. */
  id: string;
  label: string;
  type: QuestionType;
  required: boolean;
  /** One a line. */
  options: string;
  placeholder: string;
  help: string;
  max_length: string;
}

export type QuestionPart = 'label' | 'options' | 'placeholder' | 'help' | 'max_length';
export type QuestionProblem =
  | 'question_label_missing'
  | 'line_too_long'
  | 'text_too_long'
  | 'options_missing'
  | 'options_repeated'
  | 'options_too_many'
  | 'max_length_wrong';

let drafts = 0;

export function draftOf(question: Question): QuestionDraft {
  return {
    key: question.id || `new-${(drafts += 1)}`,
    id: question.id,
    label: question.label ?? question.id,
    type: question.type ?? 'text',
    required: question.required ?? false,
    options: (question.options ?? []).join('\n'),
    placeholder: question.placeholder ?? '',
    help: question.help ?? '',
    max_length: question.max_length === undefined ? '' : String(question.max_length),
  };
}

export function newDraft(): QuestionDraft {
  return draftOf({ id: '', label: '' });
}

export function hasOptions(type: QuestionType): boolean {
  return type === 'choice' || type === 'choices';
}

export function hasLength(type: QuestionType): boolean {
  return type === 'text' || type === 'long_text';
}

/** Types with a field in which a placeholder can stand. */
export function hasPlaceholder(type: QuestionType): boolean {
  return !['choice', 'choices', 'boolean', 'date'].includes(type);
}

/** The document of the column. Keys that are empty, or that the type does not have, are not written. */
export function questionsOf(list: QuestionDraft[]): Question[] {
  const ids = new Set(list.map((draft) => draft.id).filter(Boolean));
  return list.map((draft) => {
    const id = draft.id || freeId(slugOf(draft.label).replaceAll('-', '_') || 'question', ids);
    ids.add(id);
    const length = whole(draft.max_length);
    return {
      id,
      label: line(draft.label),
      ...(draft.type === 'text' ? {} : { type: draft.type }),
      ...(draft.required ? { required: true } : {}),
      ...(hasOptions(draft.type) ? { options: optionsOf(draft) } : {}),
      ...(hasPlaceholder(draft.type) && draft.placeholder.trim() ? { placeholder: draft.placeholder.trim() } : {}),
      ...(draft.help.trim() ? { help: draft.help.trim() } : {}),
      ...(hasLength(draft.type) && length ? { max_length: length } : {}),
    };
  });
}

export function optionsOf(draft: QuestionDraft): string[] {
  return draft.options.split('\n').map(line).filter(Boolean);
}

/** What the database would refuse of this question, by part. */
export function questionProblems(draft: QuestionDraft): Partial<Record<QuestionPart, QuestionProblem>> {
  const problems: Partial<Record<QuestionPart, QuestionProblem>> = {};
  const label = line(draft.label);
  if (!label) problems.label = 'question_label_missing';
  else if ([...label].length > LONGEST_LINE) problems.label = 'line_too_long';
  if (hasOptions(draft.type)) {
    const options = optionsOf(draft);
    if (!options.length) problems.options = 'options_missing';
    else if (options.length > MOST_OPTIONS) problems.options = 'options_too_many';
    else if (new Set(options).size < options.length) problems.options = 'options_repeated';
    else if (options.some((option) => [...option].length > LONGEST_LINE)) problems.options = 'line_too_long';
  }
  if (hasPlaceholder(draft.type) && [...draft.placeholder].length > LONGEST_HELP) problems.placeholder = 'text_too_long';
  if ([...draft.help].length > LONGEST_HELP) problems.help = 'text_too_long';
  if (hasLength(draft.type) && draft.max_length.trim()) {
    const length = whole(draft.max_length);
    if (length === undefined || length < 1 || length > LONGEST_ANSWER) problems.max_length = 'max_length_wrong';
  }
  return problems;
}

/** The list with the one at `index` moved by `steps`; as it was where it would leave the list. */
export function moved<T>(list: T[], index: number, steps: number): T[] {
  const to = index + steps;
  if (to < 0 || to >= list.length) return list;
  const copy = [...list];
  const [one] = copy.splice(index, 1);
  copy.splice(to, 0, one!);
  return copy;
}

function freeId(wanted: string, taken: Set<string>): string {
  const base = wanted.slice(0, 56);
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}_${number}`;
    if (!taken.has(id)) return id;
  }
}

/** One line as people read it: control characters and white space around it are no part. */
function line(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
