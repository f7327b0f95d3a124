// A question with two answers, before something that cannot be taken back or that is easily misunderstood.
// A native modal dialog: focus stays in it, Escape is a no, and focus goes back to where it was.

import { css, html, type TemplateResult } from 'lit';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export const askStyles = css`
  dialog.ask {
    max-inline-size: min(28rem, calc(100vi - 2rem));
    padding: calc(var(--_gap) * 1.5);
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 1.4);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: var(--_shadow);
  }
  dialog.ask::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  dialog.ask .answers {
    justify-content: flex-end;
  }
`;

export interface Question {
  title: string;
  text: string;
  yes: string;
  no: string;
  /** Yes takes something away. */
  danger?: boolean;
}

/** Asks; render `ask.dialog()` once in the host. */
export class Ask implements ReactiveController {
  readonly #host: ReactiveControllerHost & { readonly renderRoot: HTMLElement | DocumentFragment };
  #question: Question | undefined;
  #answer: ((yes: boolean) => void) | undefined;

  constructor(host: ReactiveControllerHost & { readonly renderRoot: HTMLElement | DocumentFragment }) {
    this.#host = host;
    host.addController(this);
  }

  /** The answer; Escape, and a question asked before this one, are a no. */
  ask(question: Question): Promise<boolean> {
    this.#answer?.(false);
    this.#question = question;
    this.#host.requestUpdate();
    return new Promise((answer) => {
      this.#answer = answer;
      void this.#host.updateComplete.then(() => {
        const dialog = this.#dialog;
        if (!dialog) this.#end(false);
        else if (!dialog.open) dialog.showModal();
      });
    });
  }

  hostDisconnected(): void {
    this.#end(false);
  }

  dialog(): TemplateResult {
    const question = this.#question;
    return html`<dialog class="ask" part="dialog" aria-labelledby="ask-title" aria-describedby="ask-text" @close=${this.#closed}>
      <div class="stack">
        <h2 id="ask-title">${question?.title}</h2>
        <p id="ask-text">${question?.text}</p>
        <div class="row answers">
          <button type="button" part="button" autofocus @click=${() => this.#end(false)}>${question?.no}</button>
          <button
            type="button"
            class=${question?.danger ? 'danger' : 'primary'}
            part="button ${question?.danger ? '' : 'button-primary'}"
            @click=${() => this.#end(true)}
          >
            ${question?.yes}
          </button>
        </div>
      </div>
    </dialog>`;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.#host.renderRoot.querySelector('dialog.ask');
  }

  readonly #closed = (): void => this.#end(false);

  #end(yes: boolean): void {
    const answer = this.#answer;
    this.#answer = undefined;
    const dialog = this.#host.renderRoot?.querySelector<HTMLDialogElement>('dialog.ask');
    if (dialog?.open) dialog.close();
    answer?.(yes);
  }
}
