// Has the browser ask, in its own words, before a page with unsaved work is left.

export class LeaveGuard {
  #on = false;
  // One of its own for each guard: the same one twice would be one, and end with the first.
  readonly #ask = (event: BeforeUnloadEvent): void => event.preventDefault();

  set(needed: boolean): void {
    if (needed === this.#on) return;
    this.#on = needed;
    if (needed) window.addEventListener('beforeunload', this.#ask);
    else window.removeEventListener('beforeunload', this.#ask);
  }
}
