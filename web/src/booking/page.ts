// The whole page for each step of a booking: which parts of it are there, what stands in place of them, and
// what is said above the button. Only templates.

import { html, nothing, type TemplateResult } from 'lit';
import type { Refusal } from '../api/errors';
import { notice } from '../parts/notice';
import type { GuestText } from '../text/guest';
import { confirmation, type Confirmation } from './confirmation';
import { form, type FormView } from './form';
import type { Model } from './state';
import { about, calendar, skeleton, summary, times, zone, type View } from './view';

/** What the element knows besides the state. */
export interface Screen {
  readonly offline: boolean;
  readonly preview: boolean;
  /** Book waits, since there were too many attempts. */
  readonly rests: boolean;
  /** The answer of an attempt before is asked for. */
  readonly checking: boolean;
  readonly form: Pick<FormView, 'typed' | 'problems' | 'change' | 'left' | 'submit'>;
  readonly done: Pick<
    Confirmation,
    'email' | 'guests' | 'manage' | 'redirect' | 'fileFailed' | 'file' | 'another' | 'changeEmail'
  >;
}

/** What is there instead of the page, as long as it is not known what it is of. */
export function bare(t: GuestText, model: Model, level: number, retry: () => void): TemplateResult {
  const { step } = model;
  if (step.at === 'closed') return instead(t('closed'), level, html`<p class="muted">${t('closed_help')}</p>`);
  if (step.at !== 'unreachable') return html`<div aria-busy="true"><slot></slot>${skeleton()}</div>`;
  const more = html`<p class="muted">${t(step.refusal.kind === 'offline' ? 'offline' : 'lost')}</p>
    <button type="button" class="primary" part="button button-primary" @click=${retry}>${t('retry')}</button>
    ${code(step.refusal)}`;
  return instead(t('unreachable'), level, more);
}

export function page(view: View, screen: Screen): TemplateResult {
  const { step } = view.model;
  switch (step.at) {
    case 'times':
      return html`<div class="page">${about(view)} ${calendar(view)} ${times(view)} ${zone(view)}</div>`;
    case 'form':
    case 'sending':
    case 'unanswered':
      return html`<div class="page filling">${about(view)} ${filling(view, step, screen)}</div>`;
    case 'done':
      return html`<div class="page whole">
        ${confirmation({ ...view, ...screen.done, booked: step.booked, booking: step.booking })}
      </div>`;
    default:
      return bare(view.t, view.model, view.level, view.act.retry);
  }
}

type Filling = Extract<Model['step'], { readonly at: 'form' | 'sending' | 'unanswered' }>;

function filling(view: View, step: Filling, screen: Screen): TemplateResult {
  const { t, link } = view;
  const sending = step.at === 'sending';
  const words = { form: 'book', sending: screen.checking ? 'checking' : 'booking', unanswered: 'check' } as const;
  const waits = screen.offline ? t('booking_waits') : screen.rests ? t('rests') : undefined;
  return html`<section class="filler" aria-labelledby="form">
    ${summary(view, step.start, sending)}
    <h3 id="form" class="heading" tabindex="-1" aria-level=${view.level + 1}>${t('your_details')}</h3>
    ${form({
      ...screen.form,
      t,
      link,
      resting: step.at !== 'form',
      above: above(view, step, screen),
      button: { label: t(words[step.at]), busy: sending, waits },
    })}
  </section>`;
}

/** Above the button: what is wrong with the whole, since what is wrong with a field stands there. */
function above({ t, labels, link, now }: View, step: Filling, { form: { problems } }: Screen): unknown {
  const owner = link.owner_name;
  const tell = (text: string, more?: { code?: string; more?: unknown }) => notice({ text, kind: 'error', spoken: 'alert', ...more });
  if (step.at === 'unanswered') return tell(t('unanswered'), { more: html`<p>${t('unanswered_help')}</p>` });
  if (step.at !== 'form') return nothing;
  if (problems.length > 1) return tell(t('fault_count', { count: problems.length }));
  const { refusal } = step;
  if (!refusal || problems.length) return nothing;
  switch (refusal.kind) {
    case 'too_many': {
      const time = refusal.wait === undefined ? undefined : labels.time(now + refusal.wait * 1000);
      return tell(time ? t('too_many_until', { owner, time }) : t('too_many', { owner }));
    }
    case 'calendar':
      return tell(t('calendar_unknown_book'));
    case 'malformed':
      return tell(t('refused'), { code: refusal.detail || refusal.code });
    default:
      return tell(t('failed_book'), { code: refusal.code });
  }
}

function instead(heading: string, level: number, more: TemplateResult): TemplateResult {
  return html`<section class="nothing">
    <h2 id="nothing" class="title" tabindex="-1" aria-level=${level}>${heading}</h2>
    ${more}
  </section>`;
}

function code(refusal: Refusal) {
  return refusal.code ? html`<p class="code" lang="en" dir="ltr">${refusal.code}</p>` : nothing;
}
