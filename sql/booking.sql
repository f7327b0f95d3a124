-- ---------------------------------------------------------------------------------------------
-- Booking: what visitors call
-- ---------------------------------------------------------------------------------------------

-- What writes has the triggers of its tables, also in a session that repeats what another server did
-- (session_replication_role = replica), where plain SQL has none.

-- API: Public
-- Free slots of a booking link, by the link's own rules. STABLE, so PostgREST serves it by GET.
create function scheduling.link_slots(
    slug             text,
    from_time        timestamptz default now(),
    -- null: 14 days after from_time; at most 366
    until_time       timestamptz default null,
    -- the visitor's, for local_start; null: the owner's
    timezone         text default null,
    -- one of the lengths that the link offers, else 22023; null: its duration_minutes
    duration_minutes int default null,
    -- the earliest so many; null: all
    slots_limit      int default null
) returns table (slot_start timestamptz, slot_end timestamptz, local_start timestamp)
stable security definer set search_path = pg_catalog, pg_temp
rows 500 language c as 'MODULE_PATHNAME', 'link_slots_wrapper';
comment on function scheduling.link_slots(text, timestamptz, timestamptz, text, int, int) is
    'Free slots of a booking link, in order, with the start as the clock of a time zone shows it.';

-- API: Public
-- What a booking page shows of a link. Nothing private. Of a link that is not active, for those who manage its
-- owner.
create function scheduling.get_booking_link(slug text)
returns table (
    slug             text,
    -- client or user
    mode             text,
    title            text,
    description      text,
    duration_minutes int,
    owner_name       text,
    -- the owner's
    timezone         text,
    questions        jsonb,
    location         text,
    -- lengths that a guest may choose besides
    duration_options int[],
    -- none, google_meet or teams
    conferencing     text,
    booking_window_days int,
    -- the end of the last local day of the owner's that can be booked
    bookable_until   timestamptz,
    requires_approval boolean,
    requires_email_proof boolean,
    -- further guests
    max_guests       int,
    -- where the page goes after a booking; null: it stays
    redirect_url     text,
    -- of its mails; null: the owner's
    locale           text
)
stable security definer set search_path = pg_catalog, pg_temp
rows 1 language c as 'MODULE_PATHNAME', 'get_booking_link_wrapper';
comment on function scheduling.get_booking_link(text) is
    'What a booking page shows of a link: title, duration, owner, zone, questions, place.';

-- API: Public
-- Where a link is booked from, by configure_site(); null without it. PT404 where get_booking_link() says so.
create function scheduling.booking_url(slug text) returns text
stable security definer set search_path = pg_catalog, pg_temp
language c as 'MODULE_PATHNAME', 'booking_url_wrapper';
comment on function scheduling.booking_url(text) is
    'The address of a link''s booking page, by configure_site(); null without it.';

-- API: Public
-- Takes a slot of a link. The calendar event and the mails follow once the transaction commits.
create function scheduling.book(
    slug            text,
    -- a start that link_slots() lists; anything else is PT409
    starts_at       timestamptz,
    email           text,
    name            text,
    -- the visitor's, for the mails; null: the owner's
    timezone        text default null,
    phone           text default null,
    notes           text default null,
    -- answers to the link's questions, by question id; 22023 where they do not fit
    answers         jsonb default '{}',
    -- addresses of further guests
    guests          text[] default '{}',
    -- The same key and link again is the same meeting, as first booked; with another time, length or address
    -- it is 22023.
    idempotency_key text default null,
    -- one of the lengths that the link offers, else 22023; null: its duration_minutes
    duration_minutes int default null,
    -- of the mails to guests, such as de or pt-BR; null: the link's, else the owner's
    locale          text default null,
    -- where the visitor came from: utm_source, utm_medium, utm_campaign, utm_term, utm_content, referrer, each a
    -- text of at most 255 characters; anything else is 22023. It is for the owner, and goes into no mail
    attribution     jsonb default '{}'
) returns table (
    meeting_id   uuid,
    -- client: meetings and contacts; user: sales_meetings and sales_prospects
    mode         text,
    owner_id     uuid,
    guest_id     uuid,
    status       text,
    title        text,
    starts_at    timestamptz,
    ends_at      timestamptz,
    -- the right to look at, move and cancel this booking
    manage_token text,
    location     text,
    -- where to join; comes with the calendar event, so that it may be null at first
    meeting_url  text,
    -- of what is not confirmed yet
    expires_at   timestamptz
)
volatile security definer set search_path = pg_catalog, pg_temp
set session_replication_role = origin
rows 1 language c as 'MODULE_PATHNAME', 'book_wrapper';
comment on function scheduling.book(text, timestamptz, text, text, text, text, text, jsonb, text[], text, int, text, jsonb) is
    'Takes a slot of a booking link; PT409 where it is not free. Two calls never get one slot.';

-- API: Public (the token is the right)
-- The booking of a manage token, with all that its page shows. STABLE, so PostgREST serves it by GET.
create function scheduling.get_booking(manage_token text)
returns table (
    meeting_id uuid, mode text, owner_id uuid, guest_id uuid, status text, title text,
    starts_at timestamptz, ends_at timestamptz, manage_token text,
    -- the link's; null where that is gone
    slug text, description text,
    -- the booking's own
    duration_minutes int,
    -- the guest's
    timezone text,
    location text, meeting_url text, owner_name text, owner_timezone text,
    guest_name text, guest_email text,
    -- addresses of further guests
    guests text[],
    cancel_reason text,
    -- now; and until when, null for never
    can_reschedule boolean, can_cancel boolean,
    reschedule_until timestamptz, cancel_until timestamptz,
    -- of what is not confirmed yet
    expires_at timestamptz
)
stable security definer set search_path = pg_catalog, pg_temp
rows 1 language c as 'MODULE_PATHNAME', 'get_booking_wrapper';
comment on function scheduling.get_booking(text) is
    'The booking that a manage token is for, and until when its guest may move and cancel it.';

