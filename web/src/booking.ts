// The booking bundle: the element, for pages of anybody's and for the one that PostgREST serves.

import { serve } from './booking/served';

export { SchedulingBooking } from './booking/element';

serve();
