// `<scheduling-links>`: an owner's booking links, one of them open to be edited. What a link is and whether it may
// be changed is the database's; this element shows, asks and explains.

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Refusal } from '../api/errors';
import type { Owner } from '../api/types';
import { Labels } from '../time/labels';
import { OwnerElement } from './element';
import { fields } from './field.css';
import { weekOf, type Week } from './hours';
import { LinkChecks } from './link-checks';
import { differences } from './link-differences';
import { linkEditor } from './link-editor';
import { columnsOf, formOf, problems, type LinkForm } from './link-form';
import { linkList } from './link-list';
import { LinkPreview } from './link-preview';
import { NEW_LINK, type LinkColumns, type LinkRow } from './link-row';
import type { Editor } from './link-sections';
import { addressBase, deleteLink, meetingsToCome, ownersHours, readLink, readLinks, switchLink, writeLink } from './link-writes';
import { linkStyles } from './links.css';
import { shelfStyles } from './shelves.css';
import { refusalNotice, sentence } from './refusals';
import { Editing } from './save';
import { saveBar } from './save-bar';
import { suggestSlug } from './slug';
import type { What } from './tabs';

/** How long a button says "Copied". */
const COPIED = 2_500;

/**
 * @attr base - What comes before a link's slug in its public address; else as the site is configured.
 */
export class SchedulingLinks extends OwnerElement {
  static override properties = { ...OwnerElement.properties, base: {} };
  static override styles = [...OwnerElement.styles, fields, shelfStyles, linkStyles];

  declare base: string | undefined;

  protected override readonly heeds: readonly What[] = ['links'];

