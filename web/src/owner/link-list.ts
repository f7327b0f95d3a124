// The list of an owner's booking links: what each is, whether it is open, and what can be done with it.

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { OwnerText } from '../text/owner';
import type { Labels } from '../time/labels';
import { icons } from './icons';
import type { LinkRow } from './link-row';

export interface LinkList {
  t: OwnerText;
  labels: Labels;
  links: LinkRow[];
  /** The public address of a link, where one is known. */
  address(link: LinkRow): string | undefined;
  /** Whose switch is on its way. */
  busy: ReadonlySet<string>;
  /** Whose address has just been copied. */
  copied: string | undefined;
  /** Whose address could not be copied, and is shown to be copied by hand. */
  shown: string | undefined;
  edit(link: LinkRow): void;
  create(): void;
  toggle(link: LinkRow, on: boolean): void;
  copy(link: LinkRow): void;
  remove(link: LinkRow): void;
}

export function linkList(list: LinkList): TemplateResult {
  const { t, links } = list;
  return html`<header class="row head">
      <div>
        <h2 tabindex="-1" id="heading">${t('links_title')}</h2>
        <p class="muted">${t('links_intro')}</p>
      </div>
      <button type="button" class="primary push" part="button button-primary" id="new" @click=${list.create}>${icons.add}${t('link_new')}</button>
    </header>
    ${links.length
      ? html`<ul class="links">
          ${repeat(links, (link) => link.id, (link) => card(list, link))}
        </ul>`
      : html`<div class="card empty">
          ${icons.link}
          <h3>${t('links_none')}</h3>
          <p class="muted">${t('links_none_help')}</p>
        </div>`}`;
}

function card(list: LinkList, link: LinkRow): TemplateResult {
  const { t, labels } = list;
  const title = link.title;
  const address = list.address(link);
  const lengths = [...new Set([link.duration_minutes, ...link.duration_options])].sort((a, b) => a - b);
  return html`<li class="card link ${link.is_active ? '' : 'off'}" id="link-${link.id}">
    <div class="what">
      <h3><bdi>${title}</bdi></h3>
      <ul class="facts muted">
        <li>${icons.clock}<span>${labels.list(lengths.map((length) => labels.length(length)))}</span></li>
        ${link.conferencing === 'none' ? nothing : html`<li>${icons.video}<span>${t(`conferencing_${link.conferencing}`)}</span></li>`}
        ${link.location ? html`<li>${icons.place}<span class="cut"><bdi>${link.location}</bdi></span></li>` : nothing}
        <li class="slug">${icons.link}<span class="cut" dir="ltr">${address ? withoutScheme(address) : `/${link.slug}`}</span></li>
      </ul>
    </div>
    <label class="row state">
      <span aria-hidden="true">${t(link.is_active ? 'link_on' : 'link_off')}</span>
      <input
        type="checkbox"
        role="switch"
        class="switch"
        aria-label=${t('link_active', { title })}
        aria-busy=${list.busy.has(link.id) ? 'true' : nothing}
        .checked=${live(link.is_active)}
        @change=${(event: Event) => list.toggle(link, (event.target as HTMLInputElement).checked)}
      />
    </label>
    <div class="row acts">
      <button type="button" class="small" aria-label=${t('link_copy_named', { title })} @click=${() => list.copy(link)}>
        ${icons.copy}<span>${t(list.copied === link.id ? 'link_copied' : 'link_copy')}</span>
      </button>
      ${address && link.is_active
        ? html`<a class="button small" href=${address} target="_blank" rel="noopener noreferrer" aria-label=${t('link_open_named', { title })}>${icons.open}<span>${t('link_open')}</span></a>`
        : nothing}
      <span class="push row">
        <button type="button" class="small" aria-label=${t('link_edit_named', { title })} @click=${() => list.edit(link)}>${icons.edit}<span>${t('link_edit')}</span></button>
        <button type="button" class="icon small plain danger-text" aria-label=${t('link_delete_named', { title })} title=${t('link_delete')} @click=${() => list.remove(link)}>${icons.remove}</button>
      </span>
    </div>
    ${list.shown === link.id
      ? html`<p class="notice by-hand">${address ? html`${t('link_copy_failed')} <code dir="ltr">${address}</code>` : t('link_no_address')}</p>`
      : nothing}
  </li>`;
}

function withoutScheme(address: string): string {
  return address.replace(/^https?:\/\//, '');
}
