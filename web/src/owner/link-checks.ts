// What may be said about a link's form by now: nothing of a field that is typed in for the first time, all once a
// save was asked for, and what the database refused until that is changed. Knows no element and sends nothing.

import type { Refusal } from '../api/errors';
import type { OwnerKey } from '../text/owner';
import { placeOf, problems, type LinkForm, type Place } from './link-form';
import { nextSlug } from './slug';

export class LinkChecks {
  readonly #taken: Set<string>;
  #left = new Set<Place>();
  #all = false;
  #refused = new Map<Place, OwnerKey>();

  /** `taken`: slugs of which it is known. */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  get taken(): ReadonlySet<string> {
    return this.#taken;
  }

  /** What the database said of these columns is old. */
  changed(columns: string[]): void {
    for (const place of this.#refused.keys()) {
      if (columns.includes(place.split('.')[0]!)) this.#refused.delete(place);
    }
  }

  /** A field was left: what is wrong with it can be said. */
  left(place: Place): void {
    this.#left.add(place);
  }

  /** Says from now on what is wrong everywhere; the places, in the order of the form. */
  all(form: LinkForm): Place[] {
    this.#all = true;
    return [...problems(form).keys()];
  }

  /** Begins anew: what is there is saved. */
  saved(slug: string): void {
    this.#all = false;
    this.#left.clear();
    this.#refused.clear();
    this.#taken.delete(slug);
  }

  /** What stands at a place. */
  at(form: LinkForm, place: Place): OwnerKey | undefined {
    const refused = this.#refused.get(place);
    if (refused) return refused;
    return this.#all || this.#left.has(place) ? problems(form).get(place) : undefined;
  }

  /** Where in the form a refusal of the database stands from now on; undefined where it is none of a field. */
  refuse(form: LinkForm, refusal: Refusal): Place | undefined {
    if (refusal.kind === 'duplicate') {
      this.#taken.add(form.slug.trim());
      this.#refused.set('slug', 'slug_taken');
      return 'slug';
    }
    if (refusal.kind !== 'malformed' || !refusal.word) return undefined;
    const place = placeOf(refusal.word, form);
    if (!(place.split('.')[0]! in form)) return undefined;
    this.#refused.set(place, 'field_refused');
    return place;
  }

  /** Another address, where this one is taken. */
  freeSlug(form: LinkForm): string | undefined {
    if (this.#refused.get('slug') !== 'slug_taken') return undefined;
    let slug = nextSlug(form.slug.trim());
    while (this.#taken.has(slug)) slug = nextSlug(slug);
    return slug;
  }
}
