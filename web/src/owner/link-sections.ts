// The editor of a booking link as sections of fields. Templates of what is typed; what is wrong, and what happens
// then, is the editor's.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { OwnerText } from '../text/owner';
import { LANGUAGES } from '../text/text';
import { CONFERENCING, type Conferencing } from '../api/types';
import { amount, type Amount } from './amount';
import { amountField, choiceField, longField, numberField, textField, tickField } from './field';
import { icons } from './icons';
import './hours-editor';
import type { Week } from './hours';
import type { LinkForm, Place } from './link-form';

/** What sections ask of the editor. */
export interface Editor {
  t: OwnerText;
  form: LinkForm;
  /** What comes before the slug in the public address; undefined where none is known. */
  base: string | undefined;
  /** The sentence that stands at a place, once it is time to say it. */
  error(place: Place): string | undefined;
  /** A slug to take instead of the one that is taken. */
  freeSlug: string | undefined;
  /** The language of the reader. */
  locale: string;
  change(part: Partial<LinkForm>): void;
  leave(place: Place): void;
  /** Hours of this link alone, or the owner's again. */
  ownHours(own: boolean): void;
  /** Spoken, since it is not seen by all. */
  say(sentence: string): void;
  /** Moves the focus there after the next drawing. */
  focus(id: string): void;
}

type TextColumn = { [Name in keyof LinkForm]: LinkForm[Name] extends string ? Name : never }[keyof LinkForm];

/** What any field of a column that is typed as text has. */
export function typed(editor: Editor, name: TextColumn) {
  return {
    name,
    value: editor.form[name],
    error: editor.error(name),
    change: (value: string) => editor.change({ [name]: value }),
    leave: () => editor.leave(name),
  };
}

export function basics(editor: Editor): TemplateResult {
  const { t, form } = editor;
  const taken = editor.freeSlug;
  return section('basics', t('link_basics'), [
    textField({ ...typed(editor, 'title'), label: t('link_title'), help: t('link_title_help'), required: true, maxlength: 500 }),
    textField({
      ...typed(editor, 'slug'),
      label: t('link_slug'),
      help: t('link_slug_help'),
      required: true,
      ltr: true,
      maxlength: 128,
      prefix: editor.base,
      more:
        taken === undefined
          ? nothing
          : html`<p><button type="button" class="small" @click=${() => { editor.change({ slug: taken }); editor.focus('slug'); }}>${t('slug_use', { slug: taken })}</button></p>`,
    }),
    longField({
      name: 'description',
      label: t('link_description'),
      help: t('link_description_help'),
      value: form.description,
      error: editor.error('description'),
      change: (description) => editor.change({ description }),
    }),
    html`<div class="pair">
      ${choiceField({
        name: 'conferencing',
        label: t('conferencing_label'),
        help: t('conferencing_help'),
        value: form.conferencing,
        error: editor.error('conferencing'),
        options: CONFERENCING.map((one) => [one, t(`conferencing_${one}`)] as const),
        change: (conferencing) => editor.change({ conferencing: conferencing as Conferencing }),
      })}
      ${textField({ ...typed(editor, 'location'), label: t('link_location'), help: t('link_location_help') })}
    </div>`,
  ]);
}

export function lengths(editor: Editor): TemplateResult {
  const { t, form } = editor;
  const options = form.duration_options;
  const set = (index: number, value: string) =>
    editor.change({ duration_options: options.map((one, at) => (at === index ? value : one)) });
  return section('lengths', t('link_lengths'), [
    html`<div class="pair">
      ${numberField({ ...typed(editor, 'duration_minutes'), label: t('link_duration'), required: true })}
      ${numberField({
        ...typed(editor, 'slot_interval_minutes'),
        label: t('link_interval'),
        help: t('link_interval_help'),
        placeholder: form.duration_minutes,
      })}
    </div>`,
    html`<fieldset class="stack tight">
      <legend>${t('link_more_lengths')}</legend>
      ${options.length
        ? html`<ul class="chips">
            ${options.map((length, index) => {
              const name = `duration_options.${index}`;
              return html`<li class="chip">
                ${numberField({
                  name,
                  label: t('link_length_nth', { count: index + 1 }),
                  quiet: true,
                  value: length,
                  error: editor.error(name),
                  change: (value) => set(index, value),
                  leave: () => editor.leave(name),
                })}
                ${remove(`${t('link_remove_length')}: ${length}`, () => {
                  editor.change({ duration_options: options.filter((_, at) => at !== index) });
                  editor.focus('add-length');
                })}
              </li>`;
            })}
          </ul>`
        : nothing}
      ${problem(editor, 'duration_options')}
      <div>
        <button
          type="button"
          id="add-length"
          class="small"
          @click=${() => {
            editor.change({ duration_options: [...options, nextLength(form)] });
            editor.focus(`duration_options.${options.length}`);
          }}
        >${icons.add}${t('link_add_length')}</button>
      </div>
    </fieldset>`,
  ]);
}

