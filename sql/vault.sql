-- ---------------------------------------------------------------------------------------------
-- Sealing of secrets
-- ---------------------------------------------------------------------------------------------

-- A secret, sealed for one purpose with the server's key file (scheduling.key_file). What is sealed
-- already stays as it is. Opening is the worker's alone: there is no SQL function for it.
create function scheduling_private.seal(plain text, purpose text) returns text
volatile strict language c as 'MODULE_PATHNAME', 'vault_seal_wrapper';
