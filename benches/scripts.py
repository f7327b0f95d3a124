"""The statements that are timed, as scripts of pgbench. Each is one statement, so that a call is one
round trip, and takes its numbers as parameters."""

# The contract's function, in steps of fifteen minutes.
SLOTS = "select * from scheduling.available_slots(:owner, :from, :until, 30, 15)"

# Who of many owners is free first, and all their slots.
EARLIEST = """
select * from scheduling.earliest_slots_for(
    (select keys from bench.searches where owners = :owners), :from, :until, 30, 15)
"""
SLOTS_FOR = EARLIEST.replace("earliest_slots_for", "available_slots_for")

# The same by benches/slots.sql.
SQL_SLOTS = """
select * from bench.slots(
    :id, :from, :until, interval '30 minutes', interval '15 minutes', interval '0', interval '0', interval '0')
"""

# The floor: the same number of rows, of one column, out of PostgreSQL's own function.
SERIES = "select * from generate_series(:from::timestamptz, :last::timestamptz, interval '15 minutes')"


def counted(script: str) -> str:
    """The same, with the rows counted in the server instead of sent."""
    return script.replace("select *", "select count(*)")


# Who books next: a thousand owners, :stride apart, each in turn and each time another free half hour.
NEXT_BOOKING = """
\\set k :k + 1
\\set i :client_id + :sessions * :k
\\set owner 1 + (:i % 1000) * :stride
\\set minutes (:i / 20000) * 1440 + 600 + ((:i / 1000) % 20) * 30
"""

BOOK = (
    NEXT_BOOKING
    + """
select * from scheduling.book(
    'owner-' || :owner, bench.start() + :minutes * interval '1 minute', 'guest-' || :i || '@guest.example', 'A guest')
"""
)

# The rows that book() and its triggers write, into the same tables with the same indexes and constraints.
BARE_INSERTS = (
    NEXT_BOOKING
    + """
with guest as (
    insert into scheduling.contacts (client_id, email, name)
    values (bench.owner(:owner), 'guest-' || :i || '@guest.example', 'A guest')
    returning id, client_id
), meeting as (
    insert into scheduling.meetings
        (client_id, booking_link_id, contact_id, title, starts_at, ends_at, timezone, conferencing,
         guest_name, guest_email, organizer_name, organizer_email, buffer_before_minutes, buffer_after_minutes)
    select g.client_id, bench.link(:owner), g.id, 'Intro call', at, at + interval '30 minutes', 'UTC', 'none',
           'A guest', 'guest-' || :i || '@guest.example', 'An owner', 'owner@example.com', 0, 0
    from guest g, (select bench.start() + :minutes * interval '1 minute') as wanted (at)
    returning id, client_id
), log as (
    insert into scheduling.audit_log (subject, row_id, client_id, action)
    select 'meetings', id, client_id, 'insert' from meeting
)
insert into scheduling.jobs (kind, payload, meeting_id, owner)
select kind, payload::jsonb, m.id, m.client_id
from meeting m, (values ('create_event', '{}'),
                        ('send_email', '{"mail": "confirmation", "to": "guest"}'),
                        ('send_email', '{"mail": "owner_notification", "to": "owner"}')) as work (kind, payload)
"""
)
