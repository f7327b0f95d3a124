// What the address of a page fills in: visible fields that the guest may change, and nothing else. That is
// taken out of the address, so that it is in no history, bookmark or referrer; what is nobody's own (a length, a
// language) stays, so that a reload shows the same page. Pure.

import type { BookingLink } from '../api/types';
import { attributionOf } from './attribution';
import { blank, type Typed } from './typed';

export interface Prefill {
  name?: string;
  email?: string;
  phone?: string;
  notes?: string;
  guests?: string[];
  answers?: Record<string, string | string[] | boolean>;
  /** Where the guest comes from: `utm_…` and `referrer`. */
  attribution?: Record<string, string>;
}

/** What a page may be told besides, in its address. */
export interface Wishes {
  duration?: number;
  date?: string;
  month?: string;
  timezone?: string;
  locale?: string;
  theme?: string;
}

const CAMPAIGN = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'];

export function parameters(search: URLSearchParams): { prefill: Prefill; wishes: Wishes; rest: URLSearchParams } {
  const prefill: Prefill = {};
  const wishes: Wishes = {};
  const answers = Object.create(null) as Record<string, string | string[]>;
  const attribution: Record<string, string> = {};
  const rest = new URLSearchParams();
  for (const key of new Set(search.keys())) {
    const all = search.getAll(key);
    const value = all[0]!;
    if (key === 'name' || key === 'email' || key === 'phone' || key === 'notes') prefill[key] = value;
    else if (key === 'guest') prefill.guests = all;
    else if (key.startsWith('a.')) answers[key.slice(2)] = all.length > 1 ? all : value;
    else if (CAMPAIGN.includes(key)) attribution[key] = value;
    else if (key === 'ref') attribution['referrer'] = value;
    else all.forEach((one) => rest.append(key, one));
    if (key === 'duration' && /^\d{1,4}$/.test(value)) wishes.duration = Number(value);
    if (key === 'date' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))) wishes.date = value;
    if (key === 'month' && /^\d{4}-(0[1-9]|1[0-2])$/.test(value)) wishes.month = value;
    if (key === 'timezone' || key === 'locale' || key === 'theme') wishes[key] = value;
  }
  if (Object.keys(answers).length) prefill.answers = answers;
  const came = attributionOf(attribution);
  if (came) prefill.attribution = came;
  return { prefill, wishes, rest };
}

/** A form filled in so far; what the link does not ask is left out, and of choices what it does not offer. */
export function filled(prefill: Prefill, link: BookingLink): Typed {
  const typed = blank();
  for (const key of ['name', 'email', 'phone', 'notes'] as const) {
    const value = prefill[key];
    if (typeof value === 'string') typed[key] = value;
  }
  if (link.max_guests > 0 && Array.isArray(prefill.guests)) typed.guests = prefill.guests.map(String).slice(0, link.max_guests);
  for (const { id, type, options = [] } of link.questions) {
    if (!prefill.answers || !Object.hasOwn(prefill.answers, id)) continue;
    const given = prefill.answers[id];
    if (given === undefined) continue;
    const list = (Array.isArray(given) ? given : [given]).map(String);
    const text = list[0] ?? '';
    if (type === 'choices') typed.answers[id] = list.filter((one) => options.includes(one));
    else if (type === 'boolean') {
      if (['true', '1', 'yes', 'false', '0', 'no'].includes(text)) typed.answers[id] = ['true', '1', 'yes'].includes(text);
    } else if (type !== 'choice' || options.includes(text)) typed.answers[id] = text;
  }
  return typed;
}
