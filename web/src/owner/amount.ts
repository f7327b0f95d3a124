// Spans of time as people type them: a number and a unit. Kept as typed, so that what is no number yet is not
// lost; minutes are made when asked for.

export type Unit = 'minutes' | 'hours' | 'days';

export interface Amount {
  typed: string;
  unit: Unit;
}

const MINUTES: Record<Unit, number> = { minutes: 1, hours: 60, days: 1440 };
export const UNITS = Object.keys(MINUTES) as Unit[];

/** The same span in the largest unit that says it whole. */
export function amount(minutes: number, zero: Unit = 'minutes'): Amount {
  if (minutes === 0) return { typed: '0', unit: zero };
  const unit = minutes % 1440 === 0 ? 'days' : minutes % 60 === 0 ? 'hours' : 'minutes';
  return { typed: String(minutes / MINUTES[unit]), unit };
}

/** How many minutes it is; undefined where that is no whole number that a column can hold. */
export function minutes(amount: Amount): number | undefined {
  const number = whole(amount.typed);
  if (number === undefined) return undefined;
  const product = number * MINUTES[amount.unit];
  return product <= 2_147_483_647 ? product : undefined;
}

/** A whole number of zero or more, in the digits of any script; undefined for all else. */
export function whole(typed: string): number | undefined {
  const digits = typed.trim().replace(/\p{Nd}/gu, western);
  if (!/^\d{1,10}$/.test(digits)) return undefined;
  const number = Number(digits);
  return number <= 2_147_483_647 ? number : undefined;
}

/** Digits of a script are ten in a row, zero first (Unicode, Nd). */
function western(digit: string): string {
  const code = digit.codePointAt(0)!;
  let zero = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1)) && code - zero < 9) zero -= 1;
  return String(code - zero);
}
