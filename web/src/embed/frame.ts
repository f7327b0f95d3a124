// `<scheduling-frame>`: a booking page in a frame that is as high as its content, and its messages as events of
// this page. Listens to the one origin of `src`, and to that one frame.

import { enveloped, opened, type FromFrame, type ToFrame } from './messages';

type Theme = 'auto' | 'light' | 'dark';

/**
 * @attr src - The booking page's address.
 * @attr theme - `auto`, `light` or `dark`.
 * @attr label - What the frame is called for those who hear the page; "Booking" unless told.
 * @attr target - Where a redirect after booking goes: this page itself (`_self`), or nowhere (`none`).
 * @fires scheduling-ready, scheduling-day, scheduling-time, scheduling-submit, scheduling-booked,
 *   scheduling-refused, scheduling-close, scheduling-redirect - What the frame tells, without anything personal.
 */
export class SchedulingFrame extends HTMLElement {
  static observedAttributes = ['src', 'theme'];
  #frame: HTMLIFrameElement | undefined;
  #origin = '';
  #prefill: object | undefined;

  /** What the form begins with: sent to the frame, and in no address. */
  set prefill(prefill: object | undefined) {
    this.#prefill = prefill;
    if (prefill) this.#send({ type: 'prefill', prefill });
  }

  get prefill(): object | undefined {
    return this.#prefill;
  }

  connectedCallback(): void {
    addEventListener('message', this.#hear);
    this.#show();
  }

  disconnectedCallback(): void {
    removeEventListener('message', this.#hear);
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || before === now) return;
    if (name === 'src') this.#show();
    else this.#theme();
  }

  #show(): void {
    const src = this.getAttribute('src');
    if (!src) return;
    const url = new URL(src, document.baseURI);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return;
    this.#origin = url.origin;
    url.searchParams.set('embed', location.origin);
    const frame = (this.#frame ??= document.createElement('iframe'));
    frame.title = this.getAttribute('label') ?? 'Booking';
    // By the object model: what styles a page's policy allows does not matter.
    Object.assign(frame.style, { display: 'block', inlineSize: '100%', blockSize: '40rem', border: '0' });
    frame.src = url.href;
    if (!frame.isConnected) this.append(frame);
  }

  #theme(): void {
    this.#send({ type: 'theme', theme: (this.getAttribute('theme') ?? 'auto') as Theme });
  }

  #send(message: ToFrame): void {
    if (this.#origin) this.#frame?.contentWindow?.postMessage(enveloped(message), this.#origin);
  }

  #hear = ({ origin, source, data }: MessageEvent): void => {
    if (origin !== this.#origin || !this.#frame || source !== this.#frame.contentWindow) return;
    const message = opened<FromFrame>(data);
    if (!message) return;
    if (message.type === 'resize') {
      if (message.height > 0 && message.height < 20_000) this.#frame.style.blockSize = `${Math.ceil(message.height)}px`;
      return;
    }
    if (message.type === 'hello') {
      // The frame listens from now on.
      this.#theme();
      if (this.#prefill) this.#send({ type: 'prefill', prefill: this.#prefill });
      return;
    }
    const { type, source: _, version, ...detail } = message as FromFrame & { source: string; version: number };
    const event = new CustomEvent(`scheduling-${type}`, { detail, bubbles: true, composed: true, cancelable: true });
    const follow = this.dispatchEvent(event) && this.getAttribute('target') !== 'none';
    // Chosen by the owner of the booking page, whom this page trusts with its frame; never another scheme.
    if (message.type === 'redirect' && follow && /^https?:/.test(message.url)) location.assign(message.url);
  };
}
