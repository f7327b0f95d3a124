// `<scheduling-availability>`: when an owner can be booked: weekly hours and zone, saved together, particular days,
// and what of the next two weeks is free by what is saved. Decides no rule; what is free says the database.

import { css, html, nothing, type TemplateResult } from 'lit';
import type { Owner } from '../api/types';
import '../parts/zone-picker';
import type { SchedulingZonePicker } from '../parts/zone-picker';
import { Refusal } from '../api/errors';
import { Labels } from '../time/labels';
import type { SchedulingDays } from './days-editor';
import './days-editor';
import { OwnerElement } from './element';
import { FreeTimes, freeTimesStyles } from './free-times';
import { tablesOf } from './owners';
import { canonical, change, Editing, read, type Versioned } from './save';
import { checkWindows, DAYS, type DayHours, type Settings, settingsOf, troubledDays, type Week, weekOf, weekOrder } from './hours';
import type { SchedulingHours } from './hours-editor';
import './hours-editor';
import { type Difference, saveBar } from './save-bar';
import type { What } from './tabs';

interface SettingsRow extends Versioned {
  timezone: string;
  availability_settings: Settings;
}

interface HoursForm {
  timezone: string;
  week: Week;
}

const COLUMNS = 'timezone,availability_settings,updated_at';

export class SchedulingAvailability extends OwnerElement {
  static override styles = [
    ...OwnerElement.styles,
    freeTimesStyles,
    css`
      :host {
        container-type: inline-size;
        max-inline-size: var(--_max-width);
      }
      .all {
        display: grid;
        gap: calc(var(--_gap) * 1.5);
        align-items: start;
      }
      .all > *,
      .main > * {
        min-inline-size: 0;
      }
      .main {
        display: grid;
        gap: var(--_gap);
      }
      .head {
        display: grid;
        gap: 0.25rem;
        margin-block-end: 0.5rem;
      }
      scheduling-zone-picker {
        max-inline-size: 30rem;
        margin-block-start: 0.75rem;
      }
      .particular {
        grid-column: 1 / -1;
      }
      .particular scheduling-days {
        margin-block-start: 1rem;
      }
      @container (inline-size >= 58rem) {
        .all {
          grid-template-columns: minmax(0, 1fr) 21rem;
        }
      }
    `,
  ];

  protected override readonly heeds: readonly What[] = ['settings', 'days', 'calendars'];

  readonly #free = new FreeTimes(this);
  readonly #editing = new Editing<SettingsRow, HoursForm>(this, {
    form: (row) => ({ timezone: row.timezone, week: weekOf(row.availability_settings) }),
    values: (form) => ({ timezone: form.timezone, availability_settings: settingsOf(form.week) }),
    write: (values, seen) => change(this.server, this.tables.settings, this.#key, seen?.updated_at ?? '', values, COLUMNS),
    read: () => read(this.server, this.tables.settings, this.#key, COLUMNS),
    saved: (row) => this.#kept(row),
    refused: (refusal) => {
      if (refusal.word === 'elsewhere') this.tell('stale', { what: 'settings' });
      this.noted(refusal);
    },
  });

  protected override get unsaved(): boolean {
    return this.#editing.dirty || (this.#days?.unsaved ?? false);
  }