/** The length that is offered next: one of those that people choose, that is not there yet. */
function nextLength(form: LinkForm): string {
  const there = new Set([form.duration_minutes.trim(), ...form.duration_options]);
  return ['15', '30', '45', '60', '90', '120'].find((length) => !there.has(length)) ?? '';
}

/** Whose weekly hours count: the owner's, or some of this link alone. */
function hours(editor: Editor): TemplateResult {
  const { t, form } = editor;
  const week = form.availability_settings;
  const choice = (own: boolean, label: string) => html`<label class="row option">
    <input type="radio" name="hours" .checked=${live(own === (week !== null))} @change=${() => editor.ownHours(own)} />
    <span>${label}</span>
  </label>`;
  return html`<fieldset class="stack tight" aria-describedby="hours-help">
    <legend>${t('link_hours')}</legend>
    ${choice(false, t('link_hours_owner'))} ${choice(true, t('link_hours_own'))}
    ${week
      ? html`<scheduling-hours
          id="availability_settings"
          tabindex="-1"
          .week=${week}
          .locale=${editor.locale}
          @scheduling-hours=${(event: CustomEvent<{ week: Week }>) => {
            event.stopPropagation();
            editor.change({ availability_settings: event.detail.week });
          }}
        ></scheduling-hours>`
      : nothing}
    ${problem(editor, 'availability_settings')}
    <p class="muted" id="hours-help">${t('link_hours_help')}</p>
  </fieldset>`;
}

export function times(editor: Editor): TemplateResult {
  const { t } = editor;
  return section('times', t('link_times'), [
    hours(editor),
    html`<div class="pair">
      ${span(editor, 'minimum_notice_minutes', t('link_notice'), t('link_notice_help'))}
      ${numberField({ ...typed(editor, 'booking_window_days'), label: t('link_window'), help: t('link_window_help') })}
    </div>
    <div class="pair">
      ${numberField({ ...typed(editor, 'buffer_before_minutes'), label: t('link_buffer_before') })}
      ${numberField({ ...typed(editor, 'buffer_after_minutes'), label: t('link_buffer_after') })}
    </div>
    <div class="pair">
      ${numberField({ ...typed(editor, 'max_bookings_per_day'), label: t('link_cap'), help: t('link_cap_help') })}
    </div>`,
  ]);
}

