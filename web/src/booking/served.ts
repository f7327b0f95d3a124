// The page that PostgREST serves for a link: what its address fills in is taken out of it, what the page holds is
// not asked for again, the browser's Back leads from the form to the times, and a frame talks to its parent.

import type { BookingLink } from '../api/types';
import { direction, spoken } from '../text/text';
import type { Theme } from '../element';
import type { SchedulingBooking } from './element';
import { parameters } from './prefill';
import { speakTo } from './framed';

/** Does nothing on other pages. */
export function serve(): void {
  const element = document.querySelector<SchedulingBooking>('scheduling-booking');
  const link = held();
  if (!element || !link || link.slug !== element.slug) return;
  const { prefill, wishes, rest, fragment } = address();
  const { duration, date, month, timezone, theme } = wishes;
  element.link = link;
  element.prefill = prefill;
  element.level = 1;
  element.manage ||= `${element.api.replace(/\/$/, '')}/rpc/manage_page#manage=`;
  if (duration) element.duration = duration;
  if (date ?? month) element.date = (date ?? month)!;
  if (timezone) element.timezone = timezone;
  if (theme === 'auto' || theme === 'light' || theme === 'dark') element.theme = theme satisfies Theme;
  speak(element, spoken(wishes.locale, ...navigator.languages, link.locale));
  const query = rest.toString();
  history.replaceState(history.state, '', `${location.pathname}${query && `?${query}`}${fragment}`);
  const parent = rest.get('embed');
  if (window.parent !== window) parent && speakTo(element, parent);
  else walk(element);
}

/**
 * Parameters stand behind `?` or, where no server shall see them or PostgREST knows no argument of that name,
 * behind `#`. What is left of each stays where it was.
 */
function address() {
  const query = parameters(new URLSearchParams(location.search));
  const hidden = parameters(new URLSearchParams(location.hash.includes('=') ? location.hash.slice(1) : ''));
  const left = hidden.rest.toString();
  return {
    prefill: {
      ...query.prefill,
      ...hidden.prefill,
      answers: { ...query.prefill.answers, ...hidden.prefill.answers },
      attribution: { ...query.prefill.attribution, ...hidden.prefill.attribution },
    },
    wishes: { ...query.wishes, ...hidden.wishes },
    rest: query.rest,
    fragment: location.hash.includes('=') ? left && `#${left}` : location.hash,
  };
}

/** The row that the page holds. */
function held(): BookingLink | undefined {
  try {
    const text = document.getElementById('scheduling-data')?.textContent ?? 'null';
    return (JSON.parse(text) as { link?: BookingLink } | null)?.link;
  } catch {
    return undefined;
  }
}

function speak(element: SchedulingBooking, locale: string): void {
  element.locale = locale;
  document.documentElement.lang = locale;
  document.documentElement.dir = direction(locale);
}

/** One entry of the history for the form, so that Back leads to the times first. */
function walk(element: SchedulingBooking): void {
  const FORM = 'scheduling-form';
  element.addEventListener('scheduling-time', () => {
    if (history.state !== FORM) history.pushState(FORM, '');
  });
  element.addEventListener('scheduling-back', (event) => {
    if (history.state !== FORM) return;
    event.preventDefault();
    history.back();
  });
  addEventListener('popstate', () => element.back());
}
