//! The extension as PostgreSQL's catalogue shows it: the names and defaults that clients rely on,
//! and the rules that hold for every object.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{at, one, rows, run, sqlstate};

    const BOOKING_ROW: &str = "TABLE(meeting_id uuid, mode text, owner_id uuid, guest_id uuid, status text, \
        title text, starts_at timestamp with time zone, ends_at timestamp with time zone, manage_token text, \
        location text, meeting_url text, expires_at timestamp with time zone)";

    /// Functions of the contract: name, arguments, result, and volatility where PostgREST or the
    /// planner depends on it.
    const FUNCTIONS: &[(&str, &str, &str, &str)] = &[
        (
            "oauth_authorize_url",
            "owner text, provider text, redirect_uri text DEFAULT NULL::text",
            "text",
            "volatile",
        ),
        (
            "oauth_callback",
            "code text DEFAULT NULL::text, state text DEFAULT NULL::text, error text DEFAULT \
             NULL::text, error_description text DEFAULT NULL::text, scope text DEFAULT NULL::text, \
             authuser text DEFAULT NULL::text, prompt text DEFAULT NULL::text, hd text DEFAULT \
             NULL::text, iss text DEFAULT NULL::text, session_state text DEFAULT NULL::text, \
             client_info text DEFAULT NULL::text, error_uri text DEFAULT NULL::text, error_subcode \
             text DEFAULT NULL::text, suberror text DEFAULT NULL::text, claims text DEFAULT \
             NULL::text, admin_consent text DEFAULT NULL::text, tenant text DEFAULT NULL::text, \
             cloud_instance_name text DEFAULT NULL::text, cloud_instance_host_name text DEFAULT \
             NULL::text, cloud_graph_host_name text DEFAULT NULL::text, msgraph_host text DEFAULT \
             NULL::text, \"timestamp\" text DEFAULT NULL::text, trace_id text DEFAULT NULL::text, \
             correlation_id text DEFAULT NULL::text",
            "TABLE(mode text, owner_id text, provider text, connected_email text, redirect_path text)",
            "volatile",
        ),
        (
            "google_calendar_callback",
            "code text DEFAULT NULL::text, state text DEFAULT NULL::text, error text DEFAULT \
             NULL::text, error_description text DEFAULT NULL::text, scope text DEFAULT NULL::text, \
             authuser text DEFAULT NULL::text, prompt text DEFAULT NULL::text, hd text DEFAULT \
             NULL::text, iss text DEFAULT NULL::text, session_state text DEFAULT NULL::text, \
             error_uri text DEFAULT NULL::text",
            "TABLE(mode text, owner_id text, provider text, connected_email text, redirect_path text)",
            "volatile",
        ),
        (
            "outlook_calendar_callback",
            "code text DEFAULT NULL::text, state text DEFAULT NULL::text, error text DEFAULT \
             NULL::text, error_description text DEFAULT NULL::text, session_state text DEFAULT \
             NULL::text, client_info text DEFAULT NULL::text, error_uri text DEFAULT NULL::text, \
             error_subcode text DEFAULT NULL::text, suberror text DEFAULT NULL::text, claims text \
             DEFAULT NULL::text, admin_consent text DEFAULT NULL::text, tenant text DEFAULT \
             NULL::text, cloud_instance_name text DEFAULT NULL::text, cloud_instance_host_name text \
             DEFAULT NULL::text, cloud_graph_host_name text DEFAULT NULL::text, msgraph_host text \
             DEFAULT NULL::text, \"timestamp\" text DEFAULT NULL::text, trace_id text DEFAULT \
             NULL::text, correlation_id text DEFAULT NULL::text, scope text DEFAULT NULL::text, iss \
             text DEFAULT NULL::text",
            "TABLE(mode text, owner_id text, provider text, connected_email text, redirect_path text)",
            "volatile",
        ),
        (
            "disconnect_calendar",
            "owner text, provider text",
            "boolean",
            "volatile",
        ),
        (
            "provider_calendars",
            "owner text, provider text",
            "TABLE(calendar_id text, name text, is_primary boolean, can_write boolean, is_selected boolean, is_busy boolean)",
            "volatile",
        ),
        (
            "select_calendar",
            "owner text, provider text, calendar_id text, busy_calendar_ids text[] DEFAULT NULL::text[]",
            "void",
            "volatile",
        ),
        (
            "parse_oauth_state",
            "state text",
            "TABLE(mode text, owner_id text, provider text, nonce text, redirect_path text)",
            "immutable",
        ),
        (
            "format_oauth_state",
            "owner text, provider text, nonce text DEFAULT NULL::text",
            "text",
            "immutable",
        ),
        (
            "available_slots",
            "owner text, from_time timestamp with time zone DEFAULT now(), \
             until_time timestamp with time zone DEFAULT NULL::timestamp with time zone, \
             duration_minutes integer DEFAULT 30, interval_minutes integer DEFAULT NULL::integer, \
             buffer_before_minutes integer DEFAULT 0, buffer_after_minutes integer DEFAULT 0, \
             minimum_notice_minutes integer DEFAULT 0",
            "TABLE(slot_start timestamp with time zone, slot_end timestamp with time zone)",
            "stable",
        ),
        (
            "available_slots_for",
            "owners text[], from_time timestamp with time zone DEFAULT now(), \
             until_time timestamp with time zone DEFAULT NULL::timestamp with time zone, \
             duration_minutes integer DEFAULT 30, interval_minutes integer DEFAULT NULL::integer, \
             buffer_before_minutes integer DEFAULT 0, buffer_after_minutes integer DEFAULT 0, \
             minimum_notice_minutes integer DEFAULT 0, slots_per_owner integer DEFAULT NULL::integer, \
             skip_unknown boolean DEFAULT false",
            "TABLE(owner text, slot_start timestamp with time zone, slot_end timestamp with time zone)",
            "stable",
        ),
        (
            "earliest_slots_for",
            "owners text[], from_time timestamp with time zone DEFAULT now(), \
             until_time timestamp with time zone DEFAULT NULL::timestamp with time zone, \
             duration_minutes integer DEFAULT 30, interval_minutes integer DEFAULT NULL::integer, \
             buffer_before_minutes integer DEFAULT 0, buffer_after_minutes integer DEFAULT 0, \
             minimum_notice_minutes integer DEFAULT 0, skip_unknown boolean DEFAULT false",
            "TABLE(owner text, slot_start timestamp with time zone, slot_end timestamp with time zone)",
            "stable",
        ),
        (
            "link_slots",
            "slug text, from_time timestamp with time zone DEFAULT now(), \
             until_time timestamp with time zone DEFAULT NULL::timestamp with time zone, \
             timezone text DEFAULT NULL::text, duration_minutes integer DEFAULT NULL::integer, \
             slots_limit integer DEFAULT NULL::integer",
            "TABLE(slot_start timestamp with time zone, slot_end timestamp with time zone, \
             local_start timestamp without time zone)",
            "stable",
        ),
        (
            "get_booking_link",
            "slug text",
            "TABLE(slug text, mode text, title text, description text, duration_minutes integer, \
             owner_name text, timezone text, questions jsonb, location text, \
             duration_options integer[], conferencing text, booking_window_days integer, \
             bookable_until timestamp with time zone, requires_approval boolean, \
             requires_email_proof boolean, max_guests integer, redirect_url text, locale text)",
            "stable",
        ),
        (
            "book",
            "slug text, starts_at timestamp with time zone, email text, name text, \
             timezone text DEFAULT NULL::text, phone text DEFAULT NULL::text, \
             notes text DEFAULT NULL::text, answers jsonb DEFAULT '{}'::jsonb, \
             guests text[] DEFAULT '{}'::text[], idempotency_key text DEFAULT NULL::text, \
             duration_minutes integer DEFAULT NULL::integer, locale text DEFAULT NULL::text, \
             attribution jsonb DEFAULT '{}'::jsonb",
            BOOKING_ROW,
            "volatile",
        ),
        (
            "get_booking",
            "manage_token text",
            "TABLE(meeting_id uuid, mode text, owner_id uuid, guest_id uuid, status text, title text, \
             starts_at timestamp with time zone, ends_at timestamp with time zone, manage_token text, \
             slug text, description text, duration_minutes integer, timezone text, location text, \
             meeting_url text, owner_name text, owner_timezone text, guest_name text, \
             guest_email text, guests text[], cancel_reason text, can_reschedule boolean, \
             can_cancel boolean, reschedule_until timestamp with time zone, \
             cancel_until timestamp with time zone, expires_at timestamp with time zone)",
            "stable",
        ),
        (
            "meeting_slots",
            "meeting_id uuid DEFAULT NULL::uuid, sales_meeting_id uuid DEFAULT NULL::uuid, \
             from_time timestamp with time zone DEFAULT now(), \
             until_time timestamp with time zone DEFAULT NULL::timestamp with time zone, \
             timezone text DEFAULT NULL::text",
            "TABLE(slot_start timestamp with time zone, slot_end timestamp with time zone, \
             local_start timestamp without time zone)",
            "stable",
        ),
        ("booking_url", "slug text", "text", "stable"),
        (
            "booking_slots",
            "manage_token text, from_time timestamp with time zone DEFAULT now(), \
             until_time timestamp with time zone DEFAULT NULL::timestamp with time zone, \
             timezone text DEFAULT NULL::text",
            "TABLE(slot_start timestamp with time zone, slot_end timestamp with time zone, \
             local_start timestamp without time zone)",
            "stable",
        ),
        (
            "booking_invite",
            "manage_token text",
            "scheduling.\"*/*\"",
            "stable",
        ),
        ("calendar_feed_url", "owner text", "text", "volatile"),
        ("rotate_calendar_feed", "owner text", "text", "volatile"),
        (
            "calendar_feed",
            "token text",
            "scheduling.\"*/*\"",
            "stable",
        ),
        (
            "booking_page",
            "slug text DEFAULT NULL::text, locale text DEFAULT NULL::text, name text DEFAULT \
             NULL::text, email text DEFAULT NULL::text, phone text DEFAULT NULL::text, notes text \
             DEFAULT NULL::text, guest text DEFAULT NULL::text, duration text DEFAULT NULL::text, \
             date text DEFAULT NULL::text, month text DEFAULT NULL::text, timezone text DEFAULT \
             NULL::text, theme text DEFAULT NULL::text, embed text DEFAULT NULL::text, ref text \
             DEFAULT NULL::text, utm_source text DEFAULT NULL::text, utm_medium text DEFAULT \
             NULL::text, utm_campaign text DEFAULT NULL::text, utm_term text DEFAULT NULL::text, \
             utm_content text DEFAULT NULL::text, fbclid text DEFAULT NULL::text, gclid text \
             DEFAULT NULL::text, msclkid text DEFAULT NULL::text",
            "scheduling.\"*/*\"",
            "stable",
        ),
        (
            "manage_page",
            "manage_token text DEFAULT NULL::text, locale text DEFAULT NULL::text, timezone text \
             DEFAULT NULL::text, theme text DEFAULT NULL::text",
            "scheduling.\"*/*\"",
            "stable",
        ),
        (
            "owner_page",
            "owner text DEFAULT NULL::text, locale text DEFAULT NULL::text, calendar text DEFAULT \
             NULL::text, calendar_error text DEFAULT NULL::text, timezone text DEFAULT \
             NULL::text, theme text DEFAULT NULL::text",
            "scheduling.\"*/*\"",
            "stable",
        ),
        (
            "reschedule_booking",
            "manage_token text, starts_at timestamp with time zone",
            BOOKING_ROW,
            "volatile",
        ),
        (
            "cancel_booking",
            "manage_token text, reason text DEFAULT NULL::text",
            BOOKING_ROW,
            "volatile",
        ),
        (
            "create_calendar_event",
            "meeting_id uuid DEFAULT NULL::uuid, sales_meeting_id uuid DEFAULT NULL::uuid",
            "bigint",
            "volatile",
        ),
        (
            "send_booking_notification",
            "meeting_id uuid DEFAULT NULL::uuid, sales_meeting_id uuid DEFAULT NULL::uuid",
            "bigint[]",
            "volatile",
        ),
        ("refresh_busy_times", "owner text", "integer", "volatile"),
        (
            "configure_provider",
            "provider text, client_id text, client_secret text, redirect_uri text, \
             tenant text DEFAULT NULL::text, auth_url text DEFAULT NULL::text, \
             token_url text DEFAULT NULL::text, revoke_url text DEFAULT NULL::text, \
             userinfo_url text DEFAULT NULL::text, api_url text DEFAULT NULL::text",
            "void",
            "volatile",
        ),
        (
            "configure_mail",
            "transport text, from_address text, reply_to text DEFAULT NULL::text, \
             smtp_url text DEFAULT NULL::text, api_key text DEFAULT NULL::text, \
             api_url text DEFAULT NULL::text",
            "void",
            "volatile",
        ),
        (
            "configure_site",
            "app_url text, booking_path text, manage_path text, verify_path text DEFAULT NULL::text, \
             answer_path text DEFAULT NULL::text, owner_path text DEFAULT NULL::text, \
             api_url text DEFAULT NULL::text, embed_origins text[] DEFAULT NULL::text[]",
            "void",
            "volatile",
        ),
        (
            "configure_close",
            "api_key text, modes text[] DEFAULT '{user}'::text[], api_url text DEFAULT NULL::text",
            "void",
            "volatile",
        ),
        (
            "worker_status",
            "OUT running boolean, OUT pid integer, OUT database name, \
             OUT started_at timestamp with time zone, OUT ready_jobs bigint, OUT running_jobs bigint, \
             OUT failed_jobs bigint, OUT oldest_ready_at timestamp with time zone, OUT held_reason text",
            "record",
            "stable",
        ),
        (
            "queue_status",
            "",
            "TABLE(kind text, ready bigint, running bigint, waiting bigint, failed bigint, \
             done_last_hour bigint, oldest_ready_at timestamp with time zone, \
             p50_ms double precision, p95_ms double precision, failures jsonb, \
             held_reason text)",
            "stable",
        ),
        (
            "get_calendar_availability",
            "client_id uuid DEFAULT NULL::uuid, user_id uuid DEFAULT NULL::uuid, \
             from_time timestamp with time zone DEFAULT now(), \
             until_time timestamp with time zone DEFAULT NULL::timestamp with time zone, \
             duration_minutes integer DEFAULT 30",
            "jsonb",
            "stable",
        ),
        ("configured_providers", "", "text[]", "stable"),
        ("rotate_key", "", "bigint", "volatile"),
        ("start_worker", "", "boolean", "volatile"),
        ("stop_worker", "", "boolean", "volatile"),
        ("retry_job", "id bigint", "void", "volatile"),
        (
            "add_webhook",
            "url text, events text[] DEFAULT NULL::text[], owner text DEFAULT NULL::text, \
             secret text DEFAULT NULL::text",
            "TABLE(id uuid, secret text)",
            "volatile",
        ),
        ("remove_webhook", "id uuid", "void", "volatile"),
        (
            "rotate_webhook_secret",
            "id uuid",
            "TABLE(id uuid, secret text)",
            "volatile",
        ),
        (
            "grant_access",
            "visitor name DEFAULT NULL::name, member name DEFAULT NULL::name, \
             service name DEFAULT NULL::name",
            "void",
            "volatile",
        ),
        ("can_manage", "owner text", "boolean", "stable"),
        (
            "my_owners",
            "",
            "TABLE(owner text, mode text, owner_id uuid, name text, timezone text)",
            "stable",
        ),
        ("lock_owner", "owner text", "void", "volatile"),
        ("attach_auth_users", "", "boolean", "volatile"),
    ];

    const CONNECTION: &str = "provider access_token refresh_token token_expires_at calendar_id busy_calendar_ids \
        connected_email is_active status status_detail busy_synced_at created_at updated_at";
    const MEETING: &str = "booking_link_id title starts_at ends_at timezone status location \
        meeting_url notes answers guests calendar_provider calendar_event_id confirmation_sent_at \
        sequence cancelled_at cancel_reason created_at updated_at buffer_before_minutes \
        buffer_after_minutes locale reminder_minutes guest_name guest_email guest_phone";

    /// Tables of the contract, and columns that clients rely on.
    const TABLES: &[(&str, &[&str])] = &[
        (
            "clients",
            &[
                "id name primary_contact_email timezone availability_settings locale created_at updated_at",
            ],
        ),
        (
            "user_profiles",
            &[
                "user_id full_name email timezone availability_settings locale created_at updated_at",
            ],
        ),
        ("client_members", &["client_id user_id"]),
        (
            "booking_links",
            &[
                "id slug client_id user_id title description duration_minutes slot_interval_minutes",
                "buffer_before_minutes buffer_after_minutes minimum_notice_minutes booking_window_days",
                "max_bookings_per_day location conferencing questions is_active created_at updated_at",
                "max_hourly_bookings_per_guest max_upcoming_bookings_per_guest",
                "max_hourly_moves_per_booking max_hourly_attempts_per_guest",
                "cancel_notice_minutes reschedule_notice_minutes redirect_url locale reminder_minutes",
                "duration_options availability_settings",
            ],
        ),
        ("calendar_connections", &["id client_id", CONNECTION]),
        ("user_calendar_connections", &["id user_id", CONNECTION]),
        (
            "availability_overrides",
            &["id client_id user_id day windows reason created_at updated_at"],
        ),
        (
            "contacts",
            &["id client_id email name phone crm_lead_id updated_at"],
        ),
        (
            "time_off",
            &["id client_id user_id starts_at ends_at reason created_at updated_at"],
        ),
        (
            "sales_prospects",
            &["id user_id email name phone crm_lead_id updated_at"],
        ),
        ("meetings", &["id client_id contact_id", MEETING]),
        ("sales_meetings", &["id user_id prospect_id", MEETING]),
        (
            "jobs",
            &[
                "id kind state payload meeting_id sales_meeting_id attempts max_attempts run_at",
                "last_error created_at finished_at",
            ],
        ),
        (
            "webhooks",
            &["id url events client_id user_id is_active last_status last_error disabled_at"],
        ),
        (
            "mail_templates",
            &["id kind recipient locale client_id user_id subject text html"],
        ),
        (
            "audit_log",
            &["id at subject row_id client_id user_id action actor jwt_sub changes"],
        ),
        (
            "emails",
            &[
                "id kind meeting_id sales_meeting_id recipient subject message message_id transport",
                "created_at sent_at",
            ],
        ),
    ];

    #[pg_test]
    fn functions_have_the_names_arguments_and_results_of_the_contract() {
        for (name, arguments, result, volatility) in FUNCTIONS {
            let found = rows(&format!(
                "select unnest(array[pg_get_function_arguments(oid), pg_get_function_result(oid),
                     case provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end])
                 from pg_proc
                 where pronamespace = 'scheduling'::regnamespace and proname = '{name}'"
            ));
            assert_eq!(found, [*arguments, *result, *volatility], "{name}");
        }
    }

    #[pg_test]
    fn tables_have_the_columns_of_the_contract() {
        for (table, columns) in TABLES {
            let columns = columns.join(" ");
            let missing = rows(&format!(
                "select name from regexp_split_to_table('{columns}', '\\s+') name
                 where not exists (
                     select from pg_attribute
                     where attrelid = 'scheduling.{table}'::regclass and attname = name and attnum > 0
                       and not attisdropped)"
            ));
            assert_eq!(missing, [""; 0], "{table}");
        }
    }

    #[pg_test]
    fn everything_public_is_described() {
        let names = FUNCTIONS.iter().map(|(name, ..)| *name);
        let names = names.collect::<Vec<_>>().join(",");
        let undescribed = rows(&format!(
            "select oid::regprocedure::text from pg_proc
             where pronamespace = 'scheduling'::regnamespace and proname = any ('{{{names}}}')
               and coalesce(obj_description(oid, 'pg_proc'), '') = ''
             union all
             select oid::regclass::text from pg_class
             where relnamespace = 'scheduling'::regnamespace and relkind in ('r', 'v')
               and coalesce(obj_description(oid, 'pg_class'), '') = ''"
        ));
        assert_eq!(undescribed, [""; 0]);
    }

    #[pg_test]
    fn functions_with_more_rights_than_their_caller_have_a_safe_search_path() {
        for schema in ["scheduling", "scheduling_private"] {
            let definers = rows(&format!(
                "select oid::regprocedure::text from pg_proc
                 where pronamespace = '{schema}'::regnamespace and prosecdef"
            ));
            assert!(definers.len() > 10, "{definers:?}");
        }
        let unsafe_ones = rows(
            "select oid::regprocedure::text from pg_proc
             where pronamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
               and prosecdef
               and not coalesce(proconfig @> '{\"search_path=pg_catalog, pg_temp\"}', false)",
        );
        assert_eq!(unsafe_ones, [""; 0]);
    }

    /// What is not the contract's is in the other schema, so that lists of functions show no more.
    #[pg_test]
    fn the_schema_of_the_contract_has_its_functions_and_no_others() {
        let elsewhere = rows(
            "select pronamespace::regnamespace || '.' || proname
             from pg_depend d
             join pg_proc p on p.oid = d.objid
             join pg_extension e on e.oid = d.refobjid
             where d.classid = 'pg_proc'::regclass and d.refclassid = 'pg_extension'::regclass
               and d.deptype = 'e' and e.extname = 'scheduling'
               -- these tests
               and pronamespace not in ('scheduling_private'::regnamespace, 'tests'::regnamespace)
             order by proname collate \"C\"",
        );
        let mut contract: Vec<_> = FUNCTIONS
            .iter()
            .map(|(name, ..)| format!("scheduling.{name}"))
            .collect();
        contract.sort_unstable();
        assert_eq!(elsewhere, contract);
    }

    /// Writers of rows need what constraints, defaults, generated columns and conditions of triggers
    /// call, and readers what policies call: functions that tell nothing of others, in a schema where nobody but the owner may look up a name. Both schemas
    /// are closed to all who were not let in.
    #[pg_test]
    fn everybody_may_call_what_constraints_call_and_nothing_else() {
        let granted = rows(
            "select pronamespace::regnamespace || '.' || proname from pg_proc
             where pronamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
               and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner)))
                           where grantee = 0)
             union all
             select oid::regclass::text from pg_class
             where relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
               and exists (select from aclexplode(relacl) where grantee = 0)
             union all
             select nspname::text from pg_namespace
             where nspname in ('scheduling', 'scheduling_private')
               and exists (select from aclexplode(nspacl) where grantee = 0)
             order by 1",
        );
        assert_eq!(
            granted,
            [
                "scheduling_private.are_calendar_ids",
                "scheduling_private.are_durations",
                "scheduling_private.are_reminders",
                "scheduling_private.blocked_range",
                "scheduling_private.book_follows_up",
                "scheduling_private.caller_id",
                "scheduling_private.check_attribution",
                "scheduling_private.check_availability_settings",
                "scheduling_private.check_availability_windows",
                "scheduling_private.check_json",
                "scheduling_private.check_questions",
                "scheduling_private.default_availability_settings",
                "scheduling_private.is_calendar_id",
                "scheduling_private.is_locale",
                "scheduling_private.is_planned_for_service",
                "scheduling_private.my_clients",
                "scheduling_private.user_is_service",
            ]
        );
    }

    #[pg_test]
    fn every_row_that_users_put_in_is_dumped_sequences_included() {
        let lost = rows(
            "select c.oid::regclass::text from pg_class c, pg_extension e
             where e.extname = 'scheduling'
               and c.relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
               and c.relkind in ('r', 'S') and not c.oid = any (e.extconfig)
             order by 1",
        );
        // Round trips to a consent page last ten minutes, and nobody carries one over to a copy;
        // what calendars say is asked anew. Providers' addresses are the extension's own. Where a database
        // is at home, and that it was restored, is written down where it is.
        assert_eq!(
            lost,
            [
                "scheduling.busy_times",
                "scheduling.oauth_nonces",
                "scheduling_private.home",
                "scheduling_private.provider_defaults",
                "scheduling_private.restored",
            ]
        );
        let in_part = rows(
            "select condition from pg_extension, unnest(extcondition) condition
             where extname = 'scheduling' and condition <> ''",
        );
        assert_eq!(in_part, [""; 0]);
    }

    /// So an update of tzdata makes no row, no index and no constraint wrong: what is stored is instants, and
    /// hours as they are on the wall.
    #[pg_test]
    fn nothing_that_is_stored_depends_on_zone_data() {
        const EXPRESSIONS: &str = "expressions (classid, objid, text) as (
                 select 'pg_class'::regclass, i.indexrelid, pg_get_indexdef(i.indexrelid)
                 from pg_index i join pg_class c on c.oid = i.indexrelid
                 where c.relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
                 union all
                 select 'pg_constraint'::regclass, c.oid, pg_get_constraintdef(c.oid) from pg_constraint c
                 where c.connamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
                 union all
                 select 'pg_attrdef'::regclass, d.oid, pg_get_expr(d.adbin, d.adrelid)
                 from pg_attrdef d
                 join pg_attribute a on (a.attrelid, a.attnum) = (d.adrelid, d.adnum)
                 join pg_class c on c.oid = d.adrelid
                 where a.attgenerated <> ''
                   and c.relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace))";
        let local = rows(&format!(
            "with {EXPRESSIONS} select text from expressions
             where text ~* 'at time zone|timezone\\(|date_trunc|date_part|extract|to_char|::date|::time[^s]|now\\(|current_'"
        ));
        assert_eq!(local, [""; 0]);
        let functions = rows(&format!(
            "with {EXPRESSIONS} select distinct p.proname::text
             from expressions e
             join pg_depend d on (d.classid, d.objid) = (e.classid, e.objid) and d.refclassid = 'pg_proc'::regclass
             join pg_proc p on p.oid = d.refobjid
             where p.pronamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
             order by 1"
        ));
        // None of them knows a zone: instants and minutes, or the text of a document.
        assert_eq!(
            functions,
            [
                "are_calendar_ids",
                "are_durations",
                "are_reminders",
                "blocked_range",
                "check_attribution",
                "check_availability_settings",
                "check_availability_windows",
                "check_json",
                "check_questions",
                "is_calendar_id",
                "is_locale",
            ]
        );
    }

    #[pg_test]
    fn deleting_what_a_foreign_key_refers_to_scans_no_table() {
        let unindexed = rows(
            "select c.conrelid::regclass || '.' || a.attname
             from pg_constraint c
             join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
             where c.contype = 'f'
               and c.connamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
               and not exists (
                   select from pg_index i
                   where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1]
                     -- which whoever looks for a value implies
                     and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname)))",
        );
        assert_eq!(unindexed, [""; 0]);
    }

    #[pg_test]
    fn settings_have_the_defaults_of_the_contract_and_no_others_exist() {
        assert_eq!(
            rows(
                "select concat_ws(' ', name, boot_val, unit) from pg_settings
                 where name like 'scheduling.%' order by name"
            ),
            [
                "scheduling.audit_retention 1051200 min",
                "scheduling.busy_max_age 900 s",
                "scheduling.busy_refresh_interval 300 s",
                "scheduling.concurrency 256",
                "scheduling.email_retention 129600 min",
                "scheduling.enabled on",
                "scheduling.http_timeout 10000 ms",
                "scheduling.job_retention 10080 min",
                "scheduling.key_file scheduling.key",
                "scheduling.takes_over off",
                "scheduling.webhook_private_addresses off",
            ]
        );
        assert_eq!(sqlstate("set scheduling.no_such_setting = 1"), "42602");
    }

    /// PostgREST answers a GET in a read-only transaction.
    #[pg_test]
    fn questions_can_be_asked_in_a_read_only_transaction() {
        let owner = Owner::always_open(Mode::Client, "UTC");
        let link = owner.link();
        let booking = link.booking(&at(7, "10:00"));
        let feed = owner.feed();
        run("set local transaction_read_only = on");
        for question in [
            format!("available_slots('{}')", owner.key()),
            format!("available_slots_for('{{{}}}')", owner.key()),
            format!("earliest_slots_for('{{{}}}')", owner.key()),
            format!("link_slots('{}')", link.slug),
            format!("get_booking_link('{}')", link.slug),
            format!("get_booking('{}')", booking.token),
            format!("booking_slots('{}')", booking.token),
            format!("booking_invite('{}')", booking.token),
            format!("calendar_feed_url('{}')", owner.key()),
            format!("calendar_feed('{feed}')"),
            format!("booking_page('{}')", link.slug),
            "manage_page()".to_owned(),
            "owner_page()".to_owned(),
            "parse_oauth_state('acme:google')".to_owned(),
            "worker_status()".to_owned(),
            "queue_status()".to_owned(),
        ] {
            let answered = rows(&format!("select 'yes' from scheduling.{question} limit 1"));
            assert_eq!(answered, ["yes"], "{question}");
        }
    }

    /// Supabase's API has pg-safeupdate loaded, which refuses whatever changes a table's rows without a WHERE, in
    /// functions and triggers as well.
    #[pg_test]
    fn no_function_changes_rows_without_saying_which() {
        let functions = "from pg_proc p, regexp_matches(p.prosrc, '(?:delete from|update) scheduling[^;]*', 'gi') m
             where p.pronamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)";
        assert!(one::<i64>(&format!("select count(*) {functions}")) > 5);
        let without = rows(&format!(
            "select p.proname || ': ' || m[1] {functions} and m[1] !~* '[[:<:]]where[[:>:]]'"
        ));
        assert_eq!(without, [""; 0]);
    }

    #[pg_test]
    fn mails_are_compressed_by_lz4_where_the_server_has_it() {
        let compression: bool = one("select (attcompression = 'l') = exists (
                 select from pg_config where name = 'CONFIGURE' and setting ~ 'with-lz4')
             from pg_attribute
             where attrelid = 'scheduling.emails'::regclass and attname = 'message'");
        assert!(compression);
    }
}
