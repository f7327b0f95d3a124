//! The settings that launcher and workers work under: their own, whatever the server, the database or
//! the role says for the sake of its sessions.
//!
//! A database that is made read-only by default, a role with a statement timeout, planner switches for a
//! report: all that is meant for others, and would have the worker stand still or do something else. So
//! every setting that a session could change is on one of two lists: [`OWN`], or [`LEFT`] to whoever
//! runs the server. A test holds them against PostgreSQL's.
//!
//! They are set above all sources of the configuration, so that a reload brings nothing back.

use std::ffi::CStr;

use pgrx::pg_sys;

/// Set by ourselves, with the value. Those that a version of PostgreSQL does not have are passed over.
pub const OWN: &[(&CStr, &CStr)] = &[
    // Whose rights, which names, and which triggers fire.
    (c"role", c"none"),
    (c"search_path", c"pg_catalog, pg_temp"),
    (c"session_replication_role", c"origin"),
    (c"row_security", c"on"),
    (c"restrict_nonsystem_relation_kind", c""),
    (c"check_function_bodies", c"on"),
    // What a transaction sees, and whether it may write.
    (c"default_transaction_isolation", c"read committed"),
    (c"default_transaction_read_only", c"off"),
    (c"default_transaction_deferrable", c"off"),
    // How values are read and written.
    (c"DateStyle", c"ISO, MDY"),
    (c"IntervalStyle", c"postgres"),
    (c"TimeZone", c"UTC"),
    (c"timezone_abbreviations", c"Default"),
    (c"bytea_output", c"hex"),
    (c"extra_float_digits", c"1"),
    (c"xmlbinary", c"base64"),
    (c"xmloption", c"content"),
    (c"lc_monetary", c"C"),
    (c"lc_numeric", c"C"),
    (c"lc_time", c"C"),
    (c"default_text_search_config", c"pg_catalog.simple"),
    // What the text of a statement means.
    (c"array_nulls", c"on"),
    (c"backslash_quote", c"safe_encoding"),
    (c"escape_string_warning", c"on"),
    (c"quote_all_identifiers", c"off"),
    (c"standard_conforming_strings", c"on"),
    (c"transform_null_equals", c"off"),
    (c"plpgsql.extra_errors", c"none"),
    (c"plpgsql.extra_warnings", c"none"),
    (c"plpgsql.variable_conflict", c"error"),
    // How long it may take, and what breaks it off. Whoever holds a lock holds up one job and not the
    // worker; all else is short by itself, and limits for what people type are not meant for it.
    (c"lock_timeout", c"1s"),
    (c"statement_timeout", c"0"),
    (c"transaction_timeout", c"0"),
    (c"idle_in_transaction_session_timeout", c"0"),
    (c"idle_session_timeout", c"0"),
    (c"exit_on_error", c"off"),
    (c"temp_file_limit", c"-1"),
    (c"max_stack_depth", c"2MB"),
    (c"debug_discard_caches", c"0"),
    // An index scan that leaves out rows.
    (c"gin_fuzzy_search_limit", c"0"),
    // Plans. All statements are short: compiling one, or sharing it out among processes, takes longer
    // than running it a hundred times; but the planner's idea of a claim's cost grows with the queue.
    (c"jit", c"off"),
    (c"max_parallel_workers_per_gather", c"0"),
    (c"force_parallel_mode", c"off"),
    (c"debug_parallel_query", c"off"),
    // They look rows up by their keys, some hundred at a time: a table that has grown since it was
    // analyzed must not be read whole, and planning anew takes longer than running.
    (c"plan_cache_mode", c"force_generic_plan"),
    (c"enable_hashjoin", c"off"),
    (c"enable_mergejoin", c"off"),
    (c"enable_seqscan", c"off"),
    (c"constraint_exclusion", c"partition"),
    (c"cursor_tuple_fraction", c"0.1"),
    (c"from_collapse_limit", c"8"),
    (c"join_collapse_limit", c"8"),
    (c"synchronize_seqscans", c"on"),
    (c"geqo", c"on"),
    (c"geqo_effort", c"5"),
    (c"geqo_generations", c"0"),
    (c"geqo_pool_size", c"0"),
    (c"geqo_seed", c"0"),
    (c"geqo_selection_bias", c"2"),
    (c"geqo_threshold", c"12"),
    (c"enable_async_append", c"on"),
    (c"enable_bitmapscan", c"on"),
    (c"enable_distinct_reordering", c"on"),
    (c"enable_gathermerge", c"on"),
    (c"enable_group_by_reordering", c"on"),
    (c"enable_hashagg", c"on"),
    (c"enable_incremental_sort", c"on"),
    (c"enable_indexonlyscan", c"on"),
    (c"enable_indexscan", c"on"),
    (c"enable_material", c"on"),
    (c"enable_memoize", c"on"),
    (c"enable_nestloop", c"on"),
    (c"enable_parallel_append", c"on"),
    (c"enable_parallel_hash", c"on"),
    (c"enable_partition_pruning", c"on"),
    (c"enable_partitionwise_aggregate", c"off"),
    (c"enable_partitionwise_join", c"off"),
    (c"enable_presorted_aggregate", c"on"),
    (c"enable_self_join_elimination", c"on"),
    (c"enable_sort", c"on"),
    (c"enable_tidscan", c"on"),
];

