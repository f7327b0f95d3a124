//! Spelling a meeting's time for people: local date and time, with the zone and its offset.
//!
//! Generic over chrono's `TimeZone`, because the zone data are the server's own.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset, TimeZone, Utc};

use super::languages::{Args, Text, Voice};

/// A meeting's time in one zone.
pub struct When {
    /// For the text: `Tuesday, December 1, 2026 at 10:00 AM – 10:30 AM (America/New_York, UTC−5)`.
    pub long: String,
    /// For the subject: `Tue, Dec 1, 2026, 10:00 AM`.
    pub short: String,
}

/// Spells `starts_at` to `ends_at` as the clocks of `tz`, called `zone_name`, show them.
pub fn spell<Tz: TimeZone>(
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    tz: &Tz,
    zone_name: &str,
    voice: &Voice,
) -> When {
    let (start, offset) = local(starts_at, tz);
    let (end, end_offset) = local(ends_at, tz);
    let utc = spell_offset(offset);
    let mut args = Args::new();
    args.set("from", voice.long(start));
    args.set(
        "to",
        if start.date() == end.date() {
            voice.time(end)
        } else {
            voice.long(end)
        },
    );
    let pattern = if offset != end_offset {
        // The clocks change during the meeting: without both offsets an end can read like a time
        // before the start.
        args.set("offset-then", voice.isolate(&spell_offset(end_offset)));
        Text::WhenChanging
    } else if utc == zone_name {
        Text::WhenUtc
    } else {
        Text::When
    };
    args.set("offset", voice.isolate(&utc));
    args.set("zone", voice.isolate(zone_name));
    When {
        long: voice.tell(pattern, &args),
        short: voice.short(start),
    }
}
fn local<Tz: TimeZone>(instant: DateTime<Utc>, tz: &Tz) -> (NaiveDateTime, FixedOffset) {
    let utc = instant.naive_utc();
    let offset = tz.offset_from_utc_datetime(&utc).fix();
    // Only the last hours that chrono can represent have no local time.
    (utc.checked_add_offset(offset).unwrap_or(utc), offset)
}

/// `UTC`, `UTC−5`, `UTC+5:30`; seconds only where the zone has them.
fn spell_offset(offset: FixedOffset) -> String {
    let seconds = offset.local_minus_utc();
    let sign = if seconds < 0 { '−' } else { '+' };
    let (hours, rest) = (seconds.abs() / 3600, seconds.abs() % 3600);
    match (hours, rest / 60, rest % 60) {
        (0, 0, 0) => "UTC".to_owned(),
        (h, 0, 0) => format!("UTC{sign}{h}"),
        (h, m, 0) => format!("UTC{sign}{h}:{m:02}"),
        (h, m, s) => format!("UTC{sign}{h}:{m:02}:{s:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_spelled_as_the_zone_s_clocks_show_them() {
        let cases = [
            (
                "America/New_York",
                "2026-12-01T15:00:00Z",
                "2026-12-01T15:30:00Z",
                "Tuesday, 1 December 2026 at 10:00 – 10:30 (America/New_York, UTC−5)",
                "Tue, 1 Dec 2026, 10:00",
            ),
            (
                "Asia/Kolkata",
                "2026-03-09T18:00:00Z",
                "2026-03-09T19:00:00Z",
                "Monday, 9 March 2026 at 23:30 – Tuesday, 10 March 2026 at 00:30 (Asia/Kolkata, UTC+5:30)",
                "Mon, 9 Mar 2026, 23:30",
            ),
            (
                "America/New_York",
                "2026-11-01T05:30:00Z",
                "2026-11-01T06:15:00Z",
                "Sunday, 1 November 2026 at 01:30 UTC−4 – 01:15 UTC−5 (America/New_York)",
                "Sun, 1 Nov 2026, 01:30",
            ),
            (
                "Europe/London",
                "2026-01-05T09:00:00Z",
                "2026-01-05T09:30:00Z",
                "Monday, 5 January 2026 at 09:00 – 09:30 (Europe/London, UTC)",
                "Mon, 5 Jan 2026, 09:00",
            ),
            (
                "UTC",
                "2026-01-05T09:00:00Z",
                "2026-01-05T09:30:00Z",
                "Monday, 5 January 2026 at 09:00 – 09:30 (UTC)",
                "Mon, 5 Jan 2026, 09:00",
            ),
            (
                "Africa/Monrovia",
                "1971-01-05T09:00:00Z",
                "1971-01-05T09:30:00Z",
                "Tuesday, 5 January 1971 at 08:15 – 08:45 (Africa/Monrovia, UTC−0:44:30)",
                "Tue, 5 Jan 1971, 08:15",
            ),
        ];
        let voice = Voice::of(Some("en-GB"));
        for (zone, starts, ends, long, short) in cases {
            let tz: chrono_tz::Tz = zone.parse().unwrap();
            let when = spell(at(starts), at(ends), &tz, zone, &voice);
            assert_eq!(when.long, long);
            assert_eq!(when.short, short);
        }
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for extreme in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            for hours in [-12, 14] {
                let tz = FixedOffset::east_opt(hours * 3600).unwrap();
                assert!(
                    !spell(extreme, extreme, &tz, "X", &Voice::of(None))
                        .long
                        .is_empty()
                );
            }
        }
    }
}