export function after(editor: Editor): TemplateResult {
  const { t, form } = editor;
  const reminders = form.reminder_minutes;
  const change = (list: Amount[]) => editor.change({ reminder_minutes: list });
  const languages = new Intl.DisplayNames([editor.locale], { type: 'language' });
  const named = LANGUAGES.map((one) => [one, languages.of(one) ?? one] as const);
  const other = form.locale && !(LANGUAGES as readonly string[]).includes(form.locale);
  return section('after', t('link_after'), [
    allowance(editor, 'cancel_notice_minutes', t('link_may_cancel')),
    allowance(editor, 'reschedule_notice_minutes', t('link_may_move')),
    html`<fieldset class="stack tight">
      <legend>${t('link_reminders')}</legend>
      ${reminders.length ? nothing : html`<p class="muted">${t('link_reminders_none')}</p>`}
      ${reminders.map((reminder, index) => {
        const name = `reminder_minutes.${index}`;
        return html`<div class="row nowrap">
          ${amountField(
            {
              name,
              label: t('link_reminder_nth', { count: index + 1 }),
              quiet: true,
              value: reminder,
              error: editor.error(name),
              change: (value) => change(reminders.map((one, at) => (at === index ? value : one))),
              leave: () => editor.leave(name),
            },
            t,
          )}
          ${remove(`${t('link_remove_reminder')}: ${reminder.typed} ${t(`unit_${reminder.unit}`)}`, () => {
            change(reminders.filter((_, at) => at !== index));
            editor.focus('add-reminder');
          })}
        </div>`;
      })}
      ${problem(editor, 'reminder_minutes')}
      ${reminders.length < 5
        ? html`<div>
            <button
              type="button"
              id="add-reminder"
              class="small"
              @click=${() => {
                change([...reminders, amount(reminders.length ? 60 : 1440)]);
                editor.focus(`reminder_minutes.${reminders.length}`);
              }}
            >${icons.add}${t('link_add_reminder')}</button>
          </div>`
        : nothing}
    </fieldset>`,
    textField({ ...typed(editor, 'redirect_url'), label: t('link_redirect'), help: t('link_redirect_help'), type: 'url', inputmode: 'url', ltr: true }),
    choiceField({
      ...typed(editor, 'locale'),
      label: t('link_locale'),
      options: [['', t('link_locale_owner')], ...named, ...(other ? [[form.locale, languages.of(form.locale) ?? form.locale] as const] : [])],
    }),
  ]);
}

export function advanced(editor: Editor): TemplateResult {
  const { t } = editor;
  const limits = [
    ['max_hourly_attempts_per_guest', 'link_attempts'],
    ['max_hourly_bookings_per_guest', 'link_bookings'],
    ['max_upcoming_bookings_per_guest', 'link_upcoming'],
    ['max_hourly_moves_per_booking', 'link_moves'],
  ] as const;
  const wrong = limits.some(([name]) => editor.error(name));
  return html`<details class="card" id="section-advanced" ?open=${wrong}>
    <summary><h3>${t('link_advanced')}</h3></summary>
    <div class="stack">
      <p class="muted">${t('link_advanced_help')}</p>
      <div class="pair">
        ${limits.map(([name, label]) => numberField({ ...typed(editor, name), label: t(label) }))}
      </div>
    </div>
  </details>`;
}

export function section(id: string, title: string, fields: unknown[]): TemplateResult {
  return html`<section class="card stack" id="section-${id}" aria-labelledby="heading-${id}">
    <h3 id="heading-${id}">${title}</h3>
    ${fields}
  </section>`;
}

/** What is wrong with a list as a whole. */
export function problem(editor: Editor, place: Place) {
  const error = editor.error(place);
  return error ? html`<p class="error" part="error">${error}</p>` : nothing;
}

export function remove(label: string, act: () => void): TemplateResult {
  return html`<button type="button" class="icon plain danger-text" aria-label=${label} title=${label} @click=${act}>${icons.remove}</button>`;
}

function span(editor: Editor, name: 'minimum_notice_minutes', label: string, help: string): TemplateResult {
  return amountField(
    {
      name,
      label,
      help,
      value: editor.form[name],
      error: editor.error(name),
      change: (value) => editor.change({ [name]: value }),
      leave: () => editor.leave(name),
    },
    editor.t,
  );
}

/** Whether guests may do something themselves, and until when. */
function allowance(editor: Editor, name: 'cancel_notice_minutes' | 'reschedule_notice_minutes', label: string): TemplateResult {
  const { t } = editor;
  const until = editor.form[name];
  return html`<div class="stack tight">
    ${tickField({
      name: `${name}-allowed`,
      label,
      value: until !== null,
      change: (allowed) => editor.change({ [name]: allowed ? amount(0, 'hours') : null }),
    })}
    ${until === null
      ? nothing
      : html`<div class="inset">
          ${amountField(
            {
              name,
              label: t('link_until_before'),
              value: until,
              error: editor.error(name),
              change: (value) => editor.change({ [name]: value }),
              leave: () => editor.leave(name),
            },
            t,
          )}
        </div>`}
  </div>`;
}

