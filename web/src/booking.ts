// The booking bundle: the element, for pages of anybody's and for the one that PostgREST serves.

export { SchedulingBooking } from './booking/element';
