// What the guest has typed so far, what is wrong with it, and what of it was sent. Outlives every step back and
// every refusal; ends with the page.

import type { Refusal } from '../api/errors';
import type { BookingLink } from '../api/types';
import { filled, type Prefill } from './prefill';
import { blank, fieldOf, problems, told, touched, type Problem, type Typed } from './typed';

/** After too many attempts Book rests for so long, in milliseconds. */
export const REST = 60_000;

export class Filling {
  typed: Typed = blank();
  problems: readonly Problem[] = [];
  /** What was sent and has no answer yet, exactly as it was. */
  sent: Record<string, unknown> | undefined;
  restsUntil = 0;
  #before: Typed = blank();
  /** Once Book was pressed, what was mended is seen at once. */
  #pressed = false;

  /** Before the form is first drawn. */
  prefill(prefill: Prefill, link: BookingLink): void {
    this.typed = filled(prefill, link);
    this.#before = structuredClone(this.typed);
  }

  get touched(): boolean {
    return touched(this.typed, this.#before);
  }

  /** A field was left: what is wrong with it, or no longer; true where that is another thing than before. */
  left(field: string, link: BookingLink): boolean {
    const now = problems(this.typed, link).filter((one) => one.field === field);
    const others = this.problems.filter((one) => one.field !== field);
    const before = JSON.stringify(this.problems);
    this.problems = [...others, ...now];
    return JSON.stringify(this.problems) !== before;
  }

  /** All is looked at; the first field that is wrong. */
  check(link: BookingLink): string | undefined {
    this.#pressed = true;
    this.problems = problems(this.typed, link);
    return this.problems[0]?.field;
  }

  /** A field is typed in: its fault goes as soon as it is mended. */
  mended(link: BookingLink): boolean {
    if (!this.#pressed || !this.problems.length) return false;
    const wrong = new Set(problems(this.typed, link).map((one) => one.field));
    const left = this.problems.filter((one) => wrong.has(one.field) && one.fault !== 'fault_refused');
    if (left.length === this.problems.length) return false;
    this.problems = left;
    return true;
  }

  arguments(link: BookingLink): Record<string, unknown> {
    return told(this.typed, link);
  }

  /** The field that the database refused, marked; undefined where the form has none of that name. */
  refused(refusal: Refusal, link: BookingLink): string | undefined {
    if (refusal.kind === 'too_many') this.restsUntil = Date.now() + REST;
    if (refusal.kind !== 'malformed') return undefined;
    const field = fieldOf(refusal.word, this.typed, link);
    if (field) this.problems = [{ field, fault: 'fault_refused' }];
    return field;
  }

  /** For one more booking by the same guest. */
  anew(): void {
    const { name, email, phone } = this.typed;
    this.typed = { ...blank(), name, email, phone };
    this.#before = structuredClone(this.typed);
    this.problems = [];
    this.sent = undefined;
    this.#pressed = false;
  }
}
