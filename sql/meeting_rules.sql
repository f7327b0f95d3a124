-- ---------------------------------------------------------------------------------------------
-- What holds of meetings and guests, whoever writes the row: triggers that complete, prepare and refuse
-- ---------------------------------------------------------------------------------------------

-- The address that mails are sent from, without its name.
create function scheduling_private.sender_address() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    sender text;
begin
    select s.from_address into sender from scheduling.mail_settings s;
    return coalesce(substring(sender from '<([^<>]+)>[[:space:]]*$'), btrim(sender), 'bookings@scheduling.invalid');
end
$$;

-- Who is named as the organizer of a new meeting: its owner, at an address that a mail can go to.
create function scheduling_private.organizer(owner_name text, owner_email text)
returns table (name text, email text)
language sql stable begin atomic
    select owner_name,
           case when owner_email ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$' then owner_email
                else scheduling_private.sender_address() end;
end;

-- Refuses a link or a guest of another owner, and one that does not exist in the same words: who names a row by
-- its id would else have its title, its rules, or somebody's name and address copied into a meeting of theirs.
-- This is before the policy has refused an owner whom the caller may not manage; to them it says what the policy
-- says of one whose link it is, or which link is whose could be asked.
create function scheduling_private.require_own_references(
    client_id uuid, user_id uuid, booking_link_id uuid, guest_id uuid
) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    field text;
begin
    if booking_link_id is not null and not exists (
        select from scheduling.booking_links l
        where l.id = require_own_references.booking_link_id
          and case when require_own_references.client_id is not null
                   then l.client_id = require_own_references.client_id
                   else l.client_id is null and l.user_id = require_own_references.user_id end)
    then
        field := 'booking_link_id';
    elsif guest_id is not null and client_id is not null and not exists (
        select from scheduling.contacts g
        where g.id = guest_id and g.client_id = require_own_references.client_id)
    then
        field := 'contact_id';
    elsif guest_id is not null and client_id is null and not exists (
        select from scheduling.sales_prospects g
        where g.id = guest_id and g.user_id = require_own_references.user_id)
    then
        field := 'prospect_id';
    end if;
    if field is not null and not scheduling.can_manage(coalesce(client_id::text, 'user:' || user_id)) then
        raise insufficient_privilege using message = format(
            'new row violates row-level security policy for table "%s"',
            case when client_id is not null then 'meetings' else 'sales_meetings' end);
    elsif field is not null then
        raise invalid_parameter_value using
            message = format('%s names none of the meeting''s owner', field),
            detail = format('%s: There is no such row, or it is another owner''s.', field),
            hint = 'Links and guests of a meeting are those of its owner.';
    end if;
end
$$;

-- Fills in what a plain insert leaves out. book() leaves out nothing, so it does not come by.
create function scheduling_private.complete_meeting() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    link scheduling.booking_links;
begin
    if tg_table_name = 'meetings' then
        -- an owner that is missing is the table's to refuse
        if new.client_id is not null then
            perform scheduling_private.require_own_references(
                new.client_id, null, new.booking_link_id, new.contact_id);
        end if;
    elsif new.user_id is not null then
        perform scheduling_private.require_own_references(
            null, new.user_id, new.booking_link_id, new.prospect_id);
    end if;
    if new.booking_link_id is not null then
        select * into link from scheduling.booking_links l where l.id = new.booking_link_id;
    end if;
    new.title := coalesce(new.title, link.title, 'Meeting');
    new.conferencing := coalesce(new.conferencing, link.conferencing, 'none');
    new.buffer_before_minutes := coalesce(new.buffer_before_minutes, link.buffer_before_minutes, 0);
    new.buffer_after_minutes := coalesce(new.buffer_after_minutes, link.buffer_after_minutes, 0);
    new.reminder_minutes := coalesce(new.reminder_minutes, link.reminder_minutes, '{}');
    new.locale := coalesce(new.locale, link.locale);
    if num_nulls(new.timezone, new.locale) > 0 then
        if tg_table_name = 'meetings' then
            select coalesce(new.timezone, c.timezone), coalesce(new.locale, c.locale)
            into new.timezone, new.locale
            from (values (1)) one left join scheduling.clients c on c.id = new.client_id;
        else
            select coalesce(new.timezone, p.timezone), coalesce(new.locale, p.locale)
            into new.timezone, new.locale
            from (values (1)) one left join scheduling.user_profiles p on p.user_id = new.user_id;
        end if;
        -- an owner that does not exist is the foreign key's to refuse
        new.timezone := coalesce(new.timezone, 'UTC');
    end if;
    -- Two people may share an address: who gives name and address has given all there is of the guest.
    if num_nulls(new.guest_name, new.guest_email) > 0 then
        if tg_table_name = 'meetings' then
            select coalesce(new.guest_name, g.name), coalesce(new.guest_email, g.email),
                   coalesce(new.guest_phone, g.phone)
            into new.guest_name, new.guest_email, new.guest_phone
            from (values (1)) one left join scheduling.contacts g on g.id = new.contact_id;
        else
            select coalesce(new.guest_name, g.name), coalesce(new.guest_email, g.email),
                   coalesce(new.guest_phone, g.phone)
            into new.guest_name, new.guest_email, new.guest_phone
            from (values (1)) one left join scheduling.sales_prospects g on g.id = new.prospect_id;
        end if;
    end if;
    if new.organizer_email is null then
        if tg_table_name = 'meetings' then
            select coalesce(new.organizer_name, o.name), o.email
            into new.organizer_name, new.organizer_email
            from scheduling_private.organizer(
                (select c.name from scheduling.clients c where c.id = new.client_id),
                (select c.primary_contact_email from scheduling.clients c where c.id = new.client_id)) o;
        else
            select coalesce(new.organizer_name, o.name), o.email
            into new.organizer_name, new.organizer_email
            from scheduling_private.organizer(
                (select p.full_name from scheduling.user_profiles p where p.user_id = new.user_id),
                scheduling_private.user_email(new.user_id)) o;
        end if;
    end if;
    return new;
