-- ---------------------------------------------------------------------------------------------
-- The site: where the pages of the application are, and who may show them in a frame
-- ---------------------------------------------------------------------------------------------

-- API: Private (written by configure_site)
create table scheduling.site_settings (
    singleton     boolean primary key default true check (singleton),
    app_url       text not null,
    booking_path  text not null,
    manage_path   text not null,
    verify_path   text,
    answer_path   text,
    owner_path    text,
    api_url       text,
    embed_origins text[] not null default '{}',
    updated_at    timestamptz not null default now()
);
comment on table scheduling.site_settings is
    'Where the application''s pages are: one row, written by configure_site().';

-- An origin as browsers write it (RFC 6454, section 6.1): lower case, without the port that goes without saying.
-- Null for what is none: a path, a user name, a wildcard, an address of IPv6, which no frame-ancestors of
-- Content Security Policy can name.
create function scheduling_private.canonical_origin(origin text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select case
        when lower(origin) ~ '^http:.*:80$' then left(lower(origin), -3)
        when lower(origin) ~ '^https:.*:443$' then left(lower(origin), -4)
        else lower(origin) end
    where origin !~ '[^!-~]'
      and lower(origin) ~ '^https?://[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[1-9][0-9]{0,4})?$'
      and octet_length(origin) <= 255
      and coalesce(substring(origin from ':([0-9]{1,5})$')::int, 0) <= 65535
$$;

-- Refuses what is no path of a page (22023); null is none.
create function scheduling_private.require_path(name text, path text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if path !~ '^/[^[:space:]]*$' then
        raise invalid_parameter_value using
            message = format('malformed %s', name),
            detail = format('%s: "%s" does not start with a slash, or has white space.', name, left(path, 60)),
            hint = 'Pass a path such as /book/.';
    end if;
end
$$;

-- API: Public (service)
-- Says where links in mails and redirects point, where the pages find the functions, and who may frame them.
create function scheduling.configure_site(
    -- https://app.example.com
    app_url       text,
    -- /book/: a link's slug is appended
    booking_path  text,
    -- /manage/: a booking's manage token is appended; ending in #manage=, it is in the fragment, which no
    -- server is sent
    manage_path   text,
    -- /verify/: the token that proves an address is appended
    verify_path   text default null,
    -- /answer/: the token that answers a request is appended
    answer_path   text default null,
    -- /calendars: the page of owners; null: a page of the owner's mode
    owner_path    text default null,
    -- https://api.example.com: what /rpc/ comes after; null: where the pages themselves come from
    api_url       text default null,
    -- https://www.example.com: who may show booking pages in a frame
    embed_origins text[] default null
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    wanted_origins text[] := coalesce(configure_site.embed_origins, '{}');
    wanted_api text := rtrim(configure_site.api_url, '/');
    origins text[] := '{}';
    origin text;
begin
    perform scheduling_private.require_argument('app_url', configure_site.app_url),
            scheduling_private.require_argument('booking_path', configure_site.booking_path),
            scheduling_private.require_argument('manage_path', configure_site.manage_path);
    perform scheduling_private.require_length(a.name, a.value, 2048),
            case when a.name like '%_url' then scheduling_private.require_url(a.name, a.value)
                 else scheduling_private.require_path(a.name, a.value) end
    from (values ('app_url', configure_site.app_url), ('booking_path', configure_site.booking_path),
                 ('manage_path', configure_site.manage_path), ('verify_path', configure_site.verify_path),
                 ('answer_path', configure_site.answer_path), ('owner_path', configure_site.owner_path),
                 ('api_url', configure_site.api_url)) a (name, value);
    if configure_site.app_url ~ '[?#]' then
        raise invalid_parameter_value using
            message = 'malformed app_url',
            detail = 'app_url: What comes after a question mark or a hash cannot be followed by a path.',
            hint = 'Pass an address such as https://app.example.com.';
    end if;
    -- Goes into a header of the pages: nothing in it may be taken for more than an address there.
    if wanted_api !~ '^https?://([A-Za-z0-9.-]+|[[][A-Fa-f0-9:.]+[]])(:[0-9]+)?(/[A-Za-z0-9._~%/-]*)?$' then
        raise invalid_parameter_value using
            message = 'malformed api_url',
            detail = 'api_url: It has other characters than letters, digits and . _ ~ % - in its host or path.',
            hint = 'Pass an address such as https://api.example.com or https://example.com/rest/v1.';
    end if;
    if array_ndims(wanted_origins) > 1 or cardinality(wanted_origins) > 50 then
        raise invalid_parameter_value using
            message = 'malformed embed_origins',
            detail = 'embed_origins: At most 50 origins are taken, in one list.',
            hint = 'Leave out those that show no booking page.';
    end if;
    for i in 1 .. cardinality(wanted_origins) loop
        origin := scheduling_private.canonical_origin(wanted_origins[array_lower(wanted_origins, 1) + i - 1]);
        if origin is null then
            raise invalid_parameter_value using
                message = 'malformed embed_origins',
                detail = format('embed_origins[%s]: an origin is http or https, a host, and perhaps a port; it '
                                'has no path, no wildcard, and other letters as Punycode.', i),
                hint = 'Pass origins such as https://www.example.com.';
        elsif origin <> all (origins) then
            origins := origins || origin;
        end if;
    end loop;

    insert into scheduling.site_settings as s
        (app_url, booking_path, manage_path, verify_path, answer_path, owner_path, api_url, embed_origins)
    values (rtrim(configure_site.app_url, '/'), configure_site.booking_path, configure_site.manage_path,
            configure_site.verify_path, configure_site.answer_path, configure_site.owner_path, wanted_api, origins)
    on conflict (singleton) do update set
        app_url = excluded.app_url, booking_path = excluded.booking_path, manage_path = excluded.manage_path,
        verify_path = excluded.verify_path, answer_path = excluded.answer_path, owner_path = excluded.owner_path,
        api_url = excluded.api_url, embed_origins = excluded.embed_origins, updated_at = now();
end
$$;
comment on function scheduling.configure_site(text, text, text, text, text, text, text, text[]) is
    'Says where the application''s pages are, for links in mails and redirects, where they find the functions, and who may frame them.';

select pg_catalog.pg_extension_config_dump('scheduling.site_settings', '');
