-- ---------------------------------------------------------------------------------------------
-- Booking links, availability overrides and time off
-- ---------------------------------------------------------------------------------------------

-- True, or 22023 with the path of the offending key. For a CHECK constraint.
create function scheduling_private.check_questions(questions jsonb) returns boolean
immutable strict parallel safe language c as 'MODULE_PATHNAME', 'check_questions_wrapper';

-- Whether a list of minutes can be one of lengths to choose from: at most 20, each once, each 1 to 1,440. For a
-- CHECK constraint.
create function scheduling_private.are_durations(minutes int[]) returns boolean
immutable strict parallel safe language c as 'MODULE_PATHNAME', 'are_durations_wrapper';

-- API: Public
-- A page that visitors book from: an owner, a slug and the rules of its slots.
create table scheduling.booking_links (
    id                     uuid primary key default gen_random_uuid(),
    slug                   text not null unique
        constraint booking_links_slug_check check (slug ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$'),
    client_id              uuid references scheduling.clients on delete cascade,
    user_id                uuid references scheduling.user_profiles on delete cascade,
    title                  text not null default 'Meeting',
    description            text,
    duration_minutes       int not null default 30
        check (duration_minutes between 1 and 1440),
    -- lengths that a guest may choose besides
    duration_options       int[] not null default '{}'
        constraint booking_links_duration_options_check
        check (coalesce(array_ndims(duration_options), 1) = 1
               and scheduling_private.are_durations(duration_options)),
    -- null: the length of the meeting that is asked for
    slot_interval_minutes  int
        check (slot_interval_minutes between 1 and 1440),
    buffer_before_minutes  int not null default 0
        check (buffer_before_minutes >= 0),
    buffer_after_minutes   int not null default 0
        check (buffer_after_minutes >= 0),
    minimum_notice_minutes int not null default 0
        check (minimum_notice_minutes >= 0),
    -- counted in days of the owner's zone; 0 is today only
    booking_window_days    int not null default 60
        check (booking_window_days between 0 and 3650),
    -- null: no cap
    max_bookings_per_day   int
        check (max_bookings_per_day >= 1),
    -- weekly hours of this link; null: the owner's. Overrides replace these as they do those.
    availability_settings  jsonb
        constraint booking_links_availability_settings_check
        check (scheduling_private.check_availability_settings(availability_settings)),
    -- against floods, for book() and reschedule_booking(); null: no limit. Far above what people do.
    max_hourly_attempts_per_guest   int default 120
        -- counting ends at 16,383
        check (max_hourly_attempts_per_guest between 1 and 10000),
    max_hourly_bookings_per_guest   int default 60
        check (max_hourly_bookings_per_guest >= 1),
    max_upcoming_bookings_per_guest int default 100
        check (max_upcoming_bookings_per_guest >= 1),
    max_hourly_moves_per_booking    int default 10
        check (max_hourly_moves_per_booking >= 1),
    -- how long before its start a guest can last cancel, and move, a booking; null: guests may not
    cancel_notice_minutes     int default 0
        check (cancel_notice_minutes >= 0),
    reschedule_notice_minutes int default 0
        check (reschedule_notice_minutes >= 0),
    location               text,
    conferencing           scheduling.conferencing not null default 'none',
    -- [{"id": "company", "label": "Company", "type": "text", "required": true}, ...]
    questions              jsonb not null default '[]'
        constraint booking_links_questions_check check (scheduling_private.check_questions(questions)),
    -- how long before a meeting its guests are reminded of it; kept by meetings as they were made
    reminder_minutes       int[] not null default '{}'
        constraint booking_links_reminder_minutes_check
        check (coalesce(array_ndims(reminder_minutes), 1) = 1
               and scheduling_private.are_reminders(reminder_minutes)),
    -- where the page goes after a booking; null: it stays
    redirect_url           text
        check (redirect_url ~ '^https://[^/?#[:space:]@]+([/?#][^[:space:]]*)?$' and length(redirect_url) <= 2048),
    -- the language of its mails, such as de or pt-BR; null: the owner's
    locale                 text
        check (scheduling_private.is_locale(locale)),
    is_active              boolean not null default true,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    constraint booking_links_owner_check check (client_id is not null or user_id is not null)
);
comment on table scheduling.booking_links is
    'Pages that visitors book from. A link with client_id is in client mode, else in user mode.';
comment on column scheduling.booking_links.slug is
    'The name in the page''s address; unique; letters, digits, "-" and "_".';
comment on column scheduling.booking_links.duration_options is
    'Lengths that a guest may choose besides duration_minutes: at most 20, each 1 to 1440 minutes.';
comment on column scheduling.booking_links.slot_interval_minutes is
    'Minutes between slot starts; null means the length of the meeting that is asked for.';
comment on column scheduling.booking_links.availability_settings is
    'Weekly hours of this link, as clients.availability_settings, in the owner''s zone; null means the owner''s.';
comment on column scheduling.booking_links.booking_window_days is
    'How many days ahead can be booked, in the owner''s zone; 0 is today only.';
comment on column scheduling.booking_links.max_bookings_per_day is
    'Live meetings of this link on one day of the owner''s zone; null means no cap.';
comment on column scheduling.booking_links.max_hourly_attempts_per_guest is
    'Calls of book() by one address, and of reschedule_booking() for one booking, within an hour, refused ones included; null means no limit.';
comment on column scheduling.booking_links.max_hourly_bookings_per_guest is
    'Bookings that one address may make with the owner within an hour, by any link, before this one refuses; null means no limit.';
comment on column scheduling.booking_links.max_upcoming_bookings_per_guest is
    'Live bookings to come that one address may have at this link; null means no limit.';
comment on column scheduling.booking_links.max_hourly_moves_per_booking is
    'Moves of one booking within an hour; null means no limit.';
comment on column scheduling.booking_links.cancel_notice_minutes is
    'How long before its start a guest can last cancel a booking; null means that guests may not.';
comment on column scheduling.booking_links.reschedule_notice_minutes is
    'How long before its start a guest can last move a booking; null means that guests may not.';
comment on column scheduling.booking_links.reminder_minutes is
    'How many minutes before a meeting its guests are reminded of it: at most 5, each 5 to 43200.';
comment on column scheduling.booking_links.redirect_url is
    'Where the page goes after a booking, an https URL; null means that it stays.';
comment on column scheduling.booking_links.locale is
    'The language that the page and its mails are meant for, such as de or pt-BR; null is the owner''s.';
comment on column scheduling.booking_links.questions is
    'What book() asks: [{"id", "label", "type", "required", "options", "placeholder", "help", "max_length"}, ...].';
comment on column scheduling.booking_links.conferencing is
    'none, google_meet or teams: the video conference of new meetings, made by a calendar that has it.';

create index booking_links_client_idx on scheduling.booking_links (client_id);
create index booking_links_user_idx on scheduling.booking_links (user_id);

-- API: Public
-- Hours of one day that replace the weekly ones: a day off, a short day, a Saturday.
create table scheduling.availability_overrides (
    id         uuid primary key default gen_random_uuid(),
    client_id  uuid references scheduling.clients on delete cascade,
    user_id    uuid references scheduling.user_profiles on delete cascade,
    day        date not null check (isfinite(day)),
    -- [{"start": "09:00", "end": "12:00"}, ...]; [] is closed
    windows    jsonb not null default '[]'
        constraint availability_overrides_windows_check
        check (scheduling_private.check_availability_windows(windows)),
    reason     text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint availability_overrides_owner_check check (num_nonnulls(client_id, user_id) = 1),
    constraint availability_overrides_client_day_key unique (client_id, day),
    constraint availability_overrides_user_day_key unique (user_id, day)
);
comment on table scheduling.availability_overrides is
    'Hours of one local day that replace the owner''s weekly hours.';
comment on column scheduling.availability_overrides.windows is
    '[{"start": "09:00", "end": "12:00"}, ...]; an empty array means closed.';

-- API: Public
-- A span in which an owner cannot be booked, whatever the hours say: a holiday, an afternoon at the dentist.
-- Spans may touch and overlap.
create table scheduling.time_off (
    id         uuid primary key default gen_random_uuid(),
    client_id  uuid references scheduling.clients on delete cascade,
    user_id    uuid references scheduling.user_profiles on delete cascade,
    starts_at  timestamptz not null,
    ends_at    timestamptz not null,
    -- for those who manage the owner; guests never read it
    reason     text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint time_off_owner_check check (num_nonnulls(client_id, user_id) = 1),
    constraint time_off_finite_check check (isfinite(starts_at) and isfinite(ends_at)),
    constraint time_off_times_check check (starts_at < ends_at)
);
comment on table scheduling.time_off is
    'Spans in which an owner cannot be booked, whatever the hours say.';
comment on column scheduling.time_off.starts_at is
    'The first moment that cannot be booked; a meeting may end then.';
comment on column scheduling.time_off.ends_at is
    'The first moment that can be booked again.';
comment on column scheduling.time_off.reason is
    'For those who manage the owner; guests never read it.';

-- The spans that reach into a stretch: those that end after its start, of which the index tells by itself
-- which start before its end. What is over, which is most of them in time, is not looked at.
create index time_off_client_idx on scheduling.time_off (client_id, ends_at, starts_at) where client_id is not null;
create index time_off_user_idx on scheduling.time_off (user_id, ends_at, starts_at) where user_id is not null;

-- Spells the language of a link as BCP 47 does.
create function scheduling_private.spell_locale() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    new.locale := scheduling_private.canonical_locale(new.locale);
    return new;
end
$$;

create trigger spell_locale before insert or update of locale on scheduling.booking_links
    for each row when (new.locale is not null)
    execute function scheduling_private.spell_locale();
create trigger touch_updated_at before update on scheduling.booking_links
    for each row execute function scheduling_private.touch_updated_at();
create trigger touch_updated_at before update on scheduling.availability_overrides
    for each row execute function scheduling_private.touch_updated_at();
create trigger touch_updated_at before update on scheduling.time_off
    for each row execute function scheduling_private.touch_updated_at();

select pg_catalog.pg_extension_config_dump('scheduling.booking_links', '');
select pg_catalog.pg_extension_config_dump('scheduling.availability_overrides', '');
select pg_catalog.pg_extension_config_dump('scheduling.time_off', '');
