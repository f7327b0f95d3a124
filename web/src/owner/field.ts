// Fields of a form: a label, a control, help and what is wrong, tied together for those who hear the page. Each is
// a template of what it is given; nothing is remembered here. `name` is what the form calls it, and what ids are made of.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { OwnerText } from '../text/owner';
import { UNITS, type Amount, type Unit } from './amount';

export interface Field {
  name: string;
  label: string;
  help?: string | undefined;
  /** What is wrong, as a sentence. */
  error?: string | undefined;
  /** More beneath the control: a suggestion, a count. */
  more?: unknown;
  /** Seen by nobody, since what stands around says it; heard all the same. */
  quiet?: boolean;
}

interface Typed extends Field {
  value: string;
  change: (value: string) => void;
  /** When the field is left. */
  leave?: () => void;
}

export interface TextField extends Typed {
  type?: 'text' | 'url' | 'date' | 'time' | 'password';
  inputmode?: 'text' | 'numeric' | 'url';
  placeholder?: string;
  maxlength?: number;
  required?: boolean;
  /** What stands before what is typed. */
  prefix?: string | undefined;
  /** Written from left to right in any language: an address. */
  ltr?: boolean;
}

const value = (event: Event) => (event.target as HTMLInputElement).value;

/** The frame of any control; `control` gets what ties it to help and error. */
export function framed(field: Field, control: (described: string | typeof nothing) => TemplateResult): TemplateResult {
  const { name, help, error } = field;
  const described = [help && `${name}-help`, error && `${name}-error`].filter(Boolean).join(' ');
  return html`<div class="field" part="field">
    <label for=${name} part="label" class=${field.quiet ? 'hidden' : ''}>${field.label}</label>
    ${control(described || nothing)}
    ${error ? html`<p class="error" id="${name}-error" part="error">${error}</p>` : nothing}
    ${help ? html`<p class="help" id="${name}-help">${help}</p>` : nothing}
    ${field.more ?? nothing}
  </div>`;
}

export function textField(field: TextField): TemplateResult {
  return framed(field, (described) => {
    const input = html`<input
      id=${field.name}
      name=${field.name}
      part="input"
      type=${field.type ?? 'text'}
      inputmode=${field.inputmode ?? 'text'}
      dir=${field.ltr ? 'ltr' : nothing}
      placeholder=${field.placeholder ?? nothing}
      maxlength=${field.maxlength ?? nothing}
      autocomplete="off"
      aria-describedby=${described}
      aria-required=${field.required ? 'true' : nothing}
      aria-invalid=${field.error ? 'true' : nothing}
      .value=${live(field.value)}
      @input=${(event: Event) => field.change(value(event))}
      @blur=${() => field.leave?.()}
    />`;
    return field.prefix === undefined ? input : html`<div class="prefixed" dir="ltr"><span class="muted">${field.prefix}</span>${input}</div>`;
  });
}

export function numberField(field: TextField): TemplateResult {
  return textField({ inputmode: 'numeric', ...field });
}

export function longField(field: Typed & { rows?: number }): TemplateResult {
  return framed(
    field,
    (described) => html`<textarea
      id=${field.name}
      name=${field.name}
      part="input"
      rows=${field.rows ?? 4}
      aria-describedby=${described}
      aria-invalid=${field.error ? 'true' : nothing}
      .value=${live(field.value)}
      @input=${(event: Event) => field.change(value(event))}
      @blur=${() => field.leave?.()}
    ></textarea>`,
  );
}

export function choiceField(field: Typed & { options: readonly (readonly [value: string, label: string])[] }): TemplateResult {
  return framed(
    field,
    (described) => html`<select
      id=${field.name}
      name=${field.name}
      part="input"
      aria-describedby=${described}
      aria-invalid=${field.error ? 'true' : nothing}
      @change=${(event: Event) => field.change(value(event))}
    >
      ${field.options.map(
        ([option, label]) => html`<option value=${option} .selected=${live(option === field.value)}>${label}</option>`,
      )}
    </select>`,
  );
}

/** A number with its unit beside it. */
export function amountField(
  field: Field & { value: Amount; change: (value: Amount) => void; leave?: () => void; units?: readonly Unit[] },
  t: OwnerText,
): TemplateResult {
  return framed(
    field,
    (described) => html`<div class="amount">
      <input
        id=${field.name}
        name=${field.name}
        part="input"
        inputmode="numeric"
        autocomplete="off"
        aria-describedby=${described}
        aria-invalid=${field.error ? 'true' : nothing}
        .value=${live(field.value.typed)}
        @input=${(event: Event) => field.change({ ...field.value, typed: value(event) })}
        @blur=${() => field.leave?.()}
      />
      <select
        part="input"
        aria-label=${`${field.label}: ${t('unit')}`}
        @change=${(event: Event) => field.change({ ...field.value, unit: value(event) as Unit })}
      >
        ${(field.units ?? UNITS).map(
          (unit) => html`<option value=${unit} .selected=${live(unit === field.value.unit)}>${t(`unit_${unit}`)}</option>`,
        )}
      </select>
    </div>`,
  );
}

/** A tick with its words behind it. */
export function tickField(field: Field & { value: boolean; change: (value: boolean) => void }): TemplateResult {
  return html`<div class="tick">
    <input
      id=${field.name}
      name=${field.name}
      type="checkbox"
      aria-describedby=${field.help ? `${field.name}-help` : nothing}
      .checked=${live(field.value)}
      @change=${(event: Event) => field.change((event.target as HTMLInputElement).checked)}
    />
    <div>
      <label for=${field.name}>${field.label}</label>
      ${field.help ? html`<p class="help muted" id="${field.name}-help">${field.help}</p>` : nothing}
    </div>
  </div>`;
}
