//! Which of an organisation's own texts is for whom: the owner's before everybody's, the locale's before its
//! language's before any, the reader's before all readers'. English ones are, last of all, for those whose language
//! we do not write, as our own words are.

use crate::mail::kind::{MailKind, Recipient};
use crate::mail::languages::is_written;

/// What is written to those whose language we do not know.
const ENGLISH: &str = "en";

/// Whom a text is meant for; `None` is everybody, and any locale.
pub struct Meant<O> {
    pub kind: MailKind,
    pub recipient: Option<Recipient>,
    pub locale: Option<String>,
    pub owner: Option<O>,
}

/// Who reads a mail.
#[derive(Clone, Copy)]
pub struct Reader<'a, O> {
    pub kind: MailKind,
    pub recipient: Recipient,
    /// `None` is English.
    pub locale: Option<&'a str>,
    pub owner: O,
}

impl<O: PartialEq> Meant<O> {
    /// How specific it is for somebody; `None` where it is not for them.
    fn fits(&self, reader: &Reader<'_, O>) -> Option<(bool, Nearness, bool)> {
        let locale = match self.locale.as_deref() {
            None => Nearness::Any,
            Some(locale) => near(locale, reader.locale.unwrap_or(ENGLISH))?,
        };
        let is_for = self.kind == reader.kind
            && self.recipient.is_none_or(|only| only == reader.recipient)
            && self.owner.as_ref().is_none_or(|only| *only == reader.owner);
        is_for.then_some((self.owner.is_some(), locale, self.recipient.is_some()))
    }
}

/// How near a text's locale is to the reader's, the farthest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// Theirs is a language that we have no words of, and what they would read otherwise is English.
    Instead,
    Any,
    /// So many letters of the reader's are the text's.
    Theirs(usize),
}

/// A text is for those whose locale begins with its own, part by part (RFC 4647 section 3.4): `de` and `de-AT`
/// are for `de-AT-u-hc-h12`.
fn near(locale: &str, reader: &str) -> Option<Nearness> {
    let rest = reader.strip_prefix(locale);
    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-')) {
        return Some(Nearness::Theirs(locale.len()));
    }
    (locale == ENGLISH && !is_written(reader)).then_some(Nearness::Instead)
}

/// The most specific of some texts for a reader.
pub fn most_specific<'a, O: PartialEq, T>(
    texts: &'a [(Meant<O>, T)],
    reader: &Reader<'_, O>,
) -> Option<&'a T> {
    let fitting = texts
        .iter()
        .filter_map(|(meant, text)| Some((meant.fits(reader)?, text)));
    fitting.max_by_key(|(fits, _)| *fits).map(|(_, text)| text)
}
