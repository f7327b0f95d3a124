-- The system that is replaced: its tables in the application's own schema, and rows as such tables come to
-- have them. Ids end in what they are for.

create schema auth;
create table auth.users (id uuid primary key, email text);

create table public.clients (
    id uuid primary key default gen_random_uuid(),
    name text,
    primary_contact_email text,
    timezone text,
    availability_settings jsonb,
    created_at timestamptz default now()
);
create table public.user_profiles (
    user_id uuid primary key references auth.users on delete cascade,
    full_name text,
    email text,
    timezone text,
    availability_settings jsonb,
    created_at timestamptz default now()
);
create table public.booking_links (
    id uuid primary key default gen_random_uuid(),
    slug text not null unique,
    client_id uuid references public.clients,
    user_id uuid,
    title text,
    description text,
    duration_minutes int,
    is_active boolean default true,
    created_at timestamptz default now(),
    constraint booking_links_owner_check check (client_id is not null or user_id is not null)
);
create table public.calendar_connections (
    id uuid primary key default gen_random_uuid(),
    client_id uuid not null references public.clients on delete cascade,
    provider text not null,
    access_token text, refresh_token text, token_expires_at timestamptz,
    calendar_id text, connected_email text, is_active boolean default true,
    unique (client_id, provider)
);
create table public.user_calendar_connections (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users on delete cascade,
    provider text not null,
    access_token text, refresh_token text, token_expires_at timestamptz,
    calendar_id text, connected_email text, is_active boolean default true,
    unique (user_id, provider)
);
create table public.contacts (
    id uuid primary key default gen_random_uuid(),
    client_id uuid references public.clients on delete cascade,
    name text, email text, phone text
);
create table public.sales_prospects (
    id uuid primary key default gen_random_uuid(),
    name text, email text, phone text
);
create table public.meetings (
    id uuid primary key default gen_random_uuid(),
    client_id uuid references public.clients on delete cascade,
    contact_id uuid references public.contacts,
    booking_link_id uuid references public.booking_links,
    title text, start_time timestamptz, end_time timestamptz, timezone text, status text default 'scheduled',
    location text, meeting_url text, notes text, calendar_event_id text, confirmation_sent_at timestamptz,
    created_at timestamptz default now()
);
create table public.sales_meetings (
    id uuid primary key default gen_random_uuid(),
    user_id uuid references auth.users on delete cascade,
    prospect_id uuid references public.sales_prospects,
    booking_link_id uuid references public.booking_links,
    title text, start_time timestamptz, end_time timestamptz, timezone text, status text default 'scheduled',
    location text, meeting_url text, notes text, calendar_event_id text, confirmation_sent_at timestamptz,
    created_at timestamptz default now()
);

insert into public.clients (id, name, primary_contact_email, timezone, availability_settings) values
    ('c0000000-0000-4000-8000-000000000001', 'Acme', 'owner@acme.example', 'europe/berlin',
     '{"monday": {"enabled": true, "start": "9:00", "end": "17:00:00"}, "tuesday": null,
       "wednesday": {"enabled": true, "start": "18:00", "end": "09:00"}, "thursday": {"enabled": true},
       "friday": {"enabled": "true", "start": "08:30", "end": "24:00"}, "holiday": {"enabled": true}}'),
    ('c0000000-0000-4000-8000-000000000002', null, null, null, null),
    ('c0000000-0000-4000-8000-000000000003', 'Elsewhere', 'x@elsewhere.example', 'Moon/Tranquility', '[]');
insert into auth.users values
    ('d0000000-0000-4000-8000-000000000001', 'robin@sales.example'),
    ('d0000000-0000-4000-8000-000000000002', 'ghost@sales.example');
insert into public.user_profiles (user_id, full_name, email, timezone, availability_settings) values
    ('d0000000-0000-4000-8000-000000000001', 'Robin Vale', null, '', '{}');

insert into public.booking_links (id, slug, client_id, user_id, title, duration_minutes) values
    ('b0000000-0000-4000-8000-000000000001', 'acme-intro', 'c0000000-0000-4000-8000-000000000001', null, 'Intro', 30),
    ('b0000000-0000-4000-8000-000000000002', 'robin', null, 'd0000000-0000-4000-8000-000000000001', null, null),
    ('b0000000-0000-4000-8000-000000000003', 'no slug', 'c0000000-0000-4000-8000-000000000001', null, 'Odd', 30),
    ('b0000000-0000-4000-8000-000000000004', 'ghost', null, 'd0000000-0000-4000-8000-000000000002', 'Ghost', 30);

insert into public.contacts (id, client_id, name, email) values
    ('e0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001', 'Ada', 'ada@guest.example'),
    ('e0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-000000000001', 'Ada L.', 'ADA@guest.example'),
    ('e0000000-0000-4000-8000-000000000003', 'c0000000-0000-4000-8000-000000000001', 'A lead, no guest', 'lead@x.example');
insert into public.sales_prospects (id, name, email) values
    ('e0000000-0000-4000-8000-000000000001', 'Ada', 'ada@guest.example');

-- In each mode: 1 to come, with event and confirmation; 2 over it, made later; 3 over; 4 cancelled;
-- 5 to come, of which nobody has been told, and which is in no calendar.
insert into public.meetings
    (id, client_id, contact_id, booking_link_id, title, start_time, end_time, status, calendar_event_id, confirmation_sent_at, created_at)
select format('a0000000-0000-4000-8000-00000000000%s', n)::uuid, 'c0000000-0000-4000-8000-000000000001',
       case when n = 3 then 'e0000000-0000-4000-8000-000000000002' else 'e0000000-0000-4000-8000-000000000001' end::uuid,
       'b0000000-0000-4000-8000-000000000001', 'Intro', start_time, start_time + interval '30 minutes', status,
       event, confirmed, now() - (10 - n) * interval '1 day'
from (values (1, date_trunc('day', now(), 'UTC') + interval '10 days 10 hours', 'scheduled', 'oldevent1', now()),
             (2, date_trunc('day', now(), 'UTC') + interval '10 days 10 hours 15 minutes', 'scheduled', 'oldevent2', now()),
             (3, now() - interval '9 days', 'scheduled', 'oldevent3', now()),
             (4, date_trunc('day', now(), 'UTC') + interval '10 days 10 hours', 'cancelled', null, now()),
             (5, date_trunc('day', now(), 'UTC') + interval '10 days 15 hours', 'confirmed', null, null))
     as rows (n, start_time, status, event, confirmed);
insert into public.sales_meetings
    (id, user_id, prospect_id, booking_link_id, title, start_time, end_time, status, calendar_event_id, confirmation_sent_at, created_at)
select ('f' || substr(m.id::text, 2))::uuid, 'd0000000-0000-4000-8000-000000000001', 'e0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000002',
       m.title, m.start_time, m.end_time, m.status, m.calendar_event_id || 'u', m.confirmation_sent_at, m.created_at
from public.meetings m;
