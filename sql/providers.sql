-- ---------------------------------------------------------------------------------------------
-- Calendar providers: which there are, and what goes without saying of each
-- ---------------------------------------------------------------------------------------------

-- API: Public
-- The name of a calendar provider, wherever one is stored (23514 for any other). Whoever adds one
-- gives it a row in provider_defaults.
create domain scheduling.provider as text
    constraint provider_check check (value in ('google', 'outlook'));
comment on domain scheduling.provider is 'A calendar provider: google or outlook.';

-- API: Public
-- The video conference that a link or a meeting asks for (23514 for any other).
create domain scheduling.conferencing as text
    constraint conferencing_check check (value in ('none', 'google_meet', 'teams'));
comment on domain scheduling.conferencing is 'A video conference: none, google_meet or teams.';

-- What holds of a provider for every organisation. A URL is where the real provider is; {tenant} in
-- it stands for the tenant that configure_provider() is told.
create table scheduling_private.provider_defaults (
    provider     scheduling.provider primary key,
    -- the conference that an event in its calendar can bring; null: none
    conferencing scheduling.conferencing unique check (conferencing <> 'none'),
    auth_url     text not null,
    token_url    text not null,
    -- null: grants cannot be revoked there
    revoke_url   text,
    userinfo_url text not null,
    api_url      text not null
);
comment on table scheduling_private.provider_defaults is
    'Where each calendar provider is, and the video conference that comes with it. Not in dumps: it is the extension''s.';

insert into scheduling_private.provider_defaults
    (provider, conferencing, auth_url, token_url, revoke_url, userinfo_url, api_url)
values
    ('google', 'google_meet',
     'https://accounts.google.com/o/oauth2/v2/auth',
     'https://oauth2.googleapis.com/token',
     'https://oauth2.googleapis.com/revoke',
     'https://openidconnect.googleapis.com/v1/userinfo',
     'https://www.googleapis.com/calendar/v3'),
    ('outlook', 'teams',
     'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
     'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
     null,
     'https://graph.microsoft.com/v1.0/me',
     'https://graph.microsoft.com/v1.0');
