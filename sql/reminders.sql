-- ---------------------------------------------------------------------------------------------
-- Reminders: how long before a meeting its guests are told of it once more
-- ---------------------------------------------------------------------------------------------

-- Whether a list of minutes can be one of reminders: at most 5, each once, each 5 to 43,200. For CHECK
-- constraints.
create function scheduling_private.are_reminders(minutes int[]) returns boolean
immutable strict parallel safe language c as 'MODULE_PATHNAME', 'are_reminders_wrapper';

-- The first reminder after a moment of a meeting that starts then; null where there is none. Elapsed minutes,
-- so that it is immutable, which "timestamptz - interval" is not.
create function scheduling_private.next_reminder(starts_at timestamptz, minutes int[], after timestamptz)
returns timestamptz
immutable strict parallel safe language c as 'MODULE_PATHNAME', 'next_reminder_wrapper';
