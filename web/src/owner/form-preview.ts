// The form as guests will see it, by the fields that the booking page has: what is typed in the editor, saved or not.
// Nothing can be sent from here, and what is tried is kept nowhere.

import { html, nothing, type TemplateResult } from 'lit';
import { prose } from '../parts/prose';
import { question, text, type Field } from '../parts/question';
import { guestText } from '../text/guest';
import type { Labels } from '../time/labels';
import { whole } from './amount';
import type { LinkForm } from './link-form';
import { questionsOf } from './question-draft';

export function formPreview(locale: string, labels: Labels, form: LinkForm): TemplateResult {
  const t = guestText(locale);
  const lengths = [form.duration_minutes, ...form.duration_options].map(whole).filter((length) => length !== undefined);
  const field = (name: string, label: string): Field => ({ name, label, value: undefined, resting: true, input: () => {}, left: () => {} });
  return html`<div class="form-preview stack">
    <div>
      <h4><bdi>${form.title}</bdi></h4>
      <p class="muted">${labels.list([...new Set(lengths)].sort((a, b) => a - b).map((length) => labels.length(length)))}</p>
    </div>
    ${form.description.trim() ? html`<div class="typed">${prose(form.description)}</div>` : nothing}
    ${text(t, field('name', t('name')), { required: true })} ${text(t, field('email', t('email')), { required: true })}
    ${text(t, field('phone', t('phone')), {})}
    ${questionsOf(form.questions).map((asked) => question(t, asked, field(`answers.${asked.id}`, asked.label)))}
    ${text(t, field('notes', t('notes')), { lines: true })}
  </div>`;
}
