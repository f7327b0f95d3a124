-- ---------------------------------------------------------------------------------------------
-- Sealing of secrets
-- ---------------------------------------------------------------------------------------------

-- A secret, sealed for one purpose with the server's key file (scheduling.key_file). What is sealed
-- already stays as it is. Opening is the worker's alone: there is no SQL function for it.
create function scheduling_private.seal(plain text, purpose text) returns text
volatile strict language c as 'MODULE_PATHNAME', 'vault_seal_wrapper';

-- The same secret, sealed with the key that seals now; what does not open stays as it is. Like seal(), it shows
-- nobody what it seals.
create function scheduling_private.reseal(sealed text, purpose text) returns text
volatile strict language c as 'MODULE_PATHNAME', 'vault_reseal_wrapper';

-- Whether rotate_key() is writing: to seal anew is no change to what a row says. For triggers that fire always.
create function scheduling_private.is_resealing() returns boolean
volatile language c as 'MODULE_PATHNAME', 'is_resealing_wrapper';

-- The keys that this database has been used with, by a keyed hash of a constant: other keys, or none, are an
-- error. One row, unless the rows of a dump came in from a database that had another key, or rotate_key()
-- could not seal all anew. In dumps, as what was sealed is.
create table scheduling_private.key_fingerprints (
    fingerprint text not null,
    since       timestamptz not null default now()
);
comment on table scheduling_private.key_fingerprints is
    'Fingerprints of the keys that this database has been used with; they say nothing else about the keys.';

select pg_catalog.pg_extension_config_dump('scheduling_private.key_fingerprints', '');

-- API: Public (superuser)
-- Adds a key to the key file, or takes one that is newer there than this database's, and seals everything anew
-- with it; how many secrets. Links in mails, signed with the keys before, stay good. Replica: ordinary
-- triggers do not fire, as nothing of what the rows say changes.
create function scheduling.rotate_key() returns bigint
volatile security definer set search_path = pg_catalog, pg_temp
set session_replication_role = replica
language c as 'MODULE_PATHNAME', 'rotate_key_wrapper';
comment on function scheduling.rotate_key() is
    'Seals all secrets of this database anew with a new key; how many. What was signed before stays good.';

-- Which keys have sealed how many secrets of this database; those that it has been used with are listed even
-- where they have sealed none, as nothing opens here without them. A key that no database of the server lists
-- may be taken out of the file; links that it has signed open no more then. Null: from before secrets named
-- their key.
create function scheduling_private.keys_in_use(out key_id text, out secrets bigint, out is_active boolean)
returns setof record
stable security definer set search_path = pg_catalog, pg_temp
language c as 'MODULE_PATHNAME', 'keys_in_use_wrapper';
