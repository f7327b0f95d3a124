//! The names of all texts of mails, and of pages until their script runs, as the files of the languages have them.

use strum::{IntoStaticStr, VariantArray};

use crate::mail::kind::{MailKind, Recipient};

/// A text of one piece: a message of the language's file, `label-what` of `LabelWhat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Text {
    Subject,
    SubjectFrom,
    SubjectCalendar,
    FooterGuest,
    FooterAnswer,
    FooterOwner,
    FooterCalendar,
    ActionManage,
    ActionConnect,
    LabelWhat,
    LabelWhen,
    LabelChanged,
    LabelWhere,
    LabelJoin,
    LabelWith,
    LabelGuest,
    LabelGuests,
    LabelEmail,
    LabelPhone,
    LabelReason,
    LabelNotes,
    LabelCalendar,
    LabelAccount,
    MoreGuests,
    Yes,
    No,
    Change,
    ChangeTime,
    ChangeTitle,
    ChangePlace,
    ChangeLink,
    ChangeHost,
    ChangeGuest,
    ChangeGuests,
    None,
    When,
    WhenUtc,
    WhenChanging,
    CalendarGoogle,
    CalendarOutlook,
    Us,
    Colon,
    Comma,
    Space,
    PageGone,
    PageGoneWhy,
    PageFailed,
    PageFailedWhy,
    PageScript,
    PageManage,
    PageOwner,
    PageMinutes,
}

/// What one reader is told on one occasion: a message whose attributes are the [parts](Occasion::parts).
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Occasion {
    ConfirmationGuest,
    ConfirmationFurtherGuest,
    OwnerNotification,
    UpdatedGuest,
    UpdatedFurtherGuest,
    UpdatedOwner,
    LinkGuest,
    LinkFurtherGuest,
    LinkOwner,
    RescheduledGuest,
    RescheduledFurtherGuest,
    RescheduledOwner,
    ReminderGuest,
    ReminderFurtherGuest,
    CancelledGuest,
    CancelledFurtherGuest,
    CancelledOwner,
    Withdrawn,
    Disconnected,
}

impl Occasion {
    /// In a few words, for the subject.
    pub const NEWS: &str = "news";
    pub const HEADING: &str = "heading";
    /// The first paragraph.
    pub const INTRO: &str = "intro";
    /// The same to an owner, of a guest who has neither name nor address.
    pub const INTRO_UNNAMED: &str = "intro-unnamed";
    /// Where a calendar is connected again.
    pub const HOW_HERE: &str = "how-here";
    pub const HOW_ELSEWHERE: &str = "how-elsewhere";

    /// What this reader is told by a mail of this kind: that `brings_link` is all that has changed, or that it
    /// is only the reader with whom the meeting does not take place (`is_withdrawn`).
    pub const fn of(
        kind: MailKind,
        reader: Recipient,
        brings_link: bool,
        is_withdrawn: bool,
    ) -> Self {
        use Recipient::{FurtherGuest, Guest, Owner};
        match (kind, reader) {
            (MailKind::Confirmation | MailKind::OwnerNotification, Owner) => {
                Self::OwnerNotification
            }
            (MailKind::Confirmation | MailKind::OwnerNotification, Guest) => {
                Self::ConfirmationGuest
            }
            (MailKind::Confirmation | MailKind::OwnerNotification, FurtherGuest) => {
                Self::ConfirmationFurtherGuest
            }
            (MailKind::Updated, Guest) if brings_link => Self::LinkGuest,
            (MailKind::Updated, FurtherGuest) if brings_link => Self::LinkFurtherGuest,
            (MailKind::Updated, Owner) if brings_link => Self::LinkOwner,
            (MailKind::Updated, Guest) => Self::UpdatedGuest,
            (MailKind::Updated, FurtherGuest) => Self::UpdatedFurtherGuest,
            (MailKind::Updated, Owner) => Self::UpdatedOwner,
            (MailKind::Rescheduled, Guest) => Self::RescheduledGuest,
            (MailKind::Rescheduled, FurtherGuest) => Self::RescheduledFurtherGuest,
            (MailKind::Rescheduled, Owner) => Self::RescheduledOwner,
            (MailKind::Reminder, Guest) => Self::ReminderGuest,
            // Owners are not reminded.
            (MailKind::Reminder, FurtherGuest | Owner) => Self::ReminderFurtherGuest,
            (MailKind::Cancelled, Guest | FurtherGuest) if is_withdrawn => Self::Withdrawn,
            (MailKind::Cancelled, Guest) => Self::CancelledGuest,
            (MailKind::Cancelled, FurtherGuest) => Self::CancelledFurtherGuest,
            (MailKind::Cancelled, Owner) => Self::CancelledOwner,
        }
    }

    /// The parts that it has in every language.
    #[cfg(test)]
    pub fn parts(self) -> &'static [&'static str] {
        match self {
            Self::OwnerNotification
            | Self::UpdatedOwner
            | Self::LinkOwner
            | Self::RescheduledOwner
            | Self::CancelledOwner => {
                &[Self::NEWS, Self::HEADING, Self::INTRO, Self::INTRO_UNNAMED]
            }
            Self::Disconnected => &[
                Self::NEWS,
                Self::HEADING,
                Self::INTRO,
                Self::HOW_HERE,
                Self::HOW_ELSEWHERE,
            ],
            _ => &[Self::NEWS, Self::HEADING, Self::INTRO],
        }
    }
}
