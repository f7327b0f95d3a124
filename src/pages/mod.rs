//! The pages that PostgREST serves to browsers: the booking page of a link, a guest's page of a booking, and the
//! owner's page. What runs in them is built in web/; here they are put together and handed over.
//!
//! - `templates` are those of web/pages/, filled in; `script` and `texts` what web/ has built;
//! - `shown` is what a page shows of a link, `language` in which language it speaks until its script runs;
//! - `page` is a page with its headers, of which `policy` says what it may do.
//!
//! Here are the SQL functions. They read one row and write nothing, and a person reads what they answer: what
//! goes wrong is a page, too. No token is looked at: those are for the scripts, which ask with them.

mod language;
mod page;
mod policy;
mod script;
mod shown;
mod templates;
mod texts;

use std::rc::Rc;

use pgrx::prelude::*;

use self::page::{Page, Site};
use self::templates::Trouble;
use crate::error::{Error, Result, or_raise};
use crate::mail::Voice;
use crate::subtransaction::attempt_whatever;
use crate::{plan, postgrest};

/// The contract's `booking_page`; see sql/pages.sql. What it takes besides is for the page's script.
#[pg_extern(sql = false)]
fn booking_page(slug: Option<&str>, locale: Option<&str>) -> Vec<u8> {
    serve(locale, |voice| {
        let (site, row) = read(slug)?;
        Ok(match row {
            Some(row) => Page::booking(&row, &site, voice)?,
            None => Page::gone(&site, &voice(None))?,
        })
    })
}

/// The contract's `manage_page`; see sql/pages.sql.
#[pg_extern(sql = false)]
fn manage_page(_manage_token: Option<&str>, locale: Option<&str>) -> Vec<u8> {
    serve(locale, |voice| {
        Ok(Page::manage(&read(None)?.0, &voice(None))?)
    })
}

/// The contract's `owner_page`; see sql/pages.sql.
#[pg_extern(sql = false)]
fn owner_page(_owner: Option<&str>, locale: Option<&str>) -> Vec<u8> {
    serve(locale, |voice| {
        Ok(Page::owner(&read(None)?.0, &voice(None))?)
    })
}

/// Hands a page over, or says that the browser has it already. The page is made with what finds the voice for who
/// asks: in the language of the address, else in one that the browser asks for, else in that of the link.
fn serve(
    locale: Option<&str>,
    page: impl FnOnce(&dyn Fn(Option<&str>) -> Rc<Voice>) -> Result<Page>,
) -> Vec<u8> {
    let accepted = postgrest::header("accept-language");
    let voice = |link: Option<&str>| language::voice(locale, accepted.as_deref(), link);
    let page = attempt_whatever(
        || page(&voice).map(Ok),
        |error| {
            error.log("a page could not be shown");
            Ok(Page::failed(&voice(None))?)
        },
    );
    let hand_over = |page: Page| {
        let is_known = page.tag.as_deref().is_some_and(postgrest::has_already);
        let headers: Vec<_> = page
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        postgrest::answer(is_known.then_some(304).or(page.status), &headers)?;
        Ok(if is_known { Vec::new() } else { page.html() })
    };
    or_raise(page.and_then(hand_over))
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        Self::Internal(trouble.to_string())
    }
}

/// What the site is, and of an active link of this slug what `get_booking_link` returns: the JSON that PostgREST
/// makes of it.
fn read(slug: Option<&str>) -> Result<(Site, Option<String>)> {
    Spi::connect(|client| {
        let rows = plan::read(
            client,
            ("page", None),
            || {
                "select s.api_url, s.embed_origins,
                        (select to_json(g)::text
                         from scheduling.booking_links l, scheduling.get_booking_link(l.slug) g
                         where l.slug = $1 and l.is_active)
                 from (select) one left join scheduling.site_settings s on s.singleton"
            },
            Some(1),
            &[slug.into()],
        )?;
        let rows = rows.first();
        let origins: Option<Vec<Option<String>>> = rows.get(2)?;
        let site = Site {
            api: rows.get(1)?,
            embed_origins: origins.into_iter().flatten().flatten().collect(),
            schema: postgrest::header("accept-profile"),
        };
        Ok((site, rows.get(3)?))
    })
}
