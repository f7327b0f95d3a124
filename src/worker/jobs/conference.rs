//! The link of a video conference on its way from the calendar to the guest: written to the meeting,
//! waited for by the first mails, and told once more where it comes after them.
//!
//! A link that somebody has set by hand is never overwritten. `conference_url` is what the event
//! brought; `meeting_url` follows it for as long as the two are the same.

use serde::Deserialize;

use crate::calendar::conferencing::Conferencing;
use crate::calendar::event::StoredEvent;
use crate::error::{Error, Result};
use crate::owner::{MeetingKey, Mode};
use crate::plan;
use crate::worker::network::work::Place;

/// What is known once an event is recorded.
#[derive(Deserialize)]
pub struct Recorded {
    /// The conference that is to come with the event: none where somebody has set another link.
    pub wanted: Conferencing,
    /// The meeting has a link that it did not have.
    pub link_is_new: bool,
}

/// Writes the event of a meeting to its row, and the link that came with it; `None`: the event is
/// removed, and its link with it.
///
/// An answer without a link takes none away, unless it is about another event: a provider may leave
/// the link out, and what was told to the guest still holds.
///
/// # Errors
/// Where the row cannot be written. `Ok(None)` where there is none.
pub fn record_event(
    MeetingKey { mode, id }: MeetingKey,
    place: &Place,
    stored: Option<&StoredEvent>,
) -> Result<Option<Recorded>> {
    let recorded: Option<String> = plan::write_value(
        ("record event", Some(mode)),
        || record_statement(mode),
        &[
            plan::uuid(id).into(),
            stored.map(|event| event.id.as_str()).into(),
            stored.map(|_| place.provider.as_str()).into(),
            stored.and(place.calendar_id.as_deref()).into(),
            stored.and_then(|event| event.meeting_url.as_deref()).into(),
        ],
    )?;
    recorded
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|_| Error::Internal("what was recorded of an event cannot be read".into()))
}

fn record_statement(mode: Mode) -> String {
    format!(
        "with before as (
             select m.id, m.meeting_url,
                    m.meeting_url is not distinct from m.conference_url as follows,
                    case when m.conferencing = 'none' then null
                         when m.calendar_event_id = $2 then coalesce($5, m.conference_url)
                         else $5
                    end as link
             from {meetings} m where m.id = $1
             for update
         )
         update {meetings} m
         set calendar_event_id = $2, calendar_provider = $3, calendar_id = $4,
             conference_url = before.link,
             meeting_url = case when before.follows then before.link else m.meeting_url end
         from before
         where m.id = before.id
         returning jsonb_build_object(
             'wanted', case when before.follows then m.conferencing else 'none' end,
             'link_is_new', m.meeting_url is not null
                            and m.meeting_url is distinct from before.meeting_url)::text",
        meetings = mode.tables().meetings
    )
}

/// The first mails of a meeting wait no longer for a link: it is there, or will not come soon.
/// Those that wait for another attempt go on waiting.
pub fn release_mails(MeetingKey { mode, id }: MeetingKey) -> Result<()> {
    plan::change(
        ("release mails", Some(mode)),
        || {
            format!(
                "update scheduling.jobs j set run_at = now()
                 where j.{} = $1 and j.kind = 'send_email'
                   and j.payload ->> 'mail' in ('confirmation', 'owner_notification')
                   and j.state = 'ready' and j.attempts = 0 and j.run_at > now()",
                mode.tables().job_meeting
            )
        },
        &[plan::uuid(id).into()],
    )?;
    Ok(())
}

/// Whoever has a mail that was written without the meeting's new link gets the invitation again, as
/// a change of the one they have (RFC 5545, section 3.8.7.4). Where a mail to them is yet to be
/// written, that one brings the link.
pub fn invite_again(MeetingKey { mode, id }: MeetingKey) -> Result<()> {
    plan::change(
        ("invite again", Some(mode)),
        || invitation_statement(mode),
        &[plan::uuid(id).into()],
    )?;
    Ok(())
}

fn invitation_statement(mode: Mode) -> String {
    format!(
        "with told (mail, side) as (
             select distinct e.kind,
                    case e.kind when 'confirmation' then 'guest' else 'owner' end
             from scheduling.emails e
             where e.{meeting_id} = $1 and e.kind in ('confirmation', 'owner_notification')
         ), missing as (
             select told.mail, told.side
             from told
             where not exists (
                 select from scheduling.jobs j
                 where j.{meeting_id} = $1 and j.kind = 'send_email' and j.state = 'ready'
                   and j.payload ->> 'to' = told.side and j.payload ->> 'mail' <> 'cancelled'
                   and not exists (select from scheduling.emails e where e.job_id = j.id))
         ), raised as (
             update {meetings} m set sequence = m.sequence + 1
             where m.id = $1 and m.status = 'confirmed' and m.ends_at > now()
               and exists (select from missing)
             returning m.id
         )
         insert into scheduling.jobs (kind, payload, {meeting_id})
         select 'send_email', jsonb_build_object('mail', 'updated', 'to', missing.side), raised.id
         from missing, raised
         order by missing.mail",
        meetings = mode.tables().meetings,
        meeting_id = mode.tables().job_meeting,
    )
}