-- API: Public (the token is the right)
-- Free slots that a booking could move to, as link_slots(): its own time and event do not block it, and it
-- keeps its length. What reschedule_booking() would refuse at any time is refused here (PT409).
create function scheduling.booking_slots(
    manage_token text,
    from_time    timestamptz default now(),
    -- null: 14 days after from_time; at most 366
    until_time   timestamptz default null,
    -- the visitor's, for local_start; null: the owner's
    timezone     text default null
) returns table (slot_start timestamptz, slot_end timestamptz, local_start timestamp)
stable security definer set search_path = pg_catalog, pg_temp
rows 500 language c as 'MODULE_PATHNAME', 'booking_slots_wrapper';
comment on function scheduling.booking_slots(text, timestamptz, timestamptz, text) is
    'Free slots that a booking could move to, in order, with the start as the clock of a time zone shows it.';

-- API: Public (owner)
-- The same for who manages the owner of a meeting, whatever its guest may do by now: by its link's rules, or where
-- it has none by the owner's hours alone. It keeps its length and its own buffers, as an UPDATE of starts_at and
-- ends_at does; that may also set a time that is not listed, where it overlaps nothing.
create function scheduling.meeting_slots(
    -- one of the two
    meeting_id       uuid default null,
    sales_meeting_id uuid default null,
    from_time        timestamptz default now(),
    -- null: 14 days after from_time; at most 366
    until_time       timestamptz default null,
    -- for local_start; null: the owner's
    timezone         text default null
) returns table (slot_start timestamptz, slot_end timestamptz, local_start timestamp)
stable security definer set search_path = pg_catalog, pg_temp
rows 500 language c as 'MODULE_PATHNAME', 'meeting_slots_wrapper';
comment on function scheduling.meeting_slots(uuid, uuid, timestamptz, timestamptz, text) is
    'Free slots that an owner could move a meeting to, in order, with the start as the clock of a time zone shows it.';

-- The invitation as iCalendar text.
create function scheduling_private.booking_invite(manage_token text) returns text
stable security definer set search_path = pg_catalog, pg_temp
language c as 'MODULE_PATHNAME', 'booking_invite_wrapper';

-- API: Public
-- A file of whatever type its function says in the header: PostgREST hands it over whatever the client
-- accepts.
create domain scheduling."*/*" as bytea;
comment on domain scheduling."*/*" is
    'A file, which PostgREST answers as it is; its type is in the header Content-Type.';

-- API: Public (the token is the right)
-- The invitation of a booking as a file for any calendar program, cancelled where the booking is. STABLE,
-- so PostgREST serves it by GET, as text/calendar.
create function scheduling.booking_invite(manage_token text) returns scheduling."*/*"
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    invitation text := scheduling_private.booking_invite(manage_token);
begin
    perform set_config('response.headers',
        '[{"Content-Type": "text/calendar; charset=utf-8"},
          {"Content-Disposition": "attachment; filename=invite.ics"},
          {"Cache-Control": "no-store"}]', true);
    return convert_to(invitation, 'UTF8');
end
$$;
comment on function scheduling.booking_invite(text) is
    'The invitation of a booking as a file (text/calendar).';

-- API: Public (the token is the right)
-- Moves a booking to another slot of its link by the rules that the link has by now; it keeps its own
-- duration, and its own time does not block it. PT409 where it has begun, or the link's notice has passed.
create function scheduling.reschedule_booking(manage_token text, starts_at timestamptz)
returns table (
    meeting_id uuid, mode text, owner_id uuid, guest_id uuid, status text, title text,
    starts_at timestamptz, ends_at timestamptz, manage_token text, location text, meeting_url text,
    expires_at timestamptz
)
volatile security definer set search_path = pg_catalog, pg_temp
set session_replication_role = origin
rows 1 language c as 'MODULE_PATHNAME', 'reschedule_booking_wrapper';
comment on function scheduling.reschedule_booking(text, timestamptz) is
    'Moves a booking to another free slot of its link; PT409 where that is not free.';

-- API: Public (the token is the right)
-- Cancels a booking. Cancelling twice is no error; PT409 where it has begun, or the link's notice has passed.
create function scheduling.cancel_booking(manage_token text, reason text default null)
returns table (
    meeting_id uuid, mode text, owner_id uuid, guest_id uuid, status text, title text,
    starts_at timestamptz, ends_at timestamptz, manage_token text, location text, meeting_url text,
    expires_at timestamptz
)
volatile security definer set search_path = pg_catalog, pg_temp
set session_replication_role = origin
rows 1 language c as 'MODULE_PATHNAME', 'cancel_booking_wrapper';
comment on function scheduling.cancel_booking(text, text) is
    'Cancels a booking; guest and owner are told. Cancelling twice is no error.';

-- API: Public (owner, service)
-- Takes an owner's turn until the transaction ends. Transactions that write several rows of an owner call
-- it first, and so never deadlock with one another: then the owner's rows, in whatever order.
create function scheduling.lock_owner(owner text) returns void
volatile security definer set search_path = pg_catalog, pg_temp
language c as 'MODULE_PATHNAME', 'lock_owner_wrapper';
comment on function scheduling.lock_owner(text) is
    'Has this transaction wait for its turn with an owner, and others wait until it ends.';
