// The bundle of the owner's settings.

export { SchedulingAvailability } from './owner/availability';
export { SchedulingCalendars } from './owner/calendars';
export { SchedulingLinks } from './owner/links';
export { SchedulingMeetings } from './owner/meetings';
export { SchedulingOwner } from './owner/page';