  #links: LinkRow[] = [];
  #configured: string | undefined;
  #busy = new Set<string>();
  #copied: string | undefined;
  #shown: string | undefined;
  /** What an act on the list came to. */
  #refusal: Refusal | undefined;
  /** What the live region says. */
  #said = '';
  /** Where the focus goes after the next drawing. */
  #focus: string | undefined;
  #checks = new LinkChecks([]);
  #slugTyped = false;
  /** Hours that were this link's own before it was given the owner's again. */
  #week: Week | undefined;
  #preview = new LinkPreview(this);
  #editing = new Editing<LinkRow, LinkForm>(this, {
    form: formOf,
    values: (form) => ({ ...columnsOf(form) }),
    write: (values, seen) => writeLink(this.server, this.who!, values as unknown as LinkColumns, seen),
    read: (seen) => readLink(this.server, seen),
    saved: (row) => this.#kept(row),
    refused: (refusal) => this.#refused(refusal),
  });

  protected override get unsaved(): boolean {
    return this.#editing.dirty;
  }

  protected override async load(who: Owner, current: () => boolean): Promise<void> {
    const links = await readLinks(this.server, who);
    if (!current()) return;
    this.#links = links;
    this.#refusal = undefined;
    const [first] = this.#links;
    if (this.base !== undefined || this.#configured !== undefined || !first) return;
    // An address is good to have, and nothing without it is wrong.
    this.#configured = await addressBase(this.server, first.slug).catch(() => undefined);
  }

  protected override forget(): void {
    this.#editing.close();
    this.#links = [];
    this.#preview.stop();
  }

  protected override stale(what: What | 'time'): void {
    if (this.#editing.row) void this.#editing.renew();
    if (!this.unsaved) super.stale(what);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { form } = this.#editing;
    if (form && this.who) this.#preview.follow(this.server, this.who, form, this.#editing.dirty ? undefined : this.#editing.row);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const target = this.#focus && this.renderRoot.querySelector<HTMLElement>(`[id="${this.#focus}"]`);
    if (!target) return;
    this.#focus = undefined;
    target.focus();
  }

  protected override body(): TemplateResult {
    const labels = new Labels(this.language(), this.who!.timezone);
    return html`${this.#editing.form ? this.#editor(this.#editing.form, labels) : this.#list(labels)}
      <p class="hidden" role="status">${this.#said}</p>`;
  }

  // ---- the list -----------------------------------------------------------------------------

  #list(labels: Labels): TemplateResult {
    const { t } = this;
    return html`${this.#refusal ? refusalNotice(t, this.#refusal) : nothing}
    ${linkList({
      t,
      labels,
      links: this.#links,
      busy: this.#busy,
      copied: this.#copied,
      shown: this.#shown,
      address: (link) => this.#address(link.slug),
      edit: (link) => this.#open(link),
      create: () => this.#create(),
      toggle: (link, on) => void this.#toggle(link, on),
      copy: (link) => void this.#copy(link),
      remove: (link) => void this.#remove(link),
    })}`;
  }

  #address(slug: string): string | undefined {
    const base = this.base ?? this.#configured;
    return base === undefined ? undefined : new URL(base + slug, document.baseURI).href;
  }

  async #toggle(link: LinkRow, on: boolean): Promise<void> {
    if (this.#busy.has(link.id)) return this.requestUpdate();
    this.#busy.add(link.id);
    // The switch stands where it was put until the answer says otherwise.
    this.#replace({ ...link, is_active: on });
    try {
      this.#replace(await switchLink(this.server, link.id, on));
      this.#refusal = undefined;
      this.#say(this.t(on ? 'link_switched_on' : 'link_switched_off', { title: link.title }));
      this.saved('links');
    } catch (error) {
      this.#replace(link);
      await this.#failed(error);
    }
    this.#busy.delete(link.id);
    this.requestUpdate();
  }

  async #copy(link: LinkRow): Promise<void> {
    const address = this.#address(link.slug);
    this.#shown = undefined;
    try {
      if (!address) throw new Error('no address');
      await navigator.clipboard.writeText(address);
      this.#copied = link.id;
      this.#say(this.t('link_copied_said', { title: link.title }));
      setTimeout(() => {
        this.#copied = undefined;
        this.requestUpdate();
      }, COPIED);
    } catch {
      this.#shown = link.id;
    }
    this.requestUpdate();
  }

  async #remove(link: LinkRow): Promise<void> {
    const { t } = this;
    const count = await meetingsToCome(this.server, this.who!, link.id).catch(() => undefined);
    const meetings =
      count === undefined ? t('link_delete_unknown') : count ? t('link_delete_meetings', { count }) : t('link_delete_none');
    const wanted = await this.asks.ask({
      title: t('link_delete_title', { title: link.title }),
      text: [meetings, t('link_delete_for_good'), link.is_active ? t('link_delete_instead') : ''].join(' ').trim(),
      yes: t('link_delete'),
      no: t('cancel_keep'),
      danger: true,
    });
    if (!wanted) return;
    try {
      await deleteLink(this.server, link.id);
      this.#links = this.#links.filter(({ id }) => id !== link.id);
      this.#refusal = undefined;
      this.#say(t('link_deleted', { title: link.title }));
      this.#focusOn('heading');
      this.saved('links');
    } catch (error) {
      await this.#failed(error);
    }
  }

  /** Says why an act on the list was refused; what is no longer there leaves the list. */
  async #failed(error: unknown): Promise<void> {
    const refusal = this.noted(error);
    if (refusal.kind === 'gone') await this.refresh();
    this.#refusal = refusal.kind === 'signed_out' ? undefined : refusal;
    this.requestUpdate();
  }

  #replace(row: LinkRow): void {
    this.#links = this.#links.map((link) => (link.id === row.id ? row : link));
    this.requestUpdate();
  }

  // ---- the editor ---------------------------------------------------------------------------

  #open(link: LinkRow): void {
    this.#slugTyped = true;
    this.#begin();
    this.#editing.open(link);
    // The list may be old: what is edited is what is there now.
    void this.#editing.renew();
  }

  #create(): void {
    this.#slugTyped = false;
    this.#begin();
    this.#editing.create(formOf(NEW_LINK));
    this.#focusOn('title');
  }

  #begin(): void {
    this.#checks = new LinkChecks(this.#links.map(({ slug }) => slug));
    this.#week = undefined;
    this.#refusal = undefined;
    this.#said = '';
    this.#preview.stop();
    this.#focusOn('heading');
  }

  async #back(): Promise<void> {
    const { t } = this;
    const row = this.#editing.row;
    const typed = row ? this.#editing.dirty : this.#slugTyped || this.#editing.form?.title !== '';
    const leave = { title: t('leave_title'), text: t('leave_text'), yes: t('leave_yes'), no: t('leave_no'), danger: true };
    if (typed && !(await this.asks.ask(leave))) return;
    this.#editing.close();
    this.#preview.stop();
    this.#focusOn('heading');
    await this.refresh();
  }

  #edit(part: Partial<LinkForm>): void {
    const form = { ...this.#editing.form!, ...part };
    if ('slug' in part) this.#slugTyped = true;
    // The address of a new link follows its title until somebody types one.
    else if ('title' in part && !this.#slugTyped) {
      const title = form.title.trim();
      form.slug = title ? suggestSlug(title, this.who!.name ?? '', this.#checks.taken) : '';
    }
    this.#checks.changed(Object.keys(part));
    this.#editing.edit(form);
  }

  /** Switched to and fro, a link's own hours are kept as long as the editor is open. */
  async #ownHours(own: boolean): Promise<void> {
    const form = this.#editing.form!;
    if (!own) {
      this.#week = form.availability_settings ?? this.#week;
      return this.#edit({ availability_settings: null });
    }
    if (!this.#week) {
      const settings = await ownersHours(this.server, this.who!).catch(() => ({}));
      if (!this.#editing.form) return;
      this.#week = weekOf(settings);
    }
    this.#edit({ availability_settings: this.#week });
  }

  #save(): void {
    const [first] = this.#checks.all(this.#editing.form!);
    if (first) this.#focusOn(first);
    else if (this.#editing.dirty) void this.#editing.save();
  }

  #kept(row: LinkRow): void {
    this.#checks.saved(row.slug);
    this.#slugTyped = true;
    const known = this.#links.some(({ id }) => id === row.id);
    this.#links = known ? this.#links.map((link) => (link.id === row.id ? row : link)) : [...this.#links, row];
    this.saved('links');
    if (this.#configured === undefined && this.base === undefined) {
      void addressBase(this.server, row.slug).then((base) => {
        this.#configured = base;
        this.requestUpdate();
      }, () => undefined);
    }
  }

  #refused(refusal: Refusal): void {
    if (refusal.word === 'elsewhere') this.tell('stale', { what: 'links' });
    this.noted(refusal);
    const { form } = this.#editing;
    const place = form && this.#checks.refuse(form, refusal);
    if (place) this.#focusOn(place);
  }

  #editor(form: LinkForm, labels: Labels): TemplateResult {
    const { t } = this;
    const { row, state } = this.#editing;
    const editor: Editor = {
      t,
      form,
      locale: this.language(),
      base: this.#shownBase(),
      freeSlug: this.#checks.freeSlug(form),
      error: (place) => {
        const key = this.#checks.at(form, place);
        return key && t(key);
      },
      change: (part) => this.#edit(part),
      leave: (place) => {
        this.#checks.left(place);
        this.requestUpdate();
      },
      ownHours: (own) => void this.#ownHours(own),
      say: (text) => this.#say(text),
      focus: (id) => this.#focusOn(id),
    };
    const shown = [...problems(form).keys()].filter((place) => this.#checks.at(form, place));
    const atField = state.is === 'refused' && (state.refusal.kind === 'duplicate' ? t('slug_taken') : undefined);
    return linkEditor({
      editor,
      title: row?.title || t('link_new_title'),
      notices: state.is === 'gone' ? html`<p class="notice error" role="alert">${t('gone')}</p>` : nothing,
      preview: this.#preview.render(t, this.language(), labels, this.who!, form, row !== undefined && !this.#editing.dirty, (refusal) => sentence(t, refusal)),
      bar: saveBar(t, this.#editing, {
        hindered: shown.length ? t('check_fields', { count: shown.length }) : undefined,
        refused: atField || undefined,
        differences: (theirs) => differences(t, labels, form, theirs),
        save: () => this.#save(),
        discard: () => this.#discard(),
      }),
      back: () => void this.#back(),
      save: () => this.#save(),
    });
  }

  #discard(): void {
    const fresh = !this.#editing.row;
    this.#editing.discard();
    this.#checks = new LinkChecks(this.#links.map(({ slug }) => slug));
    if (fresh) this.#preview.stop();
    this.#focusOn('heading');
  }

  /** What stands before the slug, without the scheme, which says nothing. */
  #shownBase(): string | undefined {
    return this.#address('')?.replace(/^https?:\/\//, '');
  }

  #say(sentence: string): void {
    this.#said = sentence;
    this.requestUpdate();
  }

  #focusOn(id: string): void {
    this.#focus = id;
    this.requestUpdate();
  }
}

customElements.define('scheduling-links', SchedulingLinks);

