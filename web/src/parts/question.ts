// One field of a guest's form: a native input with its label, help and fault, all in one root, so that the
// references between them hold. It shows and reports; what is right is decided elsewhere.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Question } from '../api/types';
import type { Answered } from '../booking/typed';
import type { GuestText } from '../text/guest';

/** A choice of so many is shown whole; more are a list to open. */
const SHOWN = 6;

export interface Field {
  /** As DETAIL calls it; its input's id is made of it. */
  readonly name: string;
  readonly label: string;
  readonly value: Answered | undefined;
  readonly fault?: string | undefined;
  readonly resting: boolean;
  /** After each change. */
  readonly input: (value: Answered) => void;
  /** When the field is left after a change. */
  readonly left: () => void;
}

interface Native {
  readonly type?: string;
  readonly autocomplete?: string;
  readonly inputmode?: string;
  readonly placeholder?: string | undefined;
  readonly help?: string | undefined;
  readonly required?: boolean | undefined;
  readonly lines?: boolean;
  /** Neither required nor marked as optional. */
  readonly bare?: boolean;
}

/** The id of a field's input, or of its first. */
export function inputId(name: string): string {
  return `field-${name.replace(/[^\w-]/g, '_')}`;
}

/** One line, or several. */
export function text(t: GuestText, field: Field, native: Native): TemplateResult {
  const id = inputId(field.name);
  const value = typeof field.value === 'string' ? field.value : '';
  const changed = (event: InputEvent) => field.input((event.target as HTMLInputElement).value);
  const input = native.lines
    ? html`<textarea
        id=${id}
        part="input"
        rows="4"
        .value=${live(value)}
        placeholder=${native.placeholder ?? nothing}
        aria-required=${native.required ? 'true' : nothing}
        aria-invalid=${field.fault ? 'true' : nothing}
        aria-describedby=${described(id, native.help, field.fault)}
        ?readonly=${field.resting}
        @input=${changed}
        @change=${field.left}
      ></textarea>`
    : html`<input
        id=${id}
        part="input"
        type=${native.type ?? 'text'}
        autocomplete=${native.autocomplete ?? 'off'}
        inputmode=${native.inputmode ?? nothing}
        .value=${live(value)}
        placeholder=${native.placeholder ?? nothing}
        aria-required=${native.required ? 'true' : nothing}
        aria-invalid=${field.fault ? 'true' : nothing}
        aria-describedby=${described(id, native.help, field.fault)}
        ?readonly=${field.resting}
        dir=${dirOf(native.type)}
        @input=${changed}
        @change=${field.left}
      />`;
  return html`<div class="field">
    <label for=${id} part="label">${name(t, field.label, native.required || native.bare)}</label>
    ${help(id, native.help)} ${input} ${fault(id, field.fault)}
  </div>`;
}

/** A question of a link. */
export function question(t: GuestText, asked: Question, field: Field): TemplateResult {
  const { placeholder, required } = asked;
  const common = { placeholder, required, help: asked.help };
  switch (asked.type ?? 'text') {
    case 'long_text':
      return text(t, field, { ...common, lines: true });
    case 'number':
      return text(t, field, { ...common, inputmode: 'decimal' });
    case 'email':
      return text(t, field, { ...common, type: 'email', inputmode: 'email' });
    case 'phone':
      return text(t, field, { ...common, type: 'tel', inputmode: 'tel' });
    case 'url':
      return text(t, field, { ...common, type: 'url', inputmode: 'url' });
    case 'date':
      return text(t, field, { ...common, type: 'date' });
    case 'boolean':
      return several(t, asked, field, 'radio', [
        { value: true, label: t('yes') },
        { value: false, label: t('no') },
      ]);
    case 'choices':
      return several(t, asked, field, 'checkbox', plain(asked));
    case 'choice':
      return (asked.options ?? []).length > SHOWN ? list(t, asked, field) : several(t, asked, field, 'radio', plain(asked));
    default:
      return text(t, field, common);
  }
}

