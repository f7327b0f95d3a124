// What would move the page is put off while a finger or a button is down: what is pressed has to be there still
// when it is let go, or the press is none.

let down = false;
let waiting: (() => void)[] = [];

/** Now, or once the press that is on its way is over. */
export function afterPress(what: () => void): void {
  if (down) waiting.push(what);
  else what();
}

function over(): void {
  down = false;
  const due = waiting;
  waiting = [];
  // The click comes after.
  if (due.length) setTimeout(() => due.forEach((what) => what()));
}

if (typeof addEventListener === 'function') {
  addEventListener('pointerdown', () => (down = true), { capture: true, passive: true });
  addEventListener('pointerup', over, { capture: true, passive: true });
  addEventListener('pointercancel', over, { capture: true, passive: true });
}
