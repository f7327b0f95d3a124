// What the browser's tab keeps of a guest's choices, and when it has time. Nothing personal: the zone and the
// way that times are written.

import type { HourCycle } from '../time/labels';

type Kept = 'zone' | 'cycle';

/** The tab's storage, where the browser lets us have it: frames may not. */
export function tabStorage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

export function recall(what: Kept): string | undefined {
  return tabStorage()?.getItem(`scheduling-${what}`) ?? undefined;
}

export function remember(what: Kept, value: string): void {
  try {
    tabStorage()?.setItem(`scheduling-${what}`, value);
  } catch {
    // full, or refused: the choice lasts as long as the page
  }
}

export function cycleOf(kept: string | undefined): HourCycle | undefined {
  return kept === 'h12' || kept === 'h23' ? kept : undefined;
}

/** Soon, when nothing more urgent is to be done; Safari has no such callback. */
export function idle(what: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(what, { timeout: 1000 });
  else setTimeout(what, 200);
}
