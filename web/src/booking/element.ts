// `<scheduling-booking>`: from free times to a booking. Here presses, focus and what is spoken meet; what the
// page is lies in state.ts, what it asks in course.ts and desk.ts, how it looks in page.ts.

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Refusal } from '../api/errors';
import type { Booked, BookingLink } from '../api/types';
import { saveInvitation } from '../parts/calendar-links';
import '../parts/dialog';
import '../parts/month';
import { notice } from '../parts/notice';
import { afterPress } from '../parts/press';
import { inputId } from '../parts/question';
import '../parts/time-list';
import '../parts/zone-picker';
import { guestText, type GuestText } from '../text/guest';
import { dayOf } from '../time/days';
import { Labels, localeCycle, type HourCycle } from '../time/labels';
import { isZone, ownZone } from '../time/zone';
import { attributionOf } from './attribution';
import { BookingAttributes } from './attributes';
import { bookingStyles } from './booking.css';
import { Course } from './course';
import { Desk } from './desk';
import { Filling, REST } from './filling';
import { settled } from './intent';
import { onwardAddress } from './onward';
import { bare, page } from './page';
import { move } from './moves';
import type { Prefill } from './prefill';
import { toSend } from './sending';
import { lengthOf, type Event as Happening, type Model } from './state';
import { cycleOf, idle, recall, remember, tabStorage } from './tab';
import type { View } from './view';

/** From the confirmation to the address that follows it. */
const ONWARD = 5_000;

export class SchedulingBooking extends BookingAttributes {
  static override styles = [...BookingAttributes.styles, bookingStyles];

  #course: Course | undefined;
  #filling = new Filling();
  #filled = false;
  #cycle: HourCycle | undefined = cycleOf(recall('cycle'));
  #zoneFault = false;
  #said = '';
  /** The id of what is focused once it is drawn. */
  #focus: string | undefined;
  #checking = false;
  #timers = new Set<ReturnType<typeof setTimeout>>();
  #onward: { href: string; soon: boolean } | undefined;
  #fileFailed = false;

  /** Reads anew what is shown. */
  refresh(): void {
    this.#course?.retry();
  }