end
$$;

-- Whether somebody has set another link to join. One that came with the calendar event is not that: the
-- worker, which writes it, knows who has been told without it.
create function scheduling_private.has_new_link(
    old_url text, new_url text, old_conference_url text, new_conference_url text
) returns boolean
language sql immutable begin atomic
    select new_url is distinct from old_url
           and (new_conference_url is not distinct from old_conference_url
                or new_url is distinct from new_conference_url);
end;

-- Keeps guest, sequence and what is known of a cancellation of what is changed by hand or by a visitor.
create function scheduling_private.complete_moved_meeting() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    -- What is taken off, or stays, is nobody's to refuse.
    if tg_table_name = 'meetings' then
        if (new.booking_link_id, new.contact_id) is distinct from (old.booking_link_id, old.contact_id) then
            perform scheduling_private.require_own_references(
                new.client_id, null, nullif(new.booking_link_id, old.booking_link_id),
                nullif(new.contact_id, old.contact_id));
        end if;
    elsif (new.booking_link_id, new.prospect_id) is distinct from (old.booking_link_id, old.prospect_id) then
        perform scheduling_private.require_own_references(
            null, new.user_id, nullif(new.booking_link_id, old.booking_link_id),
            nullif(new.prospect_id, old.prospect_id));
    end if;
    -- Another guest: name and address are theirs. One who is deleted leaves what was typed.
    if tg_table_name = 'meetings' then
        if new.contact_id <> coalesce(old.contact_id, gen_random_uuid()) and new.guest_email is not distinct from old.guest_email then
            select g.name, g.email, g.phone into new.guest_name, new.guest_email, new.guest_phone
            from (values (1)) one left join scheduling.contacts g on g.id = new.contact_id;
        end if;
    elsif new.prospect_id <> coalesce(old.prospect_id, gen_random_uuid()) and new.guest_email is not distinct from old.guest_email then
        select g.name, g.email, g.phone into new.guest_name, new.guest_email, new.guest_phone
        from (values (1)) one left join scheduling.sales_prospects g on g.id = new.prospect_id;
    end if;
    if ((new.starts_at, new.ends_at, new.status, new.title, new.location, new.guest_email, new.guests)
        is distinct from (old.starts_at, old.ends_at, old.status, old.title, old.location, old.guest_email, old.guests)
        or scheduling_private.has_new_link(
            old.meeting_url, new.meeting_url, old.conference_url, new.conference_url))
       and new.sequence = old.sequence
    then
        new.sequence := old.sequence + 1;
    end if;
    if new.status = 'cancelled' and old.status <> 'cancelled' then
        new.cancelled_at := coalesce(new.cancelled_at, now());
        new.cancelled_by := coalesce(new.cancelled_by, 'owner');
    elsif new.status <> 'cancelled' and old.status = 'cancelled' then
        new.cancelled_at := null;
        new.cancel_reason := null;
        new.cancelled_by := null;
    end if;
    return new;
end
$$;

-- Takes the owner's lock for a live meeting, and spells a zone that is new as the server does (22023
-- for what is none) and a language as BCP 47 does; says when its next reminder is due. Written in Rust, as every booking passes here.
create function scheduling_private.prepare_meeting() returns trigger
language c as 'MODULE_PATHNAME', 'prepare_meeting_wrapper';

-- Whether the statement that inserts this meeting is that of book(), which writes the audit log and
-- queues the jobs itself: a statement each, by triggers, takes half as long again as the booking.
create function scheduling_private.book_follows_up(meeting_id uuid) returns boolean
volatile strict language c as 'MODULE_PATHNAME', 'book_follows_up_wrapper';