interface Option {
  readonly value: string | boolean;
  readonly label: string;
}

function plain(asked: Question): Option[] {
  return (asked.options ?? []).map((option) => ({ value: option, label: option }));
}

function several(t: GuestText, asked: Question, field: Field, type: 'radio' | 'checkbox', options: Option[]): TemplateResult {
  const id = inputId(field.name);
  const chosen = (value: string | boolean) =>
    Array.isArray(field.value) ? field.value.includes(value) : field.value === value;
  const changed = (value: string | boolean, on: boolean) => {
    if (type === 'radio') field.input(value);
    else {
      const now = Array.isArray(field.value) ? (field.value as string[]) : [];
      // In the order of the options, whatever the order of presses.
      field.input(options.map((one) => String(one.value)).filter((one) => (one === value ? on : now.includes(one))));
    }
    field.left();
  };
  return html`<fieldset
    class="field"
    role=${type === 'radio' ? 'radiogroup' : 'group'}
    aria-required=${asked.required && type === 'radio' ? 'true' : nothing}
    aria-invalid=${field.fault && type === 'radio' ? 'true' : nothing}
    aria-describedby=${described(id, asked.help, field.fault)}
  >
    <legend part="label">${name(t, field.label, asked.required)}</legend>
    ${help(id, asked.help)}
    <div class=${typeof options[0]?.value === 'boolean' ? 'options row' : 'options'}>
      ${options.map(
        (option, index) => html`<label class="option">
          <input
            id=${index ? `${id}-${index}` : id}
            type=${type}
            name=${id}
            .checked=${live(chosen(option.value))}
            aria-disabled=${field.resting ? 'true' : nothing}
            @click=${(event: Event) => field.resting && event.preventDefault()}
            @change=${(event: Event) => changed(option.value, (event.target as HTMLInputElement).checked)}
          />
          <bdi>${option.label}</bdi>
        </label>`,
      )}
    </div>
    ${fault(id, field.fault)}
  </fieldset>`;
}

function list(t: GuestText, asked: Question, field: Field): TemplateResult {
  const id = inputId(field.name);
  return html`<div class="field">
    <label for=${id} part="label">${name(t, field.label, asked.required)}</label>
    ${help(id, asked.help)}
    <select
      id=${id}
      part="input"
      aria-required=${asked.required ? 'true' : nothing}
      aria-invalid=${field.fault ? 'true' : nothing}
      aria-describedby=${described(id, asked.help, field.fault)}
      ?disabled=${field.resting}
      @change=${(event: Event) => {
        field.input((event.target as HTMLSelectElement).value);
        field.left();
      }}
    >
      <option value="" ?selected=${!field.value}>${t('choose')}</option>
      ${(asked.options ?? []).map(
        (option) => html`<option value=${option} ?selected=${field.value === option}>${option}</option>`,
      )}
    </select>
    ${fault(id, field.fault)}
  </div>`;
}

/** What must be filled in is the rule: what need not be is marked. */
function name(t: GuestText, label: string, required: boolean | undefined): TemplateResult {
  return html`<bdi>${label}</bdi>${required ? nothing : html` <span class="optional">${t('optional')}</span>`}`;
}

function help(id: string, said: string | undefined) {
  return said ? html`<p class="help" id=${`${id}-help`}><bdi>${said}</bdi></p>` : nothing;
}

function fault(id: string, said: string | undefined) {
  return said ? html`<p class="error" part="error" id=${`${id}-fault`}>${said}</p>` : nothing;
}

function described(id: string, help: string | undefined, fault: string | undefined) {
  const ids = [help && `${id}-help`, fault && `${id}-fault`].filter(Boolean);
  return ids.length ? ids.join(' ') : nothing;
}

/** Addresses and numbers run from left to right in every language. */
function dirOf(type: string | undefined) {
  return type === 'email' || type === 'tel' || type === 'url' ? 'ltr' : type === 'date' ? nothing : 'auto';
}
