-- ---------------------------------------------------------------------------------------------
-- Checks of arguments that SQL functions share
-- ---------------------------------------------------------------------------------------------

-- Refuses a null argument (22023).
create function scheduling_private.require_argument(name text, value text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if value is null then
        raise invalid_parameter_value using
            message = format('%s must not be null', name),
            detail = format('%s: The argument "%1$s" is required.', name),
            hint = format('Pass a value for "%s".', name);
    end if;
end
$$;

-- Refuses an argument of more bytes than this (22023), without repeating it.
create function scheduling_private.require_length(name text, value text, longest int) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if octet_length(value) > longest then
        raise invalid_parameter_value using
            message = format('%s is too long', name),
            detail = format('%s: it has %s bytes, and at most %s are taken.', name, octet_length(value), longest),
            hint = format('Pass a shorter "%s".', name);
    end if;
end
$$;

-- Refuses what is no http or https address (22023); null is none.
create function scheduling_private.require_url(name text, url text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if url !~ '^https?://[^/?#[:space:]@]+([/?#][^[:space:]]*)?$' then
        raise invalid_parameter_value using
            message = format('malformed %s', name),
            detail = format('%s: A URL here starts with https:// or http:// and carries no user name.', name),
            hint = 'Pass an absolute URL such as https://example.com/path.';
    end if;
end
$$;

-- True, or 22023 where a document is too long, nested too deep, or has numbers that nothing can read. For
-- CHECK constraints.
create function scheduling_private.check_json(document jsonb) returns boolean
immutable strict parallel safe language c as 'MODULE_PATHNAME', 'check_json_wrapper';

-- Whether a text is the name of a language, well-formed by BCP 47. For CHECK constraints.
create function scheduling_private.is_locale(locale text) returns boolean
immutable strict parallel safe language c as 'MODULE_PATHNAME', 'is_locale_wrapper';

-- The same name as BCP 47 spells it; what is none comes back as it is, for the CHECK to refuse.
create function scheduling_private.canonical_locale(locale text) returns text
immutable strict parallel safe language c as 'MODULE_PATHNAME', 'canonical_locale_wrapper';
