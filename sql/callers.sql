-- ---------------------------------------------------------------------------------------------
-- Who is calling, and whom they may manage
-- ---------------------------------------------------------------------------------------------

-- The role outside of any SECURITY DEFINER function, SET ROLE included.
create function scheduling_private.calling_role() returns oid
stable language c as 'MODULE_PATHNAME', 'calling_role_wrapper';

-- The two parts of an owner key; 22023 for what is none.
create function scheduling_private.owner_id(owner text) returns uuid
immutable parallel safe language c as 'MODULE_PATHNAME', 'owner_id_wrapper';
create function scheduling_private.owner_mode(owner text) returns text
immutable parallel safe language c as 'MODULE_PATHNAME', 'owner_mode_wrapper';

-- May be executed by the service role and nobody else: holding this right is what makes a caller
-- the trusted back end, so that no table needs to remember role names.
create function scheduling_private.is_service() returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$ select true $$;

-- Whether the caller is the trusted back end. Its names are resolved here and now, so it needs no
-- search_path of its own, which would keep it from becoming part of the query that asks.
create function scheduling_private.caller_is_service() returns boolean
language sql stable begin atomic
    select has_function_privilege(scheduling_private.calling_role(), 'scheduling_private.is_service()', 'execute');
end;

-- Who is signed in: "sub" of the claims that PostgREST has verified for this transaction. Null for claims that
-- are no JSON or name nobody, and for a subject that is no UUID. Whatever asks who is signed in asks here.
create function scheduling_private.caller_id() returns uuid
stable parallel safe language c as 'MODULE_PATHNAME', 'caller_id_wrapper';

-- The clients whose member is signed in; empty, never null.
create function scheduling_private.my_clients() returns uuid[]
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return array(
        select m.client_id from scheduling.client_members m where m.user_id = scheduling_private.caller_id());
end
$$;

-- API: Public
-- Whether the caller may manage an owner: the user itself, a client's members, the service role
-- and superusers. The caller is the role outside of any SECURITY DEFINER function.
create function scheduling.can_manage(owner text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    caller uuid;
    wanted uuid := scheduling_private.owner_id(owner);
begin
    if scheduling_private.caller_is_service() then
        return true;
    end if;
    caller := scheduling_private.caller_id();
    if scheduling_private.owner_mode(owner) = 'user' then
        return coalesce(wanted = caller, false);
    end if;
    return exists (
        select from scheduling.client_members m where m.client_id = wanted and m.user_id = caller
    );
end
$$;
comment on function scheduling.can_manage(text) is
    'Whether the caller may manage this owner (<client uuid> or user:<user uuid>).';

-- API: Public (owner)
-- Whom the person who is signed in may manage: themselves, then the clients of whom they are a member. Of the
-- service role, which may manage everybody, those of its token's subject: all owners may be a million rows, and
-- the tables have them.
create function scheduling.my_owners()
returns table (owner text, mode text, owner_id uuid, name text, timezone text)
language sql stable security definer rows 10 set search_path = pg_catalog, pg_temp as $$
    select o.owner, o.mode, o.owner_id, o.name, o.timezone
    from (
        select 'user:' || p.user_id, 'user', p.user_id, p.full_name, p.timezone
        from scheduling.user_profiles p where p.user_id = scheduling_private.caller_id()
        union all
        select c.id::text, 'client', c.id, c.name, c.timezone
        from scheduling.client_members m join scheduling.clients c on c.id = m.client_id
        where m.user_id = scheduling_private.caller_id()
    ) o (owner, mode, owner_id, name, timezone)
    order by o.mode desc, o.name, o.owner_id
$$;
comment on function scheduling.my_owners() is
    'Whom the person who is signed in may manage: themselves, and the clients of whom they are a member.';
