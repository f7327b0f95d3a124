//! Worlds made by chance: hours of owners and links, overrides, time off, meetings, buffers, lengths. What is
//! listed is what the contract's words come to, minute by minute; and each quarter of an hour that is listed
//! can be booked and moved to, and no other. Clock changes are the engine's oracle's to try.

#[pgrx::pg_schema]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};

    use pgrx::prelude::*;
    use serde_json::{Value, json};

    use super::super::harness::rows::{Link, Mode, Owner};
    use super::super::harness::sql::{one, quote, rows, run};

    const WORLDS: usize = 6;
    const DAY: i32 = 1440;
    /// The days that are asked about.
    const DAYS: i32 = 2;
    /// Minute 0: Monday, 7 January 2030, 00:00 in a zone of half hours that sets no clocks.
    const ZONE: &str = "Asia/Kolkata";
    const MIDNIGHT: &str = "'2030-01-07 00:00+05:30'::timestamptz";

    type Windows = Vec<(i32, i32)>;

    /// Minutes are counted from [`MIDNIGHT`], of windows from that of their day.
    #[derive(Clone, Debug)]
    struct World {
        /// Monday to Wednesday.
        hours: Vec<Windows>,
        own_hours: Option<Vec<Windows>>,
        overrides: BTreeMap<i32, Windows>,
        time_off: Vec<(i32, i32)>,
        /// Those that overlap an earlier one are not stored.
        meetings: Vec<(i32, i32)>,
        before: i32,
        after: i32,
        interval: Option<i32>,
        /// The link's own length, and those it offers besides.
        lengths: BTreeSet<i32>,
    }

    /// Numbers by chance (SplitMix64); another world each time, which a test that fails prints.
    struct Chance(u64);

    impl Chance {
        fn new() -> Self {
            Self(RandomState::new().build_hasher().finish())
        }

        /// From the first up to, and without, the last.
        fn within(&mut self, from: i32, until: i32) -> i32 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let width = u64::from(until.abs_diff(from));
            from + i32::try_from((mixed ^ (mixed >> 31)) % width).expect("less than the width")
        }

        fn once_in(&mut self, times: i32) -> bool {
            self.within(0, times) == 0
        }

        /// Between some of a few cuts of the day, so that many touch.
        fn windows(&mut self) -> Windows {
            let cuts: BTreeSet<_> = (0..self.within(2, 7))
                .map(|_| if self.once_in(3) { 96 * self.within(0, 2) } else { self.within(0, 97) } * 15)
                .collect();
            let cuts: Vec<_> = cuts.into_iter().collect();
            let pairs = cuts.windows(2).map(|pair| (pair[0], pair[1]));
            pairs.filter(|_| !self.once_in(3)).collect()
        }

        fn week(&mut self) -> Vec<Windows> {
            (0..3).map(|_| self.windows()).collect()
        }

        fn spans(&mut self, most: i32) -> Vec<(i32, i32)> {
            (0..self.within(0, most))
                .map(|_| {
                    let start = self.within(-DAY, (DAYS + 1) * DAY);
                    let longest = if self.once_in(7) { 2 * DAY } else { 180 };
                    (start, start + self.within(1, longest))
                })
                .collect()
        }

        fn buffer(&mut self) -> i32 {
            if self.once_in(2) {
                0
            } else {
                self.within(0, 46)
            }
        }

        fn world(&mut self) -> World {
            World {
                hours: self.week(),
                own_hours: self.once_in(2).then(|| self.week()),
                overrides: if self.once_in(2) {
                    [(self.within(0, DAYS + 1), self.windows())].into()
                } else {
                    BTreeMap::new()
                },
                time_off: self.spans(5),
                meetings: self.spans(6),
                before: self.buffer(),
                after: self.buffer(),
                interval: self.once_in(2).then(|| self.within(1, 19) * 5),
                lengths: (0..self.within(1, 4))
                    .map(|_| {
                        if self.once_in(3) {
                            30
                        } else {
                            self.within(5, 151)
                        }
                    })
                    .collect(),
            }
        }
    }

    fn clock(minute: i32) -> String {
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }

    fn document(windows: &Windows) -> Value {
        windows
            .iter()
            .map(|(start, end)| json!({"start": clock(*start), "end": clock(*end)}))
            .collect()
    }

    fn week(days: &[Windows]) -> String {
        let day = |n: usize| json!({"enabled": true, "windows": document(&days[n])});
        let week = json!({"monday": day(0), "tuesday": day(1), "wednesday": day(2)});
        quote(week.to_string())
    }

    fn at(minute: i32) -> String {
        format!("({MIDNIGHT} + interval '{minute} minutes')")
    }

    impl World {
        /// Stores it; keeps of its meetings those that there are then.
        fn store(&mut self, mode: Mode) -> (Owner, Link) {
            let owner = Owner::new(mode);
            owner.set(&format!(
                "timezone = '{ZONE}', availability_settings = {}",
                week(&self.hours)
            ));
            for (day, windows) in &self.overrides {
                run(&owner.override_day(
                    &format!("2030-01-{:02}", 7 + day),
                    &document(windows).to_string(),
                ));
            }
            for (start, end) in &self.time_off {
                owner.off(&at(*start), &at(*end));
            }
            let mut stored: Vec<(i32, i32)> = Vec::new();
            for (start, end) in self.meetings.drain(..) {
                if stored
                    .iter()
                    .all(|other| end <= other.0 || other.1 <= start)
                {
                    owner.meeting(&at(start), &at(end));
                    stored.push((start, end));
                }
            }
            self.meetings = stored;
            let link = owner.link();
            let (first, others) = (self.lengths.first().expect("one"), &self.lengths);
            link.set(&format!(
                "duration_minutes = {first}, duration_options = '{{{}}}', slot_interval_minutes = {},
                 buffer_before_minutes = {}, buffer_after_minutes = {}, availability_settings = {},
                 max_hourly_attempts_per_guest = null, max_hourly_bookings_per_guest = null,
                 max_upcoming_bookings_per_guest = null, max_hourly_moves_per_booking = null",
                others.iter().skip(1).map(i32::to_string).collect::<Vec<_>>().join(","),
                self.interval.map_or("null".into(), |minutes| minutes.to_string()),
                self.before,
                self.after,
                self.own_hours.as_ref().map_or("null".into(), |days| week(days)),
            ));
            (owner, link)
        }

        /// The starts of free slots, by the contract's words.
        fn free(&self, length: i32) -> Vec<i32> {
            let weekly = self.own_hours.as_ref().unwrap_or(&self.hours);
            let mut windows = Vec::new();
            for day in 0..3 {
                let of_day = self.overrides.get(&day).unwrap_or(&weekly[day as usize]);
                windows.extend(of_day.iter().map(|(a, b)| (a + day * DAY, b + day * DAY)));
            }
            let is_open = |minute: i32| windows.iter().any(|(a, b)| (*a..*b).contains(&minute));
            let interval = self.interval.unwrap_or(length);
            let taken = || self.time_off.iter().chain(&self.meetings);
            (0..DAYS * DAY)
                .filter(|start| {
                    let grid = |(a, b): &(i32, i32)| {
                        (*a..*b).contains(start) && (start - a) % interval == 0
                    };
                    let (needs_from, needs_until) =
                        (start - self.before, start + length + self.after);
                    windows.iter().any(grid)
                        && (*start..start + length).all(is_open)
                        && taken().all(|(from, until)| *until <= needs_from || needs_until <= *from)
                })
                .collect()
        }
    }

    fn minutes(call: &str) -> Vec<i32> {
        let listed = rows(&format!(
            "select (extract(epoch from slot_start - {MIDNIGHT}) / 60)::int::text from scheduling.{call}"
        ));
        listed
            .iter()
            .map(|minute| minute.parse().expect("a number"))
            .collect()
    }

    /// The quarters of an hour for which a statement, with `%s` for the time, goes through; it is undone.
    fn accepted(statement: &str) -> Vec<i32> {
        let tried: Vec<String> = one(&format!(
            "select array_agg(n || ' ' || pg_temp.tried(replace({}, '%s', ({MIDNIGHT} + n * interval '1 minute')::text))
                              order by n)
             from generate_series(0, {DAYS} * {DAY} - 15, 15) n",
            quote(statement)
        ));
        tried
            .iter()
            .filter_map(|tried| {
                let (minute, state) = tried.split_once(' ').expect("a number and a word");
                assert!(["UNDO1", "PT409"].contains(&state), "{state}: {statement}");
                (state == "UNDO1").then(|| minute.parse().expect("a number"))
            })
            .collect()
    }

    #[pg_test]
    fn what_is_listed_is_free_and_can_be_booked_and_moved_to_and_nothing_else_can() {
        run(
            "create function pg_temp.tried(statement text) returns text language plpgsql as $$
             declare
                 state text;
             begin
                 execute statement;
                 raise exception 'undone' using errcode = 'UNDO1';
             exception when others then
                 get stacked diagnostics state = returned_sqlstate;
                 return state;
             end
             $$",
        );
        let mut chance = Chance::new();
        let mut listed_in_all = 0;
        for mode in Mode::BOTH {
            for _ in 0..WORLDS {
                let mut world = chance.world();
                let (owner, link) = world.store(mode);
                // A day of its own for the booking that is to be moved.
                owner.open_on("2030-01-20", &[("00:00", "24:00")]);
                let (from, until) = (at(0), at(DAYS * DAY));
                for (n, length) in world.lengths.iter().enumerate() {
                    let free = world.free(*length);
                    listed_in_all += free.len();
                    let call = format!(
                        "link_slots('{}', {from}, {until}, duration_minutes => {length})",
                        link.slug
                    );
                    assert_eq!(minutes(&call), free, "{length} of {world:#?}");
                    let first =
                        call.replace("duration_minutes", "slots_limit => 3, duration_minutes");
                    assert_eq!(
                        minutes(&first),
                        free[..free.len().min(3)],
                        "{length} of {world:#?}"
                    );

                    let mut quarters = free;
                    quarters.retain(|minute| minute % 15 == 0);
                    let book = link.book("'%s'", &format!("duration_minutes => {length}"));
                    assert_eq!(accepted(&book), quarters, "booked: {length} of {world:#?}");

                    let start =
                        format!("'2030-01-20 00:00+05:30'::timestamptz + {n} * interval '6 hours'");
                    // Far from its own buffers; the grid begins at midnight.
                    link.set("slot_interval_minutes = 15");
                    let booking =
                        link.booking_with(&start, &format!("duration_minutes => {length}"));
                    link.set(&format!(
                        "slot_interval_minutes = {}",
                        world
                            .interval
                            .map_or("null".into(), |minutes| minutes.to_string())
                    ));
                    let could = minutes(&format!(
                        "booking_slots('{}', {from}, {until})",
                        booking.token
                    ));
                    assert_eq!(could, world.free(*length), "moved: {length} of {world:#?}");
                    let moved = accepted(&booking.call("reschedule_booking", "'%s'"));
                    assert_eq!(moved, quarters, "moved: {length} of {world:#?}");
                }
            }
        }
        assert!(
            listed_in_all > 100,
            "only {listed_in_all} slots: the worlds have too few"
        );
    }
}