/// Left as they are: what is logged and counted, how much memory and which disks there are and what they
/// cost, how safe a commit is, and what does not concern a process without a client or a statement that
/// defines nothing.
#[cfg(any(test, feature = "pg_test"))]
pub const LEFT: &[&str] = &[
    // Logged, counted, shown.
    "application_name",
    "backtrace_functions",
    "client_min_messages",
    "compute_query_id",
    "debug_pretty_print",
    "debug_print_parse",
    "debug_print_plan",
    "debug_print_rewritten",
    "lc_messages",
    "log_connections",
    "log_disconnections",
    "log_duration",
    "log_error_verbosity",
    "log_executor_stats",
    "log_lock_failures",
    "log_lock_waits",
    "log_min_duration_sample",
    "log_min_duration_statement",
    "log_min_error_statement",
    "log_min_messages",
    "log_parameter_max_length",
    "log_parameter_max_length_on_error",
    "log_parser_stats",
    "log_planner_stats",
    "log_replication_commands",
    "log_statement",
    "log_statement_sample_rate",
    "log_statement_stats",
    "log_temp_files",
    "log_transaction_sample_rate",
    "stats_fetch_consistency",
    "trace_notify",
    "trace_sort",
    "track_activities",
    "track_cost_delay_timing",
    "track_counts",
    "track_functions",
    "track_io_timing",
    "track_wal_io_timing",
    "update_process_title",
    // Memory, disks, and what they cost.
    "backend_flush_after",
    "cpu_index_tuple_cost",
    "cpu_operator_cost",
    "cpu_tuple_cost",
    "effective_cache_size",
    "effective_io_concurrency",
    "file_copy_method",
    "file_extend_method",
    "gin_pending_list_limit",
    "hash_mem_multiplier",
    "io_combine_limit",
    "logical_decoding_work_mem",
    "maintenance_io_concurrency",
    "maintenance_work_mem",
    "random_page_cost",
    "recursive_worktable_factor",
    "seq_page_cost",
    "temp_buffers",
    "temp_tablespaces",
    "work_mem",
    // How safe a commit is, and what is written for it.
    "commit_delay",
    "commit_siblings",
    "deadlock_timeout",
    "synchronous_commit",
    "wal_compression",
    "wal_consistency_checking",
    "wal_init_zero",
    "wal_recycle",
    "wal_skip_threshold",
    // For a damaged server: whoever sets these means all of its processes.
    "composite_type_mismatch",
    "ignore_checksum_failure",
    "ignore_system_indexes",
    "zero_damaged_pages",
    // For clients and their connections.
    "client_connection_check_interval",
    "output_plugin_libraries",
    // In a process without a client nothing is converted.
    "client_encoding",
    "md5_password_warnings",
    "password_encryption",
    "post_auth_delay",
    "scram_iterations",
    "tcp_keepalives_count",
    "tcp_keepalives_idle",
    "tcp_keepalives_interval",
    "tcp_user_timeout",
    "wal_sender_timeout",
    // Loaded by sessions only, and where functions in C are looked for that do not say it.
    "dynamic_library_path",
    "extension_control_path",
    "extension_destdir",
    "local_preload_libraries",
    "session_preload_libraries",
    // For statements that define, vacuum or index something, and for large objects.
    "allow_in_place_tablespaces",
    "allow_system_table_mods",
    "createrole_self_grant",
    "default_statistics_target",
    "default_table_access_method",
    "default_tablespace",
    "default_toast_compression",
    "event_triggers",
    "icu_validation_level",
    "lo_compat_privileges",
    "max_parallel_maintenance_workers",
    "vacuum_buffer_usage_limit",
    "vacuum_cost_delay",
    "vacuum_cost_limit",
    "vacuum_cost_page_dirty",
    "vacuum_cost_page_hit",
    "vacuum_cost_page_miss",
    "vacuum_failsafe_age",
    "vacuum_freeze_min_age",
    "vacuum_freeze_table_age",
    "vacuum_max_eager_freeze_failure_rate",
    "vacuum_multixact_failsafe_age",
    "vacuum_multixact_freeze_min_age",
    "vacuum_multixact_freeze_table_age",
    "vacuum_truncate",
    // Without jit and without parallel plans they say nothing.
    "jit_above_cost",
    "jit_debugging_support",
    "jit_dump_bitcode",
    "jit_expressions",
    "jit_inline_above_cost",
    "jit_optimize_above_cost",
    "jit_profiling_support",
    "jit_tuple_deforming",
    "max_parallel_workers",
    "min_parallel_index_scan_size",
    "min_parallel_table_scan_size",
    "parallel_leader_participation",
    "parallel_setup_cost",
    "parallel_tuple_cost",
    // Of the transaction: it begins with the defaults above.
    "transaction_deferrable",
    "transaction_isolation",
    "transaction_read_only",
    // For PostgreSQL's own developers.
    "debug_copy_parse_plan_trees",
    "debug_logical_replication_streaming",
    "debug_raw_expression_coverage_test",
    "debug_write_read_parse_plan_trees",
];

/// Sets them, for as long as the process lives.
///
/// What cannot be set is passed over: a name that this version does not know, or a stack deeper than the
/// system gives.
pub fn set_our_own() {
    for (name, value) in OWN {
        // SAFETY: terminated strings, on the main thread of a background worker, which is a superuser.
        // Below ERROR, a refusal is a line in the log and nothing else.
        unsafe {
            pg_sys::set_config_option(
                name.as_ptr(),
                value.as_ptr(),
                pg_sys::GucContext::PGC_SUSET,
                pg_sys::GucSource::PGC_S_OVERRIDE,
                pg_sys::GucAction::GUC_ACTION_SET,
                true,
                pg_sys::DEBUG1 as i32,
                false,
            );
        }
    }
}
