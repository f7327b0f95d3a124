// The bundle of the owner's settings.

export { OwnerElement } from './owner/element';