  protected override async load(who: Owner, current: () => boolean): Promise<void> {
    // The element's own `who` is still the one before.
    const { settings, settingsKey } = tablesOf(who);
    const row = await read<SettingsRow>(this.server, settings, { [settingsKey]: who.owner_id }, COLUMNS);
    if (!current()) return;
    if (!row) throw new Refusal('forbidden', { word: 'owner' });
    if (this.#editing.dirty && this.who?.owner === who.owner) await this.#editing.renew();
    else this.#editing.open(row);
    void this.#free.ask(this.server, who, row.timezone);
    void this.#days?.refresh();
  }

  protected override forget(): void {
    this.#editing.close();
    this.#free.forget();
  }

  protected override stale(what: What | 'time'): void {
    if (what === 'days') void this.#days?.refresh();
    else if (what !== 'calendars') void this.#editing.renew();
    this.#ask();
    if (what === 'time') void this.#days?.refresh();
  }

  protected override body(): TemplateResult {
    const { row, form } = this.#editing;
    if (!row || !form || !this.who) return html``;
    const { t } = this;
    const locale = this.language();
    return html`<div class="all">
      <div class="main">
        <section class="card" aria-labelledby="weekly">
          <div class="head">
            <h2 id="weekly">${t('weekly_hours')}</h2>
            <p class="muted">${t('weekly_hours_what')}</p>
          </div>
          ${DAYS.some((day) => form.week[day].enabled) ? nothing : html`<p class="notice">${t('hours_none')}</p>`}
          <scheduling-zone-picker
            .value=${form.timezone}
            .locale=${locale}
            .label=${t('hours_zone')}
            @scheduling-zone=${(event: CustomEvent<{ zone: string }>) => void this.#zone(event)}
          ></scheduling-zone-picker>
          <scheduling-hours
            .week=${form.week}
            .locale=${locale}
            exportparts="input, button"
            @scheduling-hours=${(event: CustomEvent<{ week: Week }>) => {
              event.stopPropagation();
              this.#editing.edit({ ...form, week: event.detail.week });
            }}
          ></scheduling-hours>
        </section>
        ${saveBar(t, this.#editing, {
          hindered: troubledDays(form.week).length ? t('hours_hindered') : undefined,
          fields: { timezone: t('hours_zone'), availability_settings: t('weekly_hours') },
          differences: (theirs) => this.#differences(theirs, form),
          save: () => void this.#save(),
          discard: () => this.#editing.discard(),
        })}
      </div>
      ${this.#free.render(t, new Labels(locale, row.timezone), () => this.#ask())}
      <section class="card particular" aria-labelledby="particular">
        <div class="head">
          <h2 id="particular">${t('particular_days')}</h2>
          <p class="muted">${t('particular_days_what')}</p>
        </div>
        <scheduling-days
          .server=${this.server}
          .who=${this.who}
          .zone=${row.timezone}
          .locale=${locale}
          .week=${weekOf(row.availability_settings)}
          .noted=${(error: unknown) => this.noted(error)}
          .saved=${() => {
            this.saved('days');
            this.#ask();
          }}
          exportparts="input, button, button-primary, alert, dialog, month-heading, day, day-picked, day-today"
        ></scheduling-days>
      </section>
    </div>`;
  }

  get #days(): SchedulingDays | null {
    return this.renderRoot?.querySelector('scheduling-days') ?? null;
  }

  get #key(): Record<string, string> {
    return { [this.tables.settingsKey]: this.who?.owner_id ?? '' };
  }

  async #save(): Promise<void> {
    const { form } = this.#editing;
    if (!form) return;
    const hours = this.renderRoot.querySelector<SchedulingHours>('scheduling-hours');
    // A field gives what was typed when it is left; the press on the button has just done that.
    if (troubledDays(form.week).length && (await hours?.focusTrouble())) return;
    await this.#editing.save();
  }

  #kept(row: SettingsRow): void {
    if (this.who) this.who = { ...this.who, timezone: row.timezone };
    this.saved('settings');
    this.#ask();
  }

  /** What is free, by what is saved. */
  #ask(): void {
    const { row } = this.#editing;
    if (row && this.who) void this.#free.ask(this.server, this.who, row.timezone);
  }

  async #zone(event: CustomEvent<{ zone: string }>): Promise<void> {
    event.stopPropagation();
    const { t } = this;
    const picker = event.target as SchedulingZonePicker;
    const { zone } = event.detail;
    const before = this.#editing.form?.timezone ?? 'UTC';
    const yes = await this.asks.ask({
      title: t('zone_change_title', { zone: zone.replaceAll('_', ' ') }),
      text: t('zone_change_text'),
      yes: t('zone_change_yes'),
      no: t('cancel'),
    });
    const { form } = this.#editing;
    if (yes && form) this.#editing.edit({ ...form, timezone: zone });
    else picker.value = before;
    await picker.updateComplete;
    picker.focus();
  }

  #differences(theirs: SettingsRow, mine: HoursForm): Difference[] {
    const { t } = this;
    const labels = new Labels(this.language(), 'UTC');
    const week = weekOf(theirs.availability_settings);
    const differences: Difference[] = [];
    if (theirs.timezone !== mine.timezone) differences.push({ label: t('hours_zone'), mine: mine.timezone, theirs: theirs.timezone });
    const [stored, typed] = [settingsOf(week), settingsOf(mine.week)];
    for (const weekday of weekOrder(this.language())) {
      const day = DAYS[weekday]!;
      if (canonical(stored[day]) === canonical(typed[day])) continue;
      differences.push({
        label: labels.weekdayName(weekday, 'long'),
        mine: this.#told(labels, mine.week[day]),
        theirs: this.#told(labels, week[day]),
      });
    }
    return differences;
  }

  #told(labels: Labels, { enabled, windows }: DayHours): string {
    if (checkWindows(windows).length) return this.t('hours_hindered');
    const hours = labels.list(windows.map(({ start, end }) => `${labels.clock(start)} – ${labels.clock(end)}`));
    if (enabled) return hours;
    return hours ? this.t('hours_off_keeps', { hours }) : this.t('hours_closed');
  }
}

if (!customElements.get('scheduling-availability')) customElements.define('scheduling-availability', SchedulingAvailability);