-- Triggers of one event run in the order of their names: complete_ first, then prepare_.
do $$
declare
    meetings text;
    owner_id text;
    guest_id text;
    moved text;
begin
    for meetings, owner_id, guest_id in
        values ('meetings', 'client_id', 'contact_id'), ('sales_meetings', 'user_id', 'prospect_id')
    loop
        -- The condition is read anew for each statement, so it is short; what book() inserts is complete.
        execute format(
            'create trigger complete_meeting before insert on scheduling.%I
                 for each row when (not scheduling_private.book_follows_up(new.id))
                 execute function scheduling_private.complete_meeting()', meetings);
        execute format(
            'create trigger prepare_meeting before insert on scheduling.%I
                 for each row execute function scheduling_private.prepare_meeting()', meetings);
        moved := format(
            'before update of starts_at, ends_at, status, title, location, timezone, locale, reminder_minutes,
                              buffer_before_minutes, buffer_after_minutes, %I on scheduling.%I
                 for each row', owner_id, meetings);
        execute format(
            'create trigger complete_moved_meeting
                 before update of starts_at, ends_at, status, title, location, timezone, locale, meeting_url,
                                  guest_email, guests, reminder_minutes, booking_link_id, %I, buffer_before_minutes, buffer_after_minutes, %I on scheduling.%I
                 for each row execute function scheduling_private.complete_moved_meeting()',
            guest_id, owner_id, meetings);
        -- of every column but those in which the worker notes down its own work
        execute format(
            'create trigger touch_updated_at
                 before update of booking_link_id, %I, title, starts_at, ends_at, timezone, locale, status, location,
                                  conferencing, meeting_url, notes, answers, attribution, guest_name, guest_email, guest_phone,
                                  guests, organizer_name, organizer_email, buffer_before_minutes,
                                  buffer_after_minutes, reminder_minutes, cancelled_at, cancel_reason, cancelled_by,
                                  updated_at on scheduling.%I
                 for each row execute function scheduling_private.touch_updated_at()',
            guest_id, meetings);
        execute format(
            'create trigger prepare_moved_meeting %s
                 execute function scheduling_private.prepare_meeting()', moved);
    end loop;
end
$$;

-- Refuses to give what meetings refer to to another owner: a guest always, a link once there are meetings of it.
create function scheduling_private.keep_owner() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if tg_table_name = 'booking_links'
       and not exists (select from scheduling.meetings m where m.booking_link_id = old.id)
       and not exists (select from scheduling.sales_meetings m where m.booking_link_id = old.id)
    then
        return new;
    end if;
    raise invalid_parameter_value using
        message = format('a %s stays with its owner',
                         case tg_table_name when 'booking_links' then 'link that has meetings' else 'guest' end),
        detail = format('%s: The meetings are the owner''s and would not follow.', tg_argv[0]),
        hint = 'Make another one for the other owner.';
end
$$;

create trigger keep_owner before update of client_id on scheduling.contacts
    for each row when (old.client_id is distinct from new.client_id)
    execute function scheduling_private.keep_owner('client_id');
create trigger keep_owner before update of user_id on scheduling.sales_prospects
    for each row when (old.user_id is distinct from new.user_id)
    execute function scheduling_private.keep_owner('user_id');
-- The user of a client's link is nobody's owner.
create trigger keep_owner before update of client_id, user_id on scheduling.booking_links
    for each row when (
        old.client_id is distinct from new.client_id
        or new.client_id is null and old.user_id is distinct from new.user_id)
    execute function scheduling_private.keep_owner('client_id');
create trigger touch_updated_at before update on scheduling.contacts
    for each row execute function scheduling_private.touch_updated_at();
create trigger touch_updated_at before update on scheduling.sales_prospects
    for each row execute function scheduling_private.touch_updated_at();

-- Corrects the address in the meetings to come of a guest whose address is corrected, where it is theirs.
create function scheduling_private.correct_guest_address() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if tg_table_name = 'contacts' then
        update scheduling.meetings m set guest_email = new.email
        where m.contact_id = new.id and m.status = 'confirmed' and m.ends_at > now()
          and lower(m.guest_email) = lower(old.email);
    else
        update scheduling.sales_meetings m set guest_email = new.email
        where m.prospect_id = new.id and m.status = 'confirmed' and m.ends_at > now()
          and lower(m.guest_email) = lower(old.email);
    end if;
    return null;
end
$$;

create trigger correct_guest_address after update of email on scheduling.contacts
    for each row when (old.email <> new.email)
    execute function scheduling_private.correct_guest_address();
create trigger correct_guest_address after update of email on scheduling.sales_prospects
    for each row when (old.email <> new.email)
    execute function scheduling_private.correct_guest_address();
