// The booking page inside a frame: tells the page around it each step and how high it is, and takes from it what
// fills the form in and how it looks. Speaks to the one origin that it was framed for, and to no other.

import { enveloped, opened, type FromFrame, type ToFrame } from '../embed/messages';
import type { SchedulingBooking } from './element';

const TOLD = ['ready', 'day', 'time', 'submit', 'booked', 'refused', 'close'] as const;

/** `origin` is what `?embed=` names: it is taken where the frame is really in a page of it. */
export function speakTo(element: SchedulingBooking, named: string): void {
  const origin = originOf(named);
  if (!origin || !around(origin)) return;
  const tell = (message: FromFrame) => window.parent.postMessage(enveloped(message), origin);

  for (const type of TOLD) {
    element.addEventListener(`scheduling-${type}`, (event) => {
      tell({ type, ...(event as CustomEvent<object>).detail } as FromFrame);
    });
  }
  element.addEventListener('scheduling-redirect', (event) => {
    // The page around leaves by itself; this one never does.
    event.preventDefault();
    tell({ type: 'redirect', url: (event as CustomEvent<{ url: string }>).detail.url });
  });
  addEventListener('message', ({ origin: from, source, data }) => {
    if (from !== origin || source !== window.parent) return;
    const message = opened<ToFrame>(data);
    if (message?.type === 'prefill' && typeof message.prefill === 'object') element.fill(message.prefill);
    if (message?.type === 'theme' && ['auto', 'light', 'dark'].includes(message.theme)) element.theme = message.theme;
  });
  tell({ type: 'hello' });
  watch(tell);
}

/** One message for each height that differs, and none for what the message itself changes. */
function watch(tell: (message: FromFrame) => void): void {
  let told = 0;
  let waiting = false;
  const measure = () => {
    waiting = false;
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    tell({ type: 'resize', height });
  };
  new ResizeObserver(() => {
    if (!waiting) requestAnimationFrame(measure);
    waiting = true;
  }).observe(document.body);
}

function originOf(named: string): string | undefined {
  try {
    const { origin, protocol } = new URL(named);
    return protocol === 'https:' || protocol === 'http:' ? origin : undefined;
  } catch {
    return undefined;
  }
}

/** What the browser says of the page around; where it says nothing, it delivers to that origin only anyway. */
function around(origin: string): boolean {
  const ancestors = window.location.ancestorOrigins;
  if (ancestors?.length) return ancestors[0] === origin;
  return !document.referrer || originOf(document.referrer) === origin;
}
