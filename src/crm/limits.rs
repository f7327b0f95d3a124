//! Close's word on how many requests it takes.

use std::time::Duration;

/// A provider may ask for patience, but not put everything to sleep for good.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The header `RateLimit`: `limit=100, remaining=50, reset=5`. Close parts its fields by semicolons as well
/// (<https://developer.close.com/api/overview/rate-limits>; the header is an early draft of the IETF's).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RateLimit {
    pub remaining: Option<u64>,
    /// Until the count begins anew.
    pub reset: Option<Duration>,
}

impl RateLimit {
    /// What can be read of it; what cannot says nothing.
    pub fn parse(header: &str) -> Self {
        let mut limit = Self::default();
        for field in header.split([',', ';']) {
            let Some((name, value)) = field.split_once('=') else {
                continue;
            };
            match name.trim().to_ascii_lowercase().as_str() {
                "remaining" => limit.remaining = value.trim().parse().ok(),
                "reset" => {
                    limit.reset = value
                        .trim()
                        .parse()
                        .ok()
                        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                        .map(|reset| reset.min(LONGEST));
                }
                _ => {}
            }
        }
        limit
    }

    /// How long to wait before the next request, by a request that went well.
    pub fn pause(self) -> Option<Duration> {
        (self.remaining == Some(0)).then_some(self.reset).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_read_however_its_fields_are_parted() {
        let seconds = Duration::from_secs_f64;
        for (header, remaining, reset) in [
            ("limit=100, remaining=50, reset=5", Some(50), Some(5.0)),
            ("limit=160; remaining=0; reset=8", Some(0), Some(8.0)),
            ("Reset=0.25,Remaining=0", Some(0), Some(0.25)),
            ("remaining=none, reset=-3", None, None),
            ("reset=NaN", None, None),
            ("reset=1e300", None, None),
            ("reset=99999999", None, Some(86_400.0)),
            ("100-in-60sec", None, None),
            ("", None, None),
        ] {
            let limit = RateLimit::parse(header);
            assert_eq!(limit.remaining, remaining, "{header}");
            assert_eq!(limit.reset, reset.map(seconds), "{header}");
        }
    }

    #[test]
    fn only_a_count_that_is_used_up_asks_for_a_pause() {
        let pause = |header| RateLimit::parse(header).pause();
        assert_eq!(pause("limit=9, remaining=1, reset=5"), None);
        assert_eq!(
            pause("limit=9, remaining=0, reset=5"),
            Some(Duration::from_secs(5))
        );
        assert_eq!(pause("limit=9, remaining=0"), None);
    }
}
