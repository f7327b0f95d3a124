-- ---------------------------------------------------------------------------------------------
-- Guests and meetings, in both modes
-- ---------------------------------------------------------------------------------------------

-- True, or 22023 with the path of the offending key. For CHECK constraints.
create function scheduling_private.check_attribution(attribution jsonb) returns boolean
immutable strict parallel safe language c as 'MODULE_PATHNAME', 'check_attribution_wrapper';

-- API: Public
-- Guests of client-owned meetings: one row a client and address.
create table scheduling.contacts (
    id         uuid primary key default gen_random_uuid(),
    client_id  uuid not null references scheduling.clients on delete cascade,
    email      text not null,
    name       text,
    phone      text,
    -- of their lead in the CRM; written by the worker
    crm_lead_id text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table scheduling.contacts is 'Guests of client-owned meetings: one row a client and address.';
create unique index contacts_client_email_key on scheduling.contacts (client_id, lower(email));

-- API: Public
-- Guests of user-owned meetings: one row a user and address.
create table scheduling.sales_prospects (
    id         uuid primary key default gen_random_uuid(),
    user_id    uuid not null references scheduling.user_profiles on delete cascade,
    email      text not null,
    name       text,
    phone      text,
    -- of their lead in the CRM; written by the worker
    crm_lead_id text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table scheduling.sales_prospects is 'Guests of user-owned meetings: one row a user and address.';
create unique index sales_prospects_user_email_key on scheduling.sales_prospects (user_id, lower(email));

-- API: Public
-- Meetings of clients. Inserting, moving or cancelling a row queues the work outside: see jobs.
create table scheduling.meetings (
    id                    uuid primary key default gen_random_uuid(),
    client_id             uuid not null references scheduling.clients on delete cascade,
    booking_link_id       uuid references scheduling.booking_links on delete set null,
    contact_id            uuid references scheduling.contacts on delete set null,
    -- null on insert: the link's
    title                 text not null,
    starts_at             timestamptz not null,
    ends_at               timestamptz not null,
    -- the guest's zone, in which mails to the guest tell the time; null on insert: the owner's
    timezone              text not null,
    -- the language of mails to guests; null on insert: the link's, else the owner's; null: English
    locale                text
        constraint meetings_locale_check check (scheduling_private.is_locale(locale)),
    status                text not null default 'confirmed'
        check (status in ('confirmed', 'cancelled', 'completed', 'no_show')),
    location              text,
    -- null on insert: the link's, or none without a link; kept when the link changes
    conferencing          scheduling.conferencing not null,
    meeting_url           text,
    -- what the event brought; meeting_url follows it unless somebody has set that by hand
    conference_url        text,
    notes                 text,
    answers               jsonb not null default '{}'
        check (jsonb_typeof(answers) = 'object' and scheduling_private.check_json(answers)),
    -- where the visitor came from: utm_source, utm_medium, utm_campaign, utm_term, utm_content, referrer
    attribution           jsonb not null default '{}'
        constraint meetings_attribution_check
        check (attribution = '{}' or scheduling_private.check_attribution(attribution)),
    -- the guest as typed for this meeting; null on insert: the guest's row of that moment
    guest_name            text,
    guest_email           text,
    guest_phone           text,
    -- Addresses, one a place: what is none of them would keep the meeting from being read.
    guests                text[] not null default '{}'
        constraint meetings_guests_check
        check (coalesce(array_ndims(guests), 1) = 1 and num_nulls(variadic guests) = 0),
    -- who invites, as invitations say for the life of the meeting; null on insert: the owner of that moment
    organizer_name        text,
    organizer_email       text,
    -- null on insert: the link's, or 0 without a link; kept when the link changes
    buffer_before_minutes int not null check (buffer_before_minutes >= 0),
    buffer_after_minutes  int not null check (buffer_after_minutes >= 0),
    -- how long before it the guests are reminded; null on insert: the link's; null: not at all
    reminder_minutes      int[]
        constraint meetings_reminder_minutes_check
        check (coalesce(array_ndims(reminder_minutes), 1) = 1
               and scheduling_private.are_reminders(reminder_minutes)),
    -- when the next one is due, of a meeting that is on; kept by prepare_meeting() and the worker
    next_reminder_at      timestamptz,
    -- the time that no other live meeting of this owner may touch
    blocked               tstzrange not null generated always as (
        scheduling_private.blocked_range(starts_at, ends_at, buffer_before_minutes, buffer_after_minutes)
    ) stored,
    calendar_provider     scheduling.provider,
    calendar_event_id     text,
    -- the calendar that holds the event, should another one be selected meanwhile
    calendar_id           text,
    confirmation_sent_at  timestamptz,
    -- RFC 5545 SEQUENCE: rises with each change that an invitation shows, or that makes one or ends it
    sequence              int not null default 0,
    idempotency_key       text,
    -- what was booked with the key: SHA-256 of the time and the address, and the length
    idempotency_digest    bytea,
    cancelled_at          timestamptz,
    cancel_reason         text,
    -- cancel_booking() says guest: a visitor's reason is for the owner alone
    cancelled_by          text check (cancelled_by in ('guest', 'owner')),
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    constraint meetings_time_check
        check (starts_at < ends_at and isfinite(starts_at) and isfinite(ends_at)),
    -- no double booking, whoever inserts
    constraint meetings_no_overlap
        exclude using gist (client_id with =, blocked with &&) where (status = 'confirmed')
) with (
    -- The worker writes each meeting once more, for its event and the confirmation: with room on the
    -- page, that touches no index.
    fillfactor = 80
);
comment on table scheduling.meetings is
    'Meetings of clients. Inserting, moving or cancelling a row queues the calendar event and the mails.';

-- API: Public
-- Meetings of users: the same as meetings, with user_id and prospect_id.
create table scheduling.sales_meetings (
    id                    uuid primary key default gen_random_uuid(),
    user_id               uuid not null references scheduling.user_profiles on delete cascade,
    booking_link_id       uuid references scheduling.booking_links on delete set null,
    prospect_id           uuid references scheduling.sales_prospects on delete set null,
    title                 text not null,
    starts_at             timestamptz not null,
    ends_at               timestamptz not null,
    timezone              text not null,
    locale                text
        constraint sales_meetings_locale_check check (scheduling_private.is_locale(locale)),
    status                text not null default 'confirmed'
        check (status in ('confirmed', 'cancelled', 'completed', 'no_show')),
    location              text,
    conferencing          scheduling.conferencing not null,
    meeting_url           text,
    conference_url        text,
    notes                 text,
    answers               jsonb not null default '{}'
        check (jsonb_typeof(answers) = 'object' and scheduling_private.check_json(answers)),
    attribution           jsonb not null default '{}'
        constraint sales_meetings_attribution_check
        check (attribution = '{}' or scheduling_private.check_attribution(attribution)),
    guest_name            text,
    guest_email           text,
    guest_phone           text,
    guests                text[] not null default '{}'
        constraint sales_meetings_guests_check
        check (coalesce(array_ndims(guests), 1) = 1 and num_nulls(variadic guests) = 0),
    organizer_name        text,
    organizer_email       text,
    buffer_before_minutes int not null check (buffer_before_minutes >= 0),
    buffer_after_minutes  int not null check (buffer_after_minutes >= 0),
    reminder_minutes      int[]
        constraint sales_meetings_reminder_minutes_check
        check (coalesce(array_ndims(reminder_minutes), 1) = 1
               and scheduling_private.are_reminders(reminder_minutes)),
    next_reminder_at      timestamptz,
    blocked               tstzrange not null generated always as (
        scheduling_private.blocked_range(starts_at, ends_at, buffer_before_minutes, buffer_after_minutes)
    ) stored,
    calendar_provider     scheduling.provider,
    calendar_event_id     text,
    -- the calendar that holds the event, should another one be selected meanwhile
    calendar_id           text,
    confirmation_sent_at  timestamptz,
    sequence              int not null default 0,
    idempotency_key       text,
    -- SHA-256 of what was booked with the key: the time and the address
    idempotency_digest    bytea,
    cancelled_at          timestamptz,
    cancel_reason         text,
    cancelled_by          text check (cancelled_by in ('guest', 'owner')),
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    constraint sales_meetings_time_check
        check (starts_at < ends_at and isfinite(starts_at) and isfinite(ends_at)),
    constraint sales_meetings_no_overlap
        exclude using gist (user_id with =, blocked with &&) where (status = 'confirmed')
) with (fillfactor = 80);
comment on table scheduling.sales_meetings is
    'Meetings of users. Inserting, moving or cancelling a row queues the calendar event and the mails.';

-- The columns of both tables, described once.
do $$
declare
    described record;
    meetings text;
begin
    for described in
        values ('timezone', 'The guest''s IANA zone, in which mails to the guest tell the time.'),
               ('locale', 'The language of mails to the guests, such as de or pt-BR; taken from the link, else the owner, on insert; null is English.'),
               ('status', 'confirmed (live), cancelled, completed or no_show.'),
               ('conferencing', 'none, google_meet or teams; taken from the link on insert. Made where the event is in a calendar that has it.'),
               ('meeting_url', 'Where to join; written by the worker when the conference is made, unless set by hand.'),
               ('conference_url', 'The link of the conference that came with the calendar event.'),
               ('guest_name', 'The guest''s name as it was typed for this meeting; taken from the guest''s row on insert.'),
               ('guest_email', 'The guest''s address as it was typed for this meeting; taken from the guest''s row on insert.'),
               ('guest_phone', 'The guest''s phone as it was typed for this meeting; taken from the guest''s row on insert where name or address are.'),
               ('guests', 'Addresses of further guests.'),
               ('answers', 'Answers to the link''s questions, by question id. book() checks them; plain SQL may store any.'),
               ('attribution', 'Where the visitor came from, as book() was told: utm_source, utm_medium, utm_campaign, utm_term, utm_content, referrer. In no mail.'),
               ('buffer_before_minutes', 'Kept free before the meeting; taken from the link on insert.'),
               ('buffer_after_minutes', 'Kept free after the meeting; taken from the link on insert.'),
               ('reminder_minutes', 'How many minutes before it the guests are reminded; taken from the link on insert.'),
               ('next_reminder_at', 'When the next reminder is due; follows from starts_at, status and reminder_minutes.'),
               ('blocked', 'The meeting with its buffers: what no other live meeting of the owner may touch.'),
               ('calendar_provider', 'Where the calendar event is: google or outlook.'),
               ('calendar_event_id', 'The provider''s id of the calendar event.'),
               ('calendar_id', 'The calendar that holds the event; null is the account''s primary one.'),
               ('confirmation_sent_at', 'When the guest''s confirmation was handed to the mail transport.'),
               ('idempotency_digest', 'A hash of the time and the address that were booked with the idempotency key, and the length.'),
               ('sequence', 'RFC 5545 SEQUENCE: rises with each change that an invitation shows, or that makes one or ends it.'),
               ('organizer_name', 'Who invites, as invitations say for the life of the meeting; taken from the owner on insert.'),
               ('organizer_email', 'The organizer''s address in invitations, for the life of the meeting; taken from the owner on insert, else the sender''s.'),
               ('cancelled_by', 'Who cancelled: guest (cancel_booking, whose reason only the owner reads) or owner.'),
               ('idempotency_key', 'The key given to book(): the same key and link again is the same meeting.')
    loop
        foreach meetings in array array['meetings', 'sales_meetings'] loop
            execute format('comment on column scheduling.%I.%I is %L',
                           meetings, described.column1, described.column2);
        end loop;
    end loop;
end
$$;

-- With all that slots depend on, so that they are found without the table.
create index meetings_client_idx on scheduling.meetings (client_id, starts_at)
    include (ends_at, buffer_before_minutes, buffer_after_minutes, status);
create index meetings_link_idx on scheduling.meetings (booking_link_id, starts_at);
create index meetings_contact_idx on scheduling.meetings (contact_id, created_at);
-- for the limit on invitations of further guests; most meetings have none
create index meetings_guests_idx on scheduling.meetings (client_id, created_at) where guests <> '{}';
-- for the worker, which asks for the nearest
create index meetings_reminder_idx on scheduling.meetings (next_reminder_at) where next_reminder_at is not null;
create unique index meetings_idempotency_key
    on scheduling.meetings (booking_link_id, idempotency_key) where idempotency_key is not null;
create index sales_meetings_user_idx on scheduling.sales_meetings (user_id, starts_at)
    include (ends_at, buffer_before_minutes, buffer_after_minutes, status);
create index sales_meetings_link_idx on scheduling.sales_meetings (booking_link_id, starts_at);
create index sales_meetings_prospect_idx on scheduling.sales_meetings (prospect_id, created_at);
create index sales_meetings_guests_idx on scheduling.sales_meetings (user_id, created_at) where guests <> '{}';
create index sales_meetings_reminder_idx
    on scheduling.sales_meetings (next_reminder_at) where next_reminder_at is not null;
create unique index sales_meetings_idempotency_key
    on scheduling.sales_meetings (booking_link_id, idempotency_key) where idempotency_key is not null;

select pg_catalog.pg_extension_config_dump('scheduling.contacts', '');
select pg_catalog.pg_extension_config_dump('scheduling.sales_prospects', '');
select pg_catalog.pg_extension_config_dump('scheduling.meetings', '');
select pg_catalog.pg_extension_config_dump('scheduling.sales_meetings', '');