  /** Fills in what the guest has not typed in yet. */
  fill(prefill: Prefill): void {
    this.prefill = prefill;
    const link = this.#course?.model.link;
    if (link && !this.#filling.touched) this.#filling.prefill(prefill, link);
    this.requestUpdate();
  }

  /** From the form to the times; false where there is no form. */
  back(): boolean {
    const at = this.#course?.model.step.at;
    if (at !== 'form' && at !== 'unanswered') return false;
    this.#filling.sent = undefined;
    this.#happen({ type: 'back' });
    return true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('online', this.#network);
    addEventListener('offline', this.#network);
    document.addEventListener('visibilitychange', this.#seen);
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('online', this.#network);
    removeEventListener('offline', this.#network);
    document.removeEventListener('visibilitychange', this.#seen);
    this.#end();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const other = ['slug', 'api', 'schema', 'link'].some((name) => changed.has(name));
    const wanted = this.mode !== 'popup' || this.open;
    if (wanted && (other || !this.#course)) this.#begin();
    if (changed.get('timezone') !== undefined && this.timezone) this.#rezone(this.timezone);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const id = this.#focus;
    this.#focus = undefined;
    if (id !== undefined) void this.#focusOn(id);
  }

  override render(): TemplateResult {
    const t = guestText(this.#locale);
    if (this.mode !== 'popup') return this.#page(t);
    const label = this.label || t('book_now');
    return html`<button type="button" class="primary" part="button button-primary" @click=${this.#openDialog}>${label}</button>
      <scheduling-dialog
        exportparts="dialog, close"
        .open=${this.open}
        .label=${label}
        .locale=${this.#locale}
        .asks=${() => this.#losing()}
        @scheduling-dialog-close=${this.#closed}
      >
        ${this.open ? this.#page(t) : nothing}
      </scheduling-dialog>`;
  }

  get #locale(): string {
    return this.language((this.#course?.model.link ?? this.link)?.locale);
  }

  #page(t: GuestText): TemplateResult {
    const model = this.#course!.model;
    const offline = navigator.onLine === false;
    const inset = this.level > 1 && this.mode !== 'popup';
    return html`<div class=${inset ? 'root inset' : 'root'}>
      <p class="hidden" role="status">${this.#said}</p>
      <slot name="header"></slot>
      <div>${offline ? notice({ text: t('offline'), spoken: 'alert' }) : nothing}</div>
      ${this.preview ? html`<p class="notice">${t('preview')}</p>` : nothing}
      ${model.link
        ? page(this.#view(t, model, model.link), {
            offline,
            preview: this.preview,
            rests: this.#filling.restsUntil > Date.now(),
            checking: this.#checking,
            form: {
              typed: this.#filling.typed,
              problems: this.#filling.problems,
              change: (change, draw) => {
                change(this.#filling.typed);
                if (this.#filling.mended(model.link!) || draw) this.requestUpdate();
              },
              left: (field) => afterPress(() => this.#filling.left(field, model.link!) && this.requestUpdate()),
              submit: () => void this.#book(model.link!),
            },
            done: {
              email: this.#filling.typed.email.trim(),
              guests: this.#filling.typed.guests.filter((guest) => guest.trim()).length,
              manage: model.step.at === 'done' && this.manage ? this.manage + model.step.booked.manage_token : undefined,
              redirect: this.#onward && { ...this.#onward, stay: () => this.#stay() },
              fileFailed: this.#fileFailed,
              file: () => void this.#file(),
              another: () => {
                this.#filling.anew();
                this.#onward = undefined;
                this.#happen({ type: 'another' });
              },
              changeEmail: () => this.#happen({ type: 'correct' }),
            },
          })
        : bare(t, model, this.level, () => this.refresh())}
      <slot name="footer"></slot>
    </div>`;
  }

  #view(t: GuestText, model: Model, link: BookingLink): View {
    const locale = this.#locale;
    return {
      t,
      labels: new Labels(locale, model.zone, this.#cycle ?? localeCycle(locale)),
      locale,
      model,
      link,
      now: Date.now(),
      level: this.level,
      zoneFault: this.#zoneFault ? t('zone_refused') : undefined,
      act: {
        day: (day) => this.#happen({ type: 'day', day }),
        turn: (month) => this.#happen({ type: 'turn', month }),
        near: (month) => this.#course?.ahead(month),
        pick: (start) => this.#happen({ type: 'pick', start }),
        length: (duration) => this.#happen({ type: 'length', duration }),
        zone: (zone) => this.#rezone(zone),
        cycle: (cycle) => {
          this.#cycle = cycle;
          remember('cycle', cycle);
          this.requestUpdate();
        },
        retry: () => this.refresh(),
        back: () => void (this.tell('back') && this.back()),
      },
    };
  }

  #begin(): void {
    this.#end();
    const zone = [this.timezone, recall('zone'), ownZone()].find((name) => name && isZone(name)) ?? 'UTC';
    const day = /^\d{4}-\d\d-\d\d$/.test(this.date ?? '') ? this.date : undefined;
    const month = /^\d{4}-\d\d$/.test(this.date ?? '') ? this.date : undefined;
    const beginning = { zone, today: dayOf(Date.now(), zone), day, month, duration: this.duration || undefined };
    this.#course = new Course(new Desk(this.server, this.slug), beginning, {
      changed: (before, event) => this.#changed(before, event),
      slow: () => this.#say(guestText(this.#locale)('loading')),
    });
    this.#course.start(this.link);
  }

  #end(): void {
    this.#course?.stop();
    this.#course = undefined;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #happen(event: Happening): void {
    this.#course?.happen(event);
  }

  #changed(before: Model, event: Happening): void {
    const model = this.#course?.model;
    if (!model) return;
    if (model.link && !this.#filled) {
      this.#filled = true;
      this.#filling.prefill(this.prefill ?? {}, model.link);
    }
    const labels = new Labels(this.#locale, model.zone, this.#cycle);
    const { focus, say, tell } = move(before, model, event, guestText(this.#locale), labels);
    if (focus !== undefined) this.#focus = focus;
    if (say !== undefined) this.#say(say);
    if (tell) this.tell(...tell);
    if (event.type === 'learnt' || event.type === 'link') idle(() => this.#course?.ahead());
    this.requestUpdate();
  }

  async #book(link: BookingLink): Promise<void> {
    const course = this.#course;
    const step = course?.model.step;
    if (!course || (step?.at !== 'form' && step?.at !== 'unanswered')) return;
    if (this.preview || navigator.onLine === false || this.#filling.restsUntil > Date.now()) return;
    if (step.at === 'form') {
      const wrong = this.#filling.check(link);
      this.#focus = wrong && inputId(wrong);
      this.requestUpdate();
      if (wrong || !this.tell('submit')) return;
      this.#filling.sent = toSend(this.#filling.arguments(link), {
        slug: this.slug,
        start: step.start,
        duration: lengthOf(course.model)!,
        zone: course.model.zone,
        locale: this.#locale,
        attribution: attributionOf(this.prefill?.attribution),
      });
    }
    this.#checking = step.at === 'unanswered';
    const answer = await course.book(this.#filling.sent!);
    // The dialog was closed meanwhile, or shows another link: nobody is taken anywhere, and no new form is marked.
    if (course !== this.#course) {
      if (!(answer instanceof Refusal)) settled(tabStorage());
      return;
    }
    if (answer instanceof Refusal) this.#refused(answer, link);
    else this.#booked(answer, link);
  }

  #booked(booked: Booked, link: BookingLink): void {
    settled(tabStorage());
    this.#filling.sent = undefined;
    const campaign = attributionOf(this.prefill?.attribution) ?? {};
    const href = onwardAddress(this.redirect || link.redirect_url, booked, campaign, location.href);
    if (!href || booked.status !== 'confirmed') return;
    this.#onward = { href, soon: false };
    if (this.tell('redirect', { url: href })) {
      this.#onward = { href, soon: true };
      this.#later(ONWARD, () => this.#onward?.soon && location.assign(href));
    }
    this.requestUpdate();
  }

  #refused(refusal: Refusal, link: BookingLink): void {
    if (this.#course?.model.step.at === 'unanswered') return;
    settled(tabStorage());
    this.#filling.sent = undefined;
    const field = this.#filling.refused(refusal, link);
    if (field) this.#focus = inputId(field);
    if (refusal.kind === 'too_many') this.#later(REST, () => this.requestUpdate());
    if (refusal.kind === 'malformed' && refusal.word === 'timezone') {
      this.#zoneFault = true;
      this.back();
      this.#focus = 'zone';
    }
    this.requestUpdate();
  }

  #rezone(zone: string): void {
    if (!isZone(zone)) return;
    this.#zoneFault = false;
    remember('zone', zone);
    this.#happen({ type: 'zone', zone });
  }

  /** The guest does something: nobody is taken anywhere. */
  #stay(): void {
    if (this.#onward) this.#onward = { ...this.#onward, soon: false };
    this.requestUpdate();
  }

  async #file(): Promise<void> {
    const step = this.#course?.model.step;
    if (step?.at !== 'done') return;
    this.#stay();
    try {
      await saveInvitation(this.server, step.booked.manage_token);
      this.#fileFailed = false;
    } catch {
      this.#fileFailed = true;
    }
    this.requestUpdate();
  }

  /** Said again, the same words are other words. */
  #say(text: string): void {
    this.#said = text === this.#said ? `${text}\u00a0` : text;
    this.requestUpdate();
  }

  async #focusOn(id: string): Promise<void> {
    await this.updateComplete;
    const target = id === 'zone' ? this.renderRoot.querySelector('scheduling-zone-picker') : this.shadowRoot?.getElementById(id);
    if (!(target instanceof HTMLElement)) return;
    target.focus({ preventScroll: true });
    // Only as far as is needed: what is in view stays where it is.
    target.scrollIntoView({ block: id.startsWith('field') ? 'center' : 'nearest' });
  }

  #openDialog = (): void => {
    this.open = true;
  };

  #closed = (event: Event): void => {
    event.stopPropagation();
    this.open = false;
    this.#end();
    this.#filling = new Filling();
    this.#filled = false;
    this.#onward = undefined;
    this.tell('close');
  };

  #losing(): boolean {
    return this.#course?.model.step.at !== 'done' && this.#filling.touched;
  }

  #network = (): void => {
    if (navigator.onLine && this.#course) this.#happen({ type: 'refresh' });
    this.requestUpdate();
  };

  #seen = (): void => {
    if (document.visibilityState === 'visible') this.#course?.shown();
  };

  #later(ms: number, what: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      what();
    }, ms);
    this.#timers.add(timer);
  }
}

customElements.define('scheduling-booking', SchedulingBooking);
