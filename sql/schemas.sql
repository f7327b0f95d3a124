-- ---------------------------------------------------------------------------------------------
-- The two schemas: what clients rely on, and what the extension alone calls
-- ---------------------------------------------------------------------------------------------

-- Until the end of this script. PostgreSQL would look into the schema `scheduling` as well, and that may have been
-- there before the extension: whoever owns it could have put an operator there that fits better than pg_catalog's.
set local search_path = pg_catalog, pg_temp;

-- Names, titles and notes come in every script, and are handed on as UTF-8. A database of another encoding
-- cannot hold them, or holds bytes that are none: it would fail in the middle of a booking.
do $$
begin
    if pg_catalog.getdatabaseencoding() <> 'UTF8' then
        raise feature_not_supported using
            message = 'scheduling needs a database with the encoding UTF8',
            detail = pg_catalog.format('The encoding of this database is %s.', pg_catalog.getdatabaseencoding()),
            hint = 'Make one by: create database ... template template0 encoding utf8';
    end if;
end
$$;

-- `scheduling` is there already: the control file names it. Whoever may use it sees what is in it,
-- PostgREST's list of functions included. So it has the contract's functions and no others.

-- Functions of triggers, constraints, defaults and generated columns, aggregates, and what the
-- contract's functions share. Nobody but the extension's owner may look a name up here. Those who
-- write rows need not: what a table calls was looked up when the table was made.
create schema scheduling_private;
comment on schema scheduling_private is
    'What the extension "scheduling" itself calls. Nothing in it is for anybody else, and all of it may change.';
