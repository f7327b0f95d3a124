-- ---------------------------------------------------------------------------------------------
-- Mail: every message rendered, and how messages leave
-- ---------------------------------------------------------------------------------------------

-- API: Public (service)
-- Every mail as it was rendered. One row a job: a retry sends the same bytes.
create table scheduling.emails (
    id               bigint generated always as identity primary key,
    job_id           bigint unique references scheduling.jobs on delete set null,
    kind             text not null
        check (kind in ('confirmation', 'owner_notification', 'updated', 'rescheduled', 'cancelled',
                        'reminder', 'calendar_disconnected')),
    -- No foreign keys: checking one locks the meeting, and whoever edits it would hold up its mails.
    -- forget_mails() deletes them with it.
    meeting_id       uuid,
    sales_meeting_id uuid,
    recipient        text not null,
    -- the address that the message is handed over for: each mail has one reader
    envelope_to      text[] not null,
    envelope_from    text not null,
    subject          text not null,
    -- the whole RFC 5322 text, with CRLF line ends
    message          text not null,
    message_id       text not null,
    -- what it shows of a meeting: by this the next mail to the same reader says what has changed
    shown            jsonb,
    -- why it is in our words, where others were wanted
    note             text,
    transport        text not null check (transport in ('capture', 'smtp', 'resend')),
    created_at       timestamptz not null default now(),
    -- when the transport took it; a captured mail is taken by being stored
    sent_at          timestamptz
);
-- PostgreSQL's own compression takes a tenth of the worker's time; lz4, which most servers are built with, next
-- to none.
do $$
begin
    alter table scheduling.emails alter column message set compression lz4;
exception when feature_not_supported then
    null;
end
$$;
comment on table scheduling.emails is
    'Every mail rendered, with the whole RFC 5322 text; with the transport "capture" this is where mail ends.';
comment on column scheduling.emails.message is 'The whole RFC 5322 text.';
comment on column scheduling.emails.shown is
    'What the mail shows of a meeting, by which the next mail to this reader says what has changed.';
comment on column scheduling.emails.sent_at is
    'When the transport took the message; null while it has not. With transport "capture": when it was stored.';

create index emails_meeting_idx on scheduling.emails (meeting_id) where meeting_id is not null;
create index emails_sales_meeting_idx on scheduling.emails (sales_meeting_id) where sales_meeting_id is not null;
-- for deleting what is older than scheduling.email_retention
create index emails_created_idx on scheduling.emails (created_at);

-- Deletes the mails about a meeting with it. The name comes after those of foreign keys' triggers: a
-- mail that is just being stored holds its job, which the meeting's deletion waits for before.
create function scheduling_private.forget_mails() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if tg_table_name = 'meetings' then
        delete from scheduling.emails e where e.meeting_id = old.id;
    else
        delete from scheduling.emails e where e.sales_meeting_id = old.id;
    end if;
    return null;
end
$$;

create trigger forget_mails after delete on scheduling.meetings
    for each row execute function scheduling_private.forget_mails();
create trigger forget_mails after delete on scheduling.sales_meetings
    for each row execute function scheduling_private.forget_mails();

-- API: Private (written by configure_mail)
create table scheduling.mail_settings (
    singleton    boolean primary key default true check (singleton),
    transport    text not null default 'capture' check (transport in ('capture', 'smtp', 'resend')),
    from_address text not null default 'Scheduling <bookings@scheduling.invalid>',
    reply_to     text,
    smtp_url     text,
    api_key      text,
    api_url      text,
    updated_at   timestamptz not null default now(),
    -- why the worker sends none, and until when; it writes that once a pause, and not a mail
    held_reason  text,
    held_until   timestamptz
);
comment on table scheduling.mail_settings is
    'How mail leaves: one row, written by configure_mail(); secrets are sealed.';
comment on column scheduling.mail_settings.held_reason is
    'Why no mail is sent until held_until: the transport has refused whoever sends, or takes none for longer.';

-- Seals the secrets, as connections' tokens are. Whatever is set ends a pause; noting one sets nothing.
create function scheduling_private.seal_mail_settings() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    -- rotate_key() changes nothing but the seals
    if scheduling_private.is_resealing() then
        return new;
    end if;
    -- the whole URL, as its user part holds the password
    new.smtp_url := scheduling_private.seal(new.smtp_url, 'smtp_url');
    new.api_key := scheduling_private.seal(new.api_key, 'api_key');
    new.updated_at := now();
    new.held_reason := null;
    new.held_until := null;
    return new;
end
$$;

create trigger seal_mail_settings before insert or update of transport, from_address, reply_to, smtp_url, api_key,
        api_url, updated_at on scheduling.mail_settings
    for each row execute function scheduling_private.seal_mail_settings();
alter table scheduling.mail_settings enable always trigger seal_mail_settings;

-- Mails that wait because a transport took none are tried at once.
create trigger wake_worker after insert or update of transport, from_address, reply_to, smtp_url, api_key,
        api_url, updated_at on scheduling.mail_settings
    for each statement execute function scheduling_private.wake_worker();
alter table scheduling.mail_settings enable always trigger wake_worker;

-- Refuses a transport, a sender, an answer address, an SMTP server's URL or an API's address or key that
-- cannot be used (22023).
create function scheduling_private.check_mail_settings(
    transport text, from_address text, reply_to text, smtp_url text, api_key text, api_url text
) returns void
volatile language c as 'MODULE_PATHNAME', 'check_mail_settings_wrapper';

-- API: Public (service)
-- Sets how mail leaves.
create function scheduling.configure_mail(
    -- capture: kept in scheduling.emails and not sent; smtp; resend
    transport    text,
    from_address text,
    -- where null, the owner's address
    reply_to     text default null,
    -- smtp://user:password@host:587?tls=required or smtps://user:password@host
    smtp_url     text default null,
    -- of Resend: re_...
    api_key      text default null,
    -- where null, https://api.resend.com
    api_url      text default null
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform scheduling_private.require_length(a.name, a.value, 2048)
    from (values ('transport', configure_mail.transport), ('from_address', configure_mail.from_address),
                 ('reply_to', configure_mail.reply_to), ('smtp_url', configure_mail.smtp_url),
                 ('api_key', configure_mail.api_key), ('api_url', configure_mail.api_url)) a (name, value);
    perform scheduling_private.check_mail_settings(configure_mail.transport,
        configure_mail.from_address, configure_mail.reply_to, configure_mail.smtp_url,
        configure_mail.api_key, configure_mail.api_url);
    perform scheduling_private.require_url('api_url', configure_mail.api_url);

    insert into scheduling.mail_settings as s
        (transport, from_address, reply_to, smtp_url, api_key, api_url)
    values (configure_mail.transport, configure_mail.from_address, configure_mail.reply_to,
            configure_mail.smtp_url, configure_mail.api_key, configure_mail.api_url)
    on conflict (singleton) do update set
        transport = excluded.transport, from_address = excluded.from_address,
        reply_to = excluded.reply_to, smtp_url = excluded.smtp_url,
        api_key = excluded.api_key, api_url = excluded.api_url;
end
$$;
comment on function scheduling.configure_mail(text, text, text, text, text, text) is
    'Sets how mail leaves: capture (kept in scheduling.emails), smtp or resend.';

select pg_catalog.pg_extension_config_dump('scheduling.emails', '');
select pg_catalog.pg_extension_config_dump('scheduling.emails_id_seq', '');
select pg_catalog.pg_extension_config_dump('scheduling.mail_settings', '');
