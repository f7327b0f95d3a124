//! The link of a video conference on its way from the calendar to the guest: waited for by the first
//! mails, and told once more where it comes after them. `telling` writes it to the meeting.

use uuid::Uuid;

use crate::error::Result;
use crate::owner::Mode;
use crate::plan;

/// The first mails of these meetings wait no longer for a link: it is there, or will not come soon.
/// Those that wait for another attempt go on waiting, and those that somebody has locked go out when
/// their time comes.
pub fn release_mails(mode: Mode, meetings: Vec<Uuid>) -> Result<()> {
    if meetings.is_empty() {
        return Ok(());
    }
    let meetings: Vec<_> = meetings.into_iter().map(plan::uuid).collect();
    plan::change(
        ("release mails", Some(mode)),
        || {
            format!(
                "with waiting as materialized (
                     select j.id from scheduling.jobs j
                     where j.{} = any ($1) and j.kind = 'send_email'
                       and j.payload ->> 'mail' in ('confirmation', 'owner_notification')
                       -- not by an index of all open jobs
                       and j.state || '' = 'ready' and j.attempts = 0 and j.run_at > now()
                     for no key update skip locked
                 )
                 update scheduling.jobs j set run_at = now()
                 where j.id = any (array(select waiting.id from waiting))",
                mode.tables().job_meeting
            )
        },
        &[meetings.into()],
    )?;
    Ok(())
}

/// An SQL expression for the readers of mails about a meeting whose mails have all been written without its
/// link: an array of `{"to": …, "address": …}`.
pub fn sides_without_link(mode: Mode, meeting: &str) -> String {
    format!(
        "array(
             select distinct told.side
             from (
                 select jsonb_strip_nulls(jsonb_build_object(
                            'to', e.shown -> 'to',
                            'address', case when e.shown ->> 'to' <> 'owner' then e.recipient end)) as side
                 from scheduling.emails e
                 where e.{meeting_id} = {meeting} and e.kind in ('confirmation', 'owner_notification')
                   and e.shown is not null
             ) told
             where not exists (
                 select from scheduling.jobs j
                 where j.{meeting_id} = {meeting} and j.kind = 'send_email' and j.state || '' = 'ready'
                   and j.payload @> told.side and j.payload ->> 'mail' not in ('cancelled', 'reminder')
                   and not exists (select from scheduling.emails e where e.job_id = j.id))
             order by told.side desc)::text[]",
        meeting_id = mode.tables().job_meeting,
    )
}

/// Queues the invitation once more, for these readers of mails about these meetings.
pub fn invite_again(mode: Mode, sides: Vec<(pgrx::Uuid, String)>) -> Result<()> {
    if sides.is_empty() {
        return Ok(());
    }
    let (meetings, sides): (Vec<_>, Vec<_>) = sides.into_iter().unzip();
    plan::change(
        ("invite again", Some(mode)),
        || {
            format!(
                "insert into scheduling.jobs (kind, payload, {})
                 select 'send_email', jsonb '{{\"mail\": \"updated\"}}' || missing.side::jsonb, missing.meeting
                 from unnest($1, $2) with ordinality as missing (meeting, side, place)
                 order by missing.place",
                mode.tables().job_meeting
            )
        },
        &[meetings.into(), sides.into()],
    )?;
    Ok(())
}
