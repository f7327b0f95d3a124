// The bundle of the owner's settings.

export { SchedulingLinks } from './owner/links';
export { SchedulingMeetings } from './owner/meetings';
export { SchedulingOwner } from './owner/page';
