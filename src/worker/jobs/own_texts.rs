//! The organisation's own texts, as stored: read for a set of jobs by one statement, and kept in mind as they
//! were read until they change. And the check of what is written, for the trigger.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use pgrx::prelude::*;
use pgrx::spi::SpiHeapTupleData;
use uuid::Uuid;

use super::queue::Job;
use crate::error::{Error, Result, or_raise};
use crate::mail::own_texts::engine::OwnText;
use crate::mail::own_texts::source::{Source, Trouble};
use crate::mail::own_texts::{Meant, Reader, most_specific};
use crate::mail::{MailKind, Recipient, try_own_text};
use crate::owner::{Mode, Owner};
use crate::plan;

/// More than an organisation has in use at once; then they are read again.
const MOST_KEPT: usize = 256;

thread_local! {
    /// By their ids, with when they were last changed.
    static KEPT: RefCell<HashMap<Uuid, (String, OwnTextRead)>> = RefCell::default();
}

/// A row's templates; one that was restored from elsewhere may not be readable.
type OwnTextRead = Result<Rc<OwnText>, Trouble>;

/// A row: whom it is for, its id, and its templates.
type Row = (Meant<Owner>, (Uuid, OwnTextRead));

/// Those that the owners of some jobs have, and everybody has.
#[derive(Default)]
pub struct OwnTexts(Vec<Row>);

impl OwnTexts {
    /// # Errors
    /// Where the database cannot be read.
    pub fn read(jobs: &[Job]) -> Result<Self> {
        let owners: Vec<_> = jobs.iter().map(|job| job.owner).collect();
        let ids = |mode: Mode| -> Vec<_> { mode.ids_among(&owners).map(plan::uuid).collect() };
        let (known, stamps): (Vec<_>, Vec<_>) = KEPT.with_borrow_mut(|kept| {
            if kept.len() > MOST_KEPT {
                kept.clear();
            }
            let known = kept.iter();
            known
                .map(|(id, (stamp, _))| (plan::uuid(*id), stamp.clone()))
                .unzip()
        });
        let arguments = [
            ids(Mode::Client).into(),
            ids(Mode::User).into(),
            known.into(),
            stamps.into(),
        ];
        Spi::connect(|client| {
            let rows = plan::read(client, ("own texts", None), || QUERY, None, &arguments)?;
            let mut texts = Vec::with_capacity(rows.len());
            for row in rows {
                texts.extend(one(&row)?);
            }
            Ok(Self(texts))
        })
    }

    /// The most specific one for a reader.
    pub fn of(&self, reader: &Reader<'_, Owner>) -> Option<&(Uuid, OwnTextRead)> {
        most_specific(&self.0, reader)
    }
}

/// The templates themselves only where they are not known yet.
const QUERY: &str = "
    select t.id, t.kind, t.recipient, t.locale, t.client_id, t.user_id,
           extract(epoch from t.updated_at)::text,
           case when known.id is null then t.subject end,
           case when known.id is null then t.text end,
           case when known.id is null then t.html end,
           known.id is not null
    from scheduling.mail_templates t
    left join unnest($3, $4) as known (id, stamp)
        on known.id = t.id and known.stamp = extract(epoch from t.updated_at)::text
    where t.client_id = any ($1) or t.user_id = any ($2) or t.client_id is null and t.user_id is null";

fn one(row: &SpiHeapTupleData<'_>) -> Result<Option<Row>> {
    let text = |column: usize| -> Result<Option<String>> { Ok(row.get::<String>(column)?) };
    let uuid = |column: usize| -> Result<Option<Uuid>> {
        Ok(row
            .get::<pgrx::Uuid>(column)?
            .map(|id| Uuid::from_bytes(*id)))
    };
    let (Some(id), Some(kind)) = (uuid(1)?, text(2)?) else {
        return Ok(None);
    };
    let Some(kind) = named::<MailKind>(&kind) else {
        return Ok(None);
    };
    let meant = Meant {
        kind,
        recipient: text(3)?.as_deref().and_then(named::<Recipient>),
        locale: text(4)?,
        owner: Owner::from_columns(uuid(5)?, uuid(6)?),
    };
    let stamp = text(7)?.unwrap_or_default();
    if row.get::<bool>(11)? == Some(true)
        && let Some(read) = KEPT.with_borrow(|kept| kept.get(&id).map(|(_, read)| read.clone()))
    {
        return Ok(Some((meant, (id, read))));
    }
    let source = Source {
        subject: text(8)?,
        text: text(9)?,
        html: text(10)?,
    };
    let read = OwnText::read(source).map(Rc::new);
    KEPT.with_borrow_mut(|kept| kept.insert(id, (stamp, read.clone())));
    Ok(Some((meant, (id, read))))
}

fn named<T: serde::de::DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(name.into()).ok()
}

/// `scheduling_private.check_mail_template(text, text, text, text, text)`; see sql/templates.sql.
#[pg_extern(sql = false)]
fn check_mail_template(
    kind: Option<&str>,
    recipient: Option<&str>,
    subject: Option<String>,
    body: Option<String>,
    html: Option<String>,
) {
    let source = Source {
        subject,
        text: body,
        html,
    };
    let reader = recipient.map(named::<Recipient>);
    // Another kind or reader is the table's to refuse.
    if let Some(kind) = kind.and_then(named::<MailKind>)
        && reader != Some(None)
    {
        or_raise(try_own_text(kind, reader.flatten(), source).map_err(|trouble| {
            Error::malformed_document(
                "malformed mail template",
                trouble,
                "The variables of each kind of mail and reader are in docs/mail.md, \"Your own texts\".",
            )
        }));
    }
}
