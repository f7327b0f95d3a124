//! Dates, times and numbers as CLDR has them for a language and a region, by ICU4X: which words, in which order, in
//! which digits, of 12 hours or of 24. The calendar is the Gregorian one for everybody, as on booking pages.
//!
//! What is given is what a clock shows; zones are none of this file's business.

use chrono::{Datelike, NaiveDateTime, Timelike};
use icu_calendar::Gregorian;
use icu_datetime::fieldsets::{T, YMDE, YMDET};
use icu_datetime::input::{Date, DateTime, Time};
use icu_datetime::{DateTimeFormatterPreferences, FixedCalendarDateTimeFormatter};
use icu_decimal::input::Decimal;
use icu_decimal::{DecimalFormatter, DecimalFormatterPreferences};
use icu_locale_core::Locale;

/// How one language and region has them.
pub struct Dates {
    /// None where ICU has no data, which it has for every language of ours and falls back to for the rest.
    formats: Option<Formats>,
}

struct Formats {
    long: FixedCalendarDateTimeFormatter<Gregorian, YMDET>,
    short: FixedCalendarDateTimeFormatter<Gregorian, YMDET>,
    time: FixedCalendarDateTimeFormatter<(), T>,
    number: DecimalFormatter,
}

impl Dates {
    /// Those of a language and a region; `-u-hc-` and `-u-nu-` choose hours and digits (UTS 35).
    pub fn of(locale: &Locale) -> Self {
        let taste = DateTimeFormatterPreferences::from(locale);
        let load = || {
            let date =
                |set: YMDE| FixedCalendarDateTimeFormatter::try_new(taste, set.with_time_hm()).ok();
            Some(Formats {
                long: date(YMDE::long())?,
                short: date(YMDE::medium())?,
                time: FixedCalendarDateTimeFormatter::try_new(taste, T::hm()).ok()?,
                number: DecimalFormatter::try_new(
                    DecimalFormatterPreferences::from(locale),
                    Default::default(),
                )
                .ok()?,
            })
        };
        Self { formats: load() }
    }

    /// `Tuesday, December 1, 2026 at 10:00 AM`.
    pub fn long(&self, at: NaiveDateTime) -> String {
        let spelled = |formats: &Formats| Some(formats.long.format(&date_time(at)?).to_string());
        self.spell(at, "%Y-%m-%d %H:%M", spelled)
    }

    /// `Tue, Dec 1, 2026, 10:00 AM`.
    pub fn short(&self, at: NaiveDateTime) -> String {
        let spelled = |formats: &Formats| Some(formats.short.format(&date_time(at)?).to_string());
        self.spell(at, "%Y-%m-%d %H:%M", spelled)
    }

    /// `10:00 AM`.
    pub fn time(&self, at: NaiveDateTime) -> String {
        let spelled = |formats: &Formats| Some(formats.time.format(&time(at)?).to_string());
        self.spell(at, "%H:%M", spelled)
    }

    pub fn number(&self, number: usize) -> String {
        match &self.formats {
            Some(formats) => formats.number.format(&Decimal::from(number)).to_string(),
            None => number.to_string(),
        }
    }

    /// Years that ICU does not know are in nobody's calendar: they are written in figures.
    fn spell(
        &self,
        at: NaiveDateTime,
        figures: &str,
        spelled: impl Fn(&Formats) -> Option<String>,
    ) -> String {
        let spelled = self.formats.as_ref().and_then(spelled);
        spelled.map_or_else(
            || at.format(figures).to_string(),
            // CLDR's spaces that do not break are unknown to some fonts, which show a box, and to whoever looks
            // for a time by typing it.
            |text| text.replace(['\u{202f}', '\u{a0}'], " "),
        )
    }
}

fn date_time(at: NaiveDateTime) -> Option<DateTime<Gregorian>> {
    let (month, day) = (at.month().try_into().ok()?, at.day().try_into().ok()?);
    Some(DateTime {
        date: Date::try_new_gregorian(at.year(), month, day).ok()?,
        time: time(at)?,
    })
}

fn time(at: NaiveDateTime) -> Option<Time> {
    let (hour, minute) = (at.hour().try_into().ok()?, at.minute().try_into().ok()?);
    Time::try_new(hour, minute, 0, 0).ok()
}
