// Which of an account's calendars new meetings go to, and which count as busy: from what the database and the
// provider say to a form, and back. Pure.

import type { Versioned } from './save';
import { canonical } from './save';

export type Provider = 'google' | 'outlook';

/** A row of the connections, in the columns that members may read. */
export interface Connection extends Versioned {
  provider: Provider;
  calendar_id: string | null;
  /** Null: the one that meetings go to. */
  busy_calendar_ids: string[] | null;
  connected_email: string | null;
  is_active: boolean;
  status: 'ok' | 'reconnect_required' | 'error';
  status_detail: string | null;
  busy_synced_at: string | null;
}

export const CONNECTION_COLUMNS =
  'provider,calendar_id,busy_calendar_ids,connected_email,is_active,status,status_detail,busy_synced_at,updated_at';

/** A row of `provider_calendars`. */
export interface Calendar {
  calendar_id: string;
  /** Null of one that is chosen and not in the account any more. */
  name: string | null;
  is_primary: boolean;
  can_write: boolean;
  is_selected: boolean;
  is_busy: boolean;
}

/** What is chosen. Its version is the choice itself: the row's own changes with each reading of busy times. */
export interface Choice extends Versioned {
  selected: string;
  busy: string[];
}

/** As the provider's list says it, whose words are the database's. */
export function choiceOf(calendars: readonly Calendar[]): Choice {
  const selected = calendars.find((one) => one.is_selected) ?? calendars.find((one) => one.is_primary);
  const busy = calendars.filter((one) => one.is_busy).map((one) => one.calendar_id);
  return version({ selected: selected?.calendar_id ?? '', busy });
}

function version(choice: { selected: string; busy: string[] }): Choice {
  return { ...choice, updated_at: canonical([choice.selected, [...choice.busy].sort()]) };
}

export interface ChoiceForm {
  selected: string;
  busy: readonly string[];
}

/** What `select_calendar` is given; a choice that is the same is the same text. */
export function argumentsOf(form: ChoiceForm): { calendar_id: string; busy_calendar_ids: string[] } {
  return { calendar_id: form.selected, busy_calendar_ids: [...new Set(form.busy)].sort() };
}

/** With this calendar counted or not. */
export function counted(form: ChoiceForm, calendar: string, counts: boolean): ChoiceForm {
  const others = form.busy.filter((one) => one !== calendar);
  return { ...form, busy: counts ? [...others, calendar] : others };
}

/** Another calendar for new meetings; it counts from then on, as the one before did, whose ticks stay. */
export function moved(form: ChoiceForm, selected: string): ChoiceForm {
  return { selected, busy: form.busy.includes(selected) ? form.busy : [...form.busy, selected] };
}

/** The most calendars of an account that can count. */
export const MOST_BUSY = 50;

export type ChoiceTrouble = 'none' | 'too_many';

export function choiceTrouble(form: ChoiceForm): ChoiceTrouble | undefined {
  if (!form.busy.length) return 'none';
  return form.busy.length > MOST_BUSY ? 'too_many' : undefined;
}
