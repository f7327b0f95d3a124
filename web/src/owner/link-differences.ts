// In which columns a link that is edited and one that somebody else saved meanwhile differ, as sentences side by side.

import type { OwnerKey, OwnerText } from '../text/owner';
import type { Labels } from '../time/labels';
import { columnsOf, formOf, type LinkForm } from './link-form';
import { changed, type LinkColumns, type LinkRow } from './link-row';
import type { Difference } from './save-bar';

const NAMES: Record<keyof LinkColumns, OwnerKey> = {
  title: 'link_title',
  slug: 'link_slug',
  description: 'link_description',
  location: 'link_location',
  conferencing: 'conferencing_label',
  duration_minutes: 'link_duration',
  duration_options: 'link_more_lengths',
  slot_interval_minutes: 'link_interval',
  buffer_before_minutes: 'link_buffer_before',
  buffer_after_minutes: 'link_buffer_after',
  minimum_notice_minutes: 'link_notice',
  booking_window_days: 'link_window',
  max_bookings_per_day: 'link_cap',
  availability_settings: 'link_hours',
  questions: 'link_questions',
  cancel_notice_minutes: 'link_may_cancel',
  reschedule_notice_minutes: 'link_may_move',
  reminder_minutes: 'link_reminders',
  redirect_url: 'link_redirect',
  locale: 'link_locale',
  is_active: 'link_on',
  max_hourly_attempts_per_guest: 'link_attempts',
  max_hourly_bookings_per_guest: 'link_bookings',
  max_upcoming_bookings_per_guest: 'link_upcoming',
  max_hourly_moves_per_booking: 'link_moves',
};

export function differences(t: OwnerText, labels: Labels, form: LinkForm, theirs: LinkRow): Difference[] {
  const mine = columnsOf(form);
  const columns = Object.keys(changed(columnsOf(formOf(theirs)), mine)) as (keyof LinkColumns)[];
  return columns.map((column) => ({
    label: t(NAMES[column]),
    mine: said(t, labels, column, mine),
    theirs: said(t, labels, column, theirs),
  }));
}

function said(t: OwnerText, labels: Labels, column: keyof LinkColumns, row: LinkColumns): string {
  const value = row[column];
  switch (column) {
    case 'questions':
      return row.questions.map((question) => question.label ?? question.id).join('\n') || t('question_none');
    case 'conferencing':
      return t(`conferencing_${row.conferencing}`);
    case 'is_active':
      return t(row.is_active ? 'link_on' : 'link_off');
    case 'availability_settings':
      return t(row.availability_settings ? 'link_hours_own' : 'link_hours_owner');
    case 'cancel_notice_minutes':
    case 'reschedule_notice_minutes':
      return value === null ? t('no') : `${t('link_until_before')}: ${labels.length(value as number)}`;
    case 'minimum_notice_minutes':
      return labels.length(row.minimum_notice_minutes);
    case 'duration_options':
    case 'reminder_minutes':
      return labels.list(row[column].map((minutes) => labels.length(minutes))) || '–';
    default:
      return value === null || value === '' ? '–' : typeof value === 'number' ? labels.number(value) : String(value);
  }
}
