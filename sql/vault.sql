-- ---------------------------------------------------------------------------------------------
-- Sealing of secrets
-- ---------------------------------------------------------------------------------------------

-- A secret, sealed for one purpose with the server's key file (scheduling.key_file). What is sealed
-- already stays as it is. Opening is the worker's alone: there is no SQL function for it.
create function scheduling_private.seal(plain text, purpose text) returns text
volatile strict language c as 'MODULE_PATHNAME', 'vault_seal_wrapper';

-- The key that this database has been used with, by a keyed hash of a constant: another key, or none, is an
-- error. One row, unless the rows of a dump came in from a database that had another key. In dumps, as
-- what was sealed is.
create table scheduling_private.key_fingerprints (
    fingerprint text not null,
    since       timestamptz not null default now()
);
comment on table scheduling_private.key_fingerprints is
    'Fingerprint of the key file that this database has been used with; says nothing else about the key.';

select pg_catalog.pg_extension_config_dump('scheduling_private.key_fingerprints', '');
