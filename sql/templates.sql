-- ---------------------------------------------------------------------------------------------
-- Own texts of mails
-- ---------------------------------------------------------------------------------------------

-- API: Public (service)
-- Other words for a mail: templates (MiniJinja) of its subject, text and HTML. The most specific row holds: the
-- owner's before everybody's, the locale's before its language's before any, the reader's before all readers'.
create table scheduling.mail_templates (
    id         uuid primary key default gen_random_uuid(),
    kind       text not null
        check (kind in ('confirmation', 'owner_notification', 'updated', 'rescheduled', 'cancelled', 'reminder')),
    -- null: each who gets such a mail
    recipient  text check (recipient in ('guest', 'further_guest', 'owner')),
    -- null: any
    locale     text
        constraint mail_templates_locale_check check (scheduling_private.is_locale(locale)),
    -- whose mails; null both: everybody's
    client_id  uuid references scheduling.clients on delete cascade,
    user_id    uuid references scheduling.user_profiles on delete cascade,
    -- null: ours
    subject    text,
    text       text,
    html       text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint mail_templates_owner_check check (num_nonnulls(client_id, user_id) <= 1),
    constraint mail_templates_text_check check (num_nonnulls(subject, text, html) > 0),
    constraint mail_templates_key unique nulls not distinct (kind, recipient, locale, client_id, user_id)
);
comment on table scheduling.mail_templates is
    'An organisation''s own subject, text and HTML of a kind of mail, for one owner or all.';
comment on column scheduling.mail_templates.recipient is
    'guest, further_guest or owner; null means each who gets such a mail.';
comment on column scheduling.mail_templates.locale is
    'The language or locale of the reader, such as de or pt-BR; null means any.';
comment on column scheduling.mail_templates.subject is
    'A MiniJinja template; null means ours.';
comment on column scheduling.mail_templates.text is
    'A MiniJinja template of the plain text; null means ours.';
comment on column scheduling.mail_templates.html is
    'A MiniJinja template of the HTML; null means ours, or the plain text where that is given.';

create index mail_templates_client_idx on scheduling.mail_templates (client_id) where client_id is not null;
create index mail_templates_user_idx on scheduling.mail_templates (user_id) where user_id is not null;

-- Tries a template on made-up meetings, or 22023 with the field, the line and what is wrong.
create function scheduling_private.check_mail_template(
    kind text, recipient text, subject text, body text, html text
) returns void
volatile language c as 'MODULE_PATHNAME', 'check_mail_template_wrapper';

-- Refuses templates that cannot be rendered, before anybody is to get such a mail.
create function scheduling_private.try_mail_template() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform scheduling_private.check_mail_template(new.kind, new.recipient, new.subject, new.text, new.html);
    return new;
end
$$;

create trigger spell_locale before insert or update of locale on scheduling.mail_templates
    for each row when (new.locale is not null)
    execute function scheduling_private.spell_locale();
create trigger touch_updated_at before update on scheduling.mail_templates
    for each row execute function scheduling_private.touch_updated_at();
create trigger try_mail_template before insert or update of kind, recipient, subject, text, html
    on scheduling.mail_templates
    for each row execute function scheduling_private.try_mail_template();

select pg_catalog.pg_extension_config_dump('scheduling.mail_templates', '');
