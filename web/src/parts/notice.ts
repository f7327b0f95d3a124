// What happened, in a sentence, with what to do next. Errors are spoken at once, the rest when there is time;
// a notice that is there from the beginning is not spoken at all.

import { html, nothing, type TemplateResult } from 'lit';

export interface Notice {
  readonly text: string | TemplateResult;
  readonly kind?: 'error' | 'success';
  /** `alert` interrupts; without one nothing is spoken. */
  readonly spoken?: 'alert';
  readonly more?: unknown;
  /** SQLSTATE or the like, for who is asked for help; in English whatever the page's language. */
  readonly code?: string | undefined;
}

export function notice({ text, kind, spoken, more, code }: Notice): TemplateResult {
  return html`<div class="notice ${kind ?? ''}" part=${spoken ? 'alert' : nothing}>
    <p role=${spoken ?? nothing}>${text}</p>
    ${more ?? nothing} ${code ? html`<p class="code" lang="en" dir="ltr">${code}</p>` : nothing}
  </div>`;
}
