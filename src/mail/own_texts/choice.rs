//! Which of an organisation's own texts is for whom: the owner's before everybody's, the locale's before its
//! language's before any, the reader's before all readers'.

use crate::mail::kind::{MailKind, Recipient};

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
    fn fits(&self, reader: &Reader<'_, O>) -> Option<(bool, usize, bool)> {
        let spoken = reader.locale.unwrap_or("en");
        let language = spoken.split('-').next().unwrap_or_default();
        let locale = match self.locale.as_deref() {
            None => 0,
            Some(locale) if locale == spoken => 2,
            Some(locale) if locale == language => 1,
            Some(_) => return None,
        };
        let is_for = self.kind == reader.kind
            && self.recipient.is_none_or(|only| only == reader.recipient)
            && self.owner.as_ref().is_none_or(|only| *only == reader.owner);
        is_for.then_some((self.owner.is_some(), locale, self.recipient.is_some()))
    }
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
