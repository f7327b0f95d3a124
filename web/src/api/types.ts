// Rows as the database's functions and tables return them: the names and shapes are those of
// docs/reference.md. Times are ISO 8601 with an offset.

export const CONFERENCING = ['none', 'google_meet', 'teams'] as const;
export type Conferencing = (typeof CONFERENCING)[number];
export type Mode = 'client' | 'user';
export type Status =
  | 'confirmed'
  | 'cancelled'
  | 'completed'
  | 'no_show'
  | 'held'
  | 'unverified'
  | 'pending'
  | 'declined'
  | 'expired';

export interface Question {
  id: string;
  label: string;
  type?: 'text' | 'long_text' | 'choice' | 'choices' | 'boolean' | 'number' | 'email' | 'phone' | 'url' | 'date';
  required?: boolean;
  options?: string[];
  placeholder?: string;
  help?: string;
  max_length?: number;
}

/** `get_booking_link` */
export interface BookingLink {
  slug: string;
  mode: Mode;
  title: string;
  description: string | null;
  duration_minutes: number;
  owner_name: string;
  timezone: string;
  questions: Question[];
  location: string | null;
  duration_options: number[];
  conferencing: Conferencing;
  booking_window_days: number;
  bookable_until: string;
  requires_approval: boolean;
  requires_email_proof: boolean;
  max_guests: number;
  redirect_url: string | null;
  locale: string | null;
}

/** `link_slots`, `booking_slots`, `available_slots`, asked for their start alone */
export interface Slot {
  slot_start: string;
}

/** `book`, `reschedule_booking`, `cancel_booking` */
export interface Booked {
  meeting_id: string;
  mode: Mode;
  status: Status;
  title: string;
  starts_at: string;
  ends_at: string;
  manage_token: string;
  location: string | null;
  meeting_url: string | null;
  expires_at: string | null;
}

/** `get_booking` */
export interface Booking extends Booked {
  slug: string | null;
  description: string | null;
  duration_minutes: number;
  timezone: string | null;
  owner_name: string;
  owner_timezone: string;
  guest_name: string;
  guest_email: string;
  guests: string[];
  cancel_reason: string | null;
  can_reschedule: boolean;
  can_cancel: boolean;
  reschedule_until: string | null;
  cancel_until: string | null;
}

/** `my_owners` */
export interface Owner {
  owner: string;
  mode: Mode;
  owner_id: string;
  name: string | null;
  timezone: string;
}
