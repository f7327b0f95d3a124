-- ---------------------------------------------------------------------------------------------
-- Owners: clients and users, their weekly hours and zones, and who may manage them
-- ---------------------------------------------------------------------------------------------

-- API: Public
-- A client of the organisation. Links with client_id belong to it (client mode).
create table scheduling.clients (
    id                    uuid primary key default gen_random_uuid(),
    name                  text not null,
    -- gets the notification of a new booking, and is the organizer in invitations
    primary_contact_email text,
    -- IANA name; local times of availability_settings and overrides are in it
    timezone              text not null default 'UTC',
    -- weekly hours; see scheduling_private.check_availability_settings()
    availability_settings jsonb not null default scheduling_private.default_availability_settings()
        constraint clients_availability_settings_check
        check (scheduling_private.check_availability_settings(availability_settings)),
    -- the language of mails to it, and to its guests where neither they nor the link say another; null: English
    locale                text
        constraint clients_locale_check check (scheduling_private.is_locale(locale)),
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now()
);
comment on table scheduling.clients is
    'Clients of the organisation: owners in client mode.';
comment on column scheduling.clients.primary_contact_email is
    'Gets the notification of a new booking and is the organizer in invitations.';
comment on column scheduling.clients.timezone is
    'IANA time zone of the weekly hours.';
comment on column scheduling.clients.availability_settings is
    'Weekly hours: {"monday": {"enabled": true, "start": "09:00", "end": "17:00"}, ...}.';
comment on column scheduling.clients.locale is
    'The language of mails to it, and to its guests where neither they nor the link say another, such as de or pt-BR; null is English.';

-- API: Public
-- A user of the organisation. Links with user_id and no client_id belong to it (user mode).
create table scheduling.user_profiles (
    user_id               uuid primary key default gen_random_uuid(),
    full_name             text,
    -- gets the notification where auth.users does not exist or has no e-mail for this user
    email                 text,
    timezone              text not null default 'UTC',
    availability_settings jsonb not null default scheduling_private.default_availability_settings()
        constraint user_profiles_availability_settings_check
        check (scheduling_private.check_availability_settings(availability_settings)),
    locale                text
        constraint user_profiles_locale_check check (scheduling_private.is_locale(locale)),
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now()
);
comment on table scheduling.user_profiles is
    'Users of the organisation: owners in user (internal) mode.';
comment on column scheduling.user_profiles.email is
    'Gets the notification of a new booking where auth.users has no e-mail for this user.';
comment on column scheduling.user_profiles.timezone is
    'IANA time zone of the weekly hours.';
comment on column scheduling.user_profiles.availability_settings is
    'Weekly hours, in the same format as clients.availability_settings.';
comment on column scheduling.user_profiles.locale is
    'The language of mails to the user, and to their guests where neither they nor the link say another, such as de or pt-BR; null is English.';

-- API: Public
-- Which signed-in users manage which clients.
create table scheduling.client_members (
    client_id  uuid not null references scheduling.clients on delete cascade,
    user_id    uuid not null,
    created_at timestamptz not null default now(),
    primary key (client_id, user_id)
);
comment on table scheduling.client_members is
    'Users (JWT "sub") who manage a client''s links, calendar and meetings.';

create index client_members_user_idx on scheduling.client_members (user_id);

-- Says when a row was last changed. Never what it said before, so that who has read it before can tell: not for the
-- second change of a transaction, and not where the clock was set back.
create function scheduling_private.touch_updated_at() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.updated_at := greatest(now(), old.updated_at + interval '1 microsecond');
    return new;
end
$$;

-- Stores zone names as the server spells them and refuses unknown ones (22023), and languages as BCP 47 spells
-- them.
create function scheduling_private.prepare_owner() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    new.timezone := scheduling_private.canonical_time_zone(new.timezone);
    new.locale := scheduling_private.canonical_locale(new.locale);
    return new;
end
$$;

create trigger prepare_owner before insert or update on scheduling.clients
    for each row execute function scheduling_private.prepare_owner();
create trigger prepare_owner before insert or update on scheduling.user_profiles
    for each row execute function scheduling_private.prepare_owner();
create trigger touch_updated_at before update on scheduling.clients
    for each row execute function scheduling_private.touch_updated_at();
create trigger touch_updated_at before update on scheduling.user_profiles
    for each row execute function scheduling_private.touch_updated_at();

-- API: Public
-- Ties user_profiles to auth.users where that table exists (Supabase). Safe to call again.
create function scheduling.attach_auth_users() returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if to_regclass('auth.users') is null then
        return false;
    end if;
    if not exists (
        select from pg_constraint
        where conname = 'user_profiles_user_id_fkey'
          and conrelid = 'scheduling.user_profiles'::regclass
    ) then
        alter table scheduling.user_profiles
            add constraint user_profiles_user_id_fkey
            foreign key (user_id) references auth.users (id) on delete cascade;
    end if;
    return true;
end
$$;
comment on function scheduling.attach_auth_users() is
    'Adds the foreign key from user_profiles to auth.users where that table exists; returns whether it does.';

select scheduling.attach_auth_users();

-- The address of a user's notifications: auth.users first, the profile's own where that is missing.
-- Dynamic SQL, because auth.users need not exist.
create function scheduling_private.user_email(user_id uuid) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    address text;
begin
    if to_regclass('auth.users') is not null then
        execute 'select u.email::text from auth.users u where u.id = $1' into address using user_id;
    end if;
    if address is null then
        select p.email into address
        from scheduling.user_profiles p
        where p.user_id = user_email.user_id;
    end if;
    return address;
end
$$;

select pg_catalog.pg_extension_config_dump('scheduling.clients', '');
select pg_catalog.pg_extension_config_dump('scheduling.user_profiles', '');
select pg_catalog.pg_extension_config_dump('scheduling.client_members', '');
