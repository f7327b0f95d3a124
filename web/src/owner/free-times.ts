// What of the next two weeks can be booked, as the database says now: asked after each save, and shown as a bar a
// day. Computes no rule: it only joins the slots that it is given.

import { css, html, nothing, svg, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Api } from '../api/client';
import type { Refusal } from '../api/errors';
import type { Owner, Slot } from '../api/types';
import type { OwnerText } from '../text/owner';
import { addDays, byDay, type Day, dayOf, type Instant, instant, timeOf } from '../time/days';
import type { Labels } from '../time/labels';
import { minutes } from './hours';
import { refusalOf, sentence } from './refusals';

export const freeTimesStyles = css`
  .free-times ul {
    display: grid;
    gap: 0.15rem;
    margin-block-start: 0.75rem;
  }
  .free-times li {
    display: grid;
    grid-template-columns: 6.75rem minmax(0, 1fr);
    align-items: center;
    gap: 0 0.75rem;
    padding-block: 0.3rem;
    font-size: 0.92em;
  }
  .free-times svg {
    inline-size: 100%;
    block-size: 0.65rem;
    border-radius: 1rem;
    background: var(--_surface-2);
  }
  :host(:dir(rtl)) .free-times svg {
    transform: scaleX(-1);
  }
  .free-times rect {
    fill: var(--_accent);
  }
  .free-times .told {
    grid-column: 2;
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.9em;
    color: var(--_text-muted);
    font-variant-numeric: tabular-nums;
  }
  .free-times[aria-busy='true'] ul {
    opacity: 0.5;
  }
  @media (forced-colors: active) {
    .free-times rect {
      fill: Highlight;
    }
  }
`;

/** Of how long a meeting is asked: the default of `available_slots`. */
export const LENGTH = 30;
const DAYS = 14;

export interface Range {
  from: Instant;
  until: Instant;
}

/** The slots of each day, joined where one begins before the one before it has ended. */
export function freeRanges(starts: readonly Instant[], length: number, zone: string): Map<Day, Range[]> {
  const days = new Map<Day, Range[]>();
  for (const [day, of] of byDay(starts, zone)) {
    const ranges: Range[] = [];
    for (const from of of) {
      const last = ranges.at(-1);
      const until = from + length * 60_000;
      if (last && from <= last.until) last.until = Math.max(last.until, until);
      else ranges.push({ from, until });
    }
    days.set(day, ranges);
  }
  return days;
}

export class FreeTimes implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #found: { days: Map<Day, Range[]>; first: Day } | undefined;
  #refusal: Refusal | undefined;
  #request: AbortController | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#request?.abort();
  }

  forget(): void {
    this.#request?.abort();
    this.#found = undefined;
    this.#refusal = undefined;
  }

  /** Asks anew; an older question that is still open is not heard any more. */
  async ask(server: Api, owner: Owner, zone: string): Promise<void> {
    this.#request?.abort();
    const request = (this.#request = new AbortController());
    this.#host.requestUpdate();
    try {
      const slots = await server.read<Slot>('available_slots', { owner: owner.owner, duration_minutes: LENGTH }, { select: 'slot_start', signal: request.signal });
      if (request !== this.#request) return;
      const starts = slots.map((slot) => instant(slot.slot_start));
      this.#found = { days: freeRanges(starts, LENGTH, zone), first: dayOf(Date.now(), zone) };
      this.#refusal = undefined;
    } catch (error) {
      if (request !== this.#request) return;
      this.#refusal = refusalOf(error);
    }
    this.#request = undefined;
    this.#host.requestUpdate();
  }

  render(t: OwnerText, labels: Labels, again: () => void): TemplateResult {
    return html`<section class="card free-times" aria-labelledby="free-times" aria-busy=${this.#request ? 'true' : 'false'}>
      <h2 id="free-times">${t('free_times')}</h2>
      <p class="muted">${t('free_times_what')}</p>
      ${this.#refusal
        ? html`<div class="notice error stack">
            <p>${sentence(t, this.#refusal)}</p>
            <div><button type="button" part="button" @click=${again}>${t('retry')}</button></div>
          </div>`
        : nothing}
      ${this.#found && !this.#refusal ? this.#days(t, labels, this.#found) : nothing}
    </section>`;
  }

  #days(t: OwnerText, labels: Labels, found: { days: Map<Day, Range[]>; first: Day }): TemplateResult {
    return html`<ul>
      ${Array.from({ length: DAYS }, (_, n) => addDays(found.first, n)).map((day) => {
        const ranges = found.days.get(day) ?? [];
        return html`<li>
          <span>${labels.shortDay(day)}</span>
          <svg viewBox="0 0 1440 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            ${ranges.map(({ from, until }) => {
              const start = minutes(timeOf(from, labels.zone));
              const end = dayOf(until, labels.zone) === day ? minutes(timeOf(until, labels.zone)) : 1440;
              return svg`<rect x=${start} y="0" width=${Math.max(end - start, 0)} height="10" />`;
            })}
          </svg>
          <span class="told">
            ${ranges.length ? ranges.map(({ from, until }) => html`<bdi>${labels.range(from, until)}</bdi>`) : t('free_times_none')}
          </span>
        </li>`;
      })}
    </ul>`;
  }
}
