// The form of a booking: who comes, what the link asks, who else is invited. Values are kept by the element; what
// is typed is drawn only when something else changes, so nobody's cursor jumps.

import { html, nothing, type TemplateResult } from 'lit';
import type { BookingLink } from '../api/types';
import { icon } from '../parts/icons';
import { inputId, question, text, type Field } from '../parts/question';
import type { GuestText } from '../text/guest';
import type { Answered, Problem, Typed } from './typed';

export interface FormView {
  readonly t: GuestText;
  readonly link: BookingLink;
  readonly typed: Typed;
  readonly problems: readonly Problem[];
  /** Sent, or about to be: nothing can be typed. */
  readonly resting: boolean;
  readonly change: (change: (typed: Typed) => void, draw: boolean) => void;
  readonly left: (field: string) => void;
  readonly submit: () => void;
  /** Above the button: what was refused as a whole. */
  readonly above: unknown;
  /** The button's words, and why it waits. */
  readonly button: { readonly label: string; readonly busy: boolean; readonly waits: string | undefined };
}

export function form(view: FormView): TemplateResult {
  const { t, link, typed, button } = view;
  const single = (name: 'name' | 'email' | 'phone' | 'notes', label: string) =>
    field(view, name, label, typed[name], (all, value) => (all[name] = value as string));
  return html`<form
    part="form"
    novalidate
    class="stack"
    @submit=${(event: Event) => {
      event.preventDefault();
      view.submit();
    }}
  >
    ${text(t, single('name', t('name')), { autocomplete: 'name', required: true })}
    ${text(t, single('email', t('email')), { type: 'email', inputmode: 'email', autocomplete: 'email', required: true })}
    ${text(t, single('phone', t('phone')), { type: 'tel', inputmode: 'tel', autocomplete: 'tel' })}
    ${link.questions.map((asked) =>
      question(
        t,
        asked,
        field(view, `answers.${asked.id}`, asked.label ?? asked.id, typed.answers[asked.id], (all, value) => {
          all.answers[asked.id] = value;
        }),
      ),
    )}
    ${text(t, single('notes', t('notes')), { lines: true })} ${guests(view)}
    <slot name="before-form"></slot>
    ${view.above}
    <div class="send">
      <button
        class="primary wide"
        part="button button-primary"
        aria-disabled=${button.busy || button.waits ? 'true' : nothing}
        aria-describedby=${button.waits ? 'waits' : nothing}
      >
        ${button.label}
      </button>
      ${button.waits ? html`<p class="muted small" id="waits">${button.waits}</p>` : nothing}
    </div>
  </form>`;
}

function guests(view: FormView) {
  const { t, link, typed, change } = view;
  if (link.max_guests <= 0) return nothing;
  const full = typed.guests.length >= link.max_guests;
  return html`<div class="guests stack">
    ${typed.guests.map((guest, row) => {
      const label = t('guest_email', { number: row + 1 });
      const one = field(view, `guests[${row}]`, label, guest, (all, value) => (all.guests[row] = value as string));
      return html`<div class="guest">
        ${text(t, one, { type: 'email', inputmode: 'email', bare: true })}
        <button
          type="button"
          class="icon plain"
          part="button"
          aria-label=${t('guest_remove', { number: row + 1 })}
          ?disabled=${view.resting}
          @click=${() => change((all) => all.guests.splice(row, 1), true)}
        >
          ${icon('close')}
        </button>
      </div>`;
    })}
    ${full
      ? nothing
      : html`<div>
          <button
            type="button"
            class="plain add"
            part="button"
            ?disabled=${view.resting}
            aria-describedby="guest-help"
            @click=${(event: Event) => {
              change((all) => all.guests.push(''), true);
              focusSoon((event.target as HTMLElement).getRootNode() as ShadowRoot, inputId(`guests[${typed.guests.length - 1}]`));
            }}
          >
            <span aria-hidden="true">+</span> ${t('guest_add')}
          </button>
          <span class="muted small" id="guest-help">${t('guest_help')}</span>
        </div>`}
  </div>`;
}

function field(
  view: FormView,
  name: string,
  label: string,
  value: Answered | undefined,
  put: (typed: Typed, value: Answered) => void,
): Field {
  const problem = view.problems.find((one) => one.field === name);
  return {
    name,
    label,
    value,
    fault: problem && view.t(problem.fault, problem.limit ? { limit: problem.limit } : {}),
    resting: view.resting,
    // Options are drawn anew: which is chosen is a matter of all of them.
    input: (given) => view.change((typed) => put(typed, given), typeof given !== 'string'),
    left: () => view.left(name),
  };
}

function focusSoon(root: ShadowRoot, id: string): void {
  requestAnimationFrame(() => root.getElementById(id)?.focus());
}
