-- ---------------------------------------------------------------------------------------------
-- Pages for people: a link's booking page, a guest's page of a booking, the owner's page
-- ---------------------------------------------------------------------------------------------

-- STABLE, so that PostgREST serves them by GET, and of the type that it hands over as it is, whatever the
-- client accepts. A browser reads what they answer, so that what is wrong is said by a page as well, and not
-- by an error.
--
-- PostgREST finds a function by the names of its arguments and answers 404 where one has no place. So what
-- the pages' scripts read from the address has one, and what others are known to add to links; nothing is
-- done with it here.

-- API: Public
-- The booking page of a link, with what get_booking_link() returns in it. An unknown slug, or that of a link
-- that is not active, is a page with the status 404.
create function scheduling.booking_page(
    slug text default null,
    -- the language to speak, such as de; null: the browser's
    locale text default null,
    -- what the form begins with, and what is shown first: the script's to read
    name text default null, email text default null, phone text default null, notes text default null,
    guest text default null, duration text default null, date text default null, month text default null,
    timezone text default null, theme text default null,
    -- the origin of the page that frames this one
    embed text default null,
    -- where the visitor comes from
    ref text default null, utm_source text default null, utm_medium text default null,
    utm_campaign text default null, utm_term text default null, utm_content text default null,
    -- what advertisers and networks add to links
    fbclid text default null, gclid text default null, msclkid text default null
) returns scheduling."*/*"
stable security definer set search_path = pg_catalog, pg_temp
language c as 'MODULE_PATHNAME', 'booking_page_wrapper';
comment on function scheduling.booking_page is
    'The booking page of a link (text/html), for browsers.';

-- API: Public
-- The page on which a guest looks at a booking, moves and cancels it: the same for all of them. Its script
-- reads the token from the address, best from the fragment, and nothing is done with it here.
create function scheduling.manage_page(
    manage_token text default null, locale text default null,
    timezone text default null, theme text default null
) returns scheduling."*/*"
stable security definer set search_path = pg_catalog, pg_temp
language c as 'MODULE_PATHNAME', 'manage_page_wrapper';
comment on function scheduling.manage_page is
    'The page on which a guest manages a booking (text/html), for browsers.';

-- API: Public
-- The page on which owners set their calendars, hours and links: the same for all of them. Nothing of anybody
-- is in it; its script asks with the token of who is signed in.
create function scheduling.owner_page(
    owner text default null, locale text default null,
    -- what became of connecting a calendar: see oauth_callback()
    calendar text default null, calendar_error text default null,
    timezone text default null, theme text default null
) returns scheduling."*/*"
stable security definer set search_path = pg_catalog, pg_temp
language c as 'MODULE_PATHNAME', 'owner_page_wrapper';
comment on function scheduling.owner_page is
    'The page on which owners set their calendars, hours and links (text/html), for browsers.';
