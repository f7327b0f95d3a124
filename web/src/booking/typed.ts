// What a guest types, how it is checked, and what `book` is given of it. The database decides; what is checked
// here is what people forget or mistype, so that they hear it at once. Pure.

import type { BookingLink, Question } from '../api/types';

/** Numbers and dates as they are typed. */
export type Answered = string | boolean | readonly string[];

export interface Typed {
  name: string;
  email: string;
  phone: string;
  notes: string;
  /** Addresses of further guests, a row each, empty ones among them. */
  guests: string[];
  /** By the ids of questions, whatever an owner has called them: `constructor` is one. */
  answers: Record<string, Answered>;
}

/** What is wrong with a field, as the key of a text. */
export type Fault =
  | 'fault_missing'
  | 'fault_name'
  | 'fault_email'
  | 'fault_number'
  | 'fault_url'
  | 'fault_choice'
  | 'fault_long'
  | 'fault_refused';

/** A field is called as DETAIL calls it: `email`, `guests[0]`, `answers.company`. */
export interface Problem {
  readonly field: string;
  readonly fault: Fault;
  readonly limit?: number;
}

const LIMITS = { name: 200, phone: 50, notes: 10_000, text: 500, long_text: 5_000 };
// What a mailbox needs at least; the database knows the rest.
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

export function blank(): Typed {
  return { name: '', email: '', phone: '', notes: '', guests: [], answers: Object.create(null) as Typed['answers'] };
}

/** Whether there is anything that would be lost. */
export function touched(typed: Typed, before: Typed): boolean {
  return JSON.stringify(typed) !== JSON.stringify(before);
}

/** What is wrong, in the order of the form. */
export function problems(typed: Typed, link: BookingLink): Problem[] {
  const found = [
    ...single('name', typed.name, LIMITS.name, 'fault_name'),
    ...email(typed.email),
    ...single('phone', typed.phone, LIMITS.phone),
    ...link.questions.flatMap((question) => answer(question, typed.answers[question.id])),
    ...single('notes', typed.notes, LIMITS.notes),
  ];
  typed.guests.forEach((guest, row) => {
    if (guest.trim() && !ADDRESS.test(guest.trim())) found.push({ field: `guests[${row}]`, fault: 'fault_email' });
  });
  return found;
}

/** Arguments of `book`; what is optional and empty is left out. */
export function told(typed: Typed, link: BookingLink): Record<string, unknown> {
  const guests = rows(typed).map((row) => typed.guests[row]!.trim());
  const answers = Object.fromEntries(
    link.questions.flatMap((question) => {
      const value = valueOf(question, typed.answers[question.id]);
      return value === undefined ? [] : [[question.id, value]];
    }),
  );
  return {
    name: typed.name.trim(),
    email: typed.email.trim(),
    phone: typed.phone.trim() || undefined,
    notes: typed.notes.trim() || undefined,
    guests: guests.length && link.max_guests > 0 ? guests : undefined,
    answers: Object.keys(answers).length ? answers : undefined,
  };
}

/** The field of the form that the database means; undefined where the form has none. */
export function fieldOf(word: string, typed: Typed, link: BookingLink): string | undefined {
  const guest = /^guests\[(\d+)\]$/.exec(word);
  if (guest) {
    // Counted among those that were sent.
    const row = rows(typed)[Number(guest[1])];
    return row === undefined ? undefined : `guests[${row}]`;
  }
  if (word === 'guests') return typed.guests.length ? 'guests[0]' : undefined;
  if (['name', 'email', 'phone', 'notes'].includes(word)) return word;
  const question = link.questions.find(({ id }) => word === `answers.${id}` || word.startsWith(`answers.${id}[`));
  return question && `answers.${question.id}`;
}

function rows(typed: Typed): number[] {
  return typed.guests.flatMap((guest, row) => (guest.trim() ? [row] : []));
}

function single(field: string, value: string, limit: number, missing?: Fault): Problem[] {
  if (missing && !value.trim()) return [{ field, fault: missing }];
  return long(field, value, limit);
}

function long(field: string, value: string, limit: number): Problem[] {
  return [...value.trim()].length > limit ? [{ field, fault: 'fault_long', limit }] : [];
}

function email(value: string): Problem[] {
  return ADDRESS.test(value.trim()) ? [] : [{ field: 'email', fault: 'fault_email' }];
}

function answer(question: Question, given: Answered | undefined): Problem[] {
  const field = `answers.${question.id}`;
  const text = typeof given === 'string' ? given.trim() : '';
  const empty = given === undefined || (typeof given === 'string' && !text) || (Array.isArray(given) && !given.length);
  const type = question.type ?? 'text';
  if (empty) {
    const fault = ['choice', 'choices', 'boolean'].includes(type) ? 'fault_choice' : 'fault_missing';
    return question.required ? [{ field, fault }] : [];
  }
  switch (type) {
    case 'text':
    case 'long_text':
      return long(field, text, question.max_length ?? LIMITS[type]);
    case 'number':
      return numberOf(text) === undefined ? [{ field, fault: 'fault_number' }] : [];
    case 'email':
      return ADDRESS.test(text) ? [] : [{ field, fault: 'fault_email' }];
    case 'url':
      return /^https?:\/\/[^\s/]/i.test(text) ? [] : [{ field, fault: 'fault_url' }];
    default:
      return [];
  }
}

function valueOf(question: Question, given: Answered | undefined): unknown {
  if (typeof given !== 'string') return Array.isArray(given) && !given.length ? undefined : given;
  const text = given.trim();
  if (!text) return undefined;
  return question.type === 'number' ? numberOf(text) : text;
}

/** A number as people write it, in Arabic digits as well, with a comma or a point before its fraction. */
function numberOf(text: string): number | undefined {
  const latin = text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf)).replace(/\u066b/g, '.');
  const ungrouped = latin.replace(/[\s\u00a0\u066c']/g, '');
  // Ten thousand to some, and ten to others: it is not guessed which.
  if (/^[-+]?[1-9]\d{0,2},\d{3}$/.test(ungrouped)) return undefined;
  const plain = ungrouped.replace(/^(-?\d*),(\d+)$/, '$1.$2');
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : undefined;
}
