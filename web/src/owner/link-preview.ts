// What guests would see of the link in the editor, saved or not: the form, and the times by its numbers, asked for a moment after the last
// change, and never answered by an older question. What is saved and unchanged is asked as guests ask it.

import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Api } from '../api/client';
import { Refusal } from '../api/errors';
import { allStarts } from '../api/slots';
import type { Owner, Slot } from '../api/types';
import type { OwnerText } from '../text/owner';
import { addDays, byDay, dayOf, startOfDay, iso, type Day, type Instant } from '../time/days';
import type { Labels } from '../time/labels';
import { formPreview } from './form-preview';
import { rulesOf, type LinkForm } from './link-form';
import type { LinkRow } from './link-row';

const PAUSE = 350;
const DAYS = 14;
const DAYS_SHOWN = 5;
const TIMES_SHOWN = 6;

type Found = { kind: 'none' } | { kind: 'wrong' } | { kind: 'times'; days: Map<Day, Instant[]> } | { kind: 'refused'; refusal: Refusal };

export class LinkPreview implements ReactiveController {
  found: Found = { kind: 'none' };
  busy = false;
  #shows: 'times' | 'form' = 'times';
  #host: ReactiveControllerHost;
  #asked = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.stop();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#asked = '';
    this.busy = false;
    this.found = { kind: 'none' };
  }

  /** Asks for what the editor holds now, where that is another question than the last one; `saved`: as it is stored. */
  follow(server: Api, owner: Owner, form: LinkForm, saved: LinkRow | undefined): void {
    const rules = rulesOf(form);
    const question = JSON.stringify([owner.owner, saved?.updated_at, rules, form.booking_window_days]);
    if (question === this.#asked) return;
    const first = this.#asked === '';
    this.#asked = question;
    clearTimeout(this.#timer);
    this.#request?.abort();
    if (!rules) {
      this.found = { kind: 'wrong' };
      this.busy = false;
      return;
    }
    const request = (this.#request = new AbortController());
    this.busy = true;
    const until = untilOf(owner.timezone, Number(form.booking_window_days));
    this.#timer = setTimeout(
      async () => {
        try {
          const starts = await allStarts((from_time) => {
            const asked = saved ? { slug: saved.slug } : { owner: owner.owner, ...rules };
            const args = { ...asked, from_time, until_time: until };
            return server.read<Slot>(saved ? 'link_slots' : 'available_slots', args, { select: 'slot_start', signal: request.signal });
          });
          if (request.signal.aborted) return;
          this.found = { kind: 'times', days: byDay(starts, owner.timezone) };
        } catch (error) {
          if (request.signal.aborted) return;
          this.found = { kind: 'refused', refusal: error instanceof Refusal ? error : new Refusal('failed') };
        }
        this.busy = false;
        this.#host.requestUpdate();
      },
      first ? 0 : PAUSE,
    );
  }

  /** Asks anew after a refusal. */
  again(): void {
    this.#asked = '';
    this.#host.requestUpdate();
  }

  render(t: OwnerText, locale: string, labels: Labels, owner: Owner, form: LinkForm, saved: boolean, refused: (refusal: Refusal) => string): TemplateResult {
    const hours = form.availability_settings !== null && !saved;
    return html`<aside class="card preview" aria-labelledby="heading-preview" aria-busy=${this.busy ? 'true' : nothing}>
      <h3 id="heading-preview">${t('preview')}</h3>
      <p class="muted">${t('preview_unsaved')}</p>
      <div class="shelves" role="group" aria-label=${t('preview')}>
        ${(['times', 'form'] as const).map(
          (shows) => html`<button
            type="button"
            aria-pressed=${shows === this.#shows ? 'true' : 'false'}
            @click=${() => {
              this.#shows = shows;
              this.#host.requestUpdate();
            }}
          >${t(`preview_${shows}`)}</button>`,
        )}
      </div>
      ${this.#shows === 'form'
        ? formPreview(locale, labels, form)
        : html`<p class="muted">${t('preview_zone', { zone: owner.timezone.replaceAll('_', ' ') })}</p>
            ${hours ? html`<p class="notice">${t('preview_hours')}</p>` : nothing} ${this.#found(t, labels, refused)}`}
    </aside>`;
  }

  #found(t: OwnerText, labels: Labels, refused: (refusal: Refusal) => string) {
    const found = this.found;
    if (found.kind === 'wrong') return html`<p>${t('preview_wrong')}</p>`;
    if (found.kind === 'refused') {
      return html`<p>${refused(found.refusal)}</p>
        <div><button type="button" class="small" @click=${() => this.again()}>${t('retry')}</button></div>`;
    }
    if (found.kind === 'none') return html`<p class="muted">${t('loading')}</p>`;
    if (!found.days.size) return html`<p>${t('preview_none')}</p>`;
    return html`<ul class="days">
      ${[...found.days].slice(0, DAYS_SHOWN).map(
        ([day, starts]) => html`<li class="day">
          <span>${labels.shortDay(day)}</span>
          <ul class="starts">
            ${starts.slice(0, TIMES_SHOWN).map((start) => html`<li>${labels.timeTold(start, starts)}</li>`)}
            ${starts.length > TIMES_SHOWN ? html`<li class="muted">${t('preview_more', { count: starts.length - TIMES_SHOWN })}</li>` : nothing}
          </ul>
        </li>`,
      )}
    </ul>`;
  }
}

/** The end of what is shown: two weeks, or the end of the link's window where that is sooner. */
function untilOf(zone: string, window: number): string {
  const days = Math.min(DAYS, window + 1);
  return iso(startOfDay(addDays(dayOf(Date.now(), zone), days), zone));
}
