//! What has become of a meeting.

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The column `status` of meetings.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MeetingStatus {
    Confirmed,
    Cancelled,
    Completed,
    NoShow,
}

impl MeetingStatus {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether it takes its time: two live meetings of one owner never overlap.
    pub fn is_live(self) -> bool {
        match self {
            Self::Confirmed => true,
            Self::Cancelled | Self::Completed | Self::NoShow => false,
        }
    }
}
