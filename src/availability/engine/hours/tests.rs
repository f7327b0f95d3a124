//! What a settings document may say, and the key that is named when it says anything else.

use serde_json::json;

use super::*;

const NINE_TO_FIVE: Window = Window {
    start: 540,
    end: 1020,
};

fn monday(day: Value) -> Result<Vec<Window>, HoursError> {
    WeeklyHours::parse(&json!({ "monday": day })).map(|hours| hours.on(Weekday::Mon).to_vec())
}

#[test]
fn the_seed_s_document_means_monday_to_friday_nine_to_five() {
    let day = json!({"enabled": true, "start": "09:00", "end": "17:00"});
    let off = json!({"enabled": false, "start": "09:00", "end": "17:00"});
    let hours = WeeklyHours::parse(&json!({
        "monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day,
        "saturday": off, "sunday": off
    }))
    .unwrap();
    use Weekday::*;
    for day in [Mon, Tue, Wed, Thu, Fri] {
        assert_eq!(hours.on(day), [NINE_TO_FIVE], "{day}");
    }
    for day in [Sat, Sun] {
        assert_eq!(hours.on(day), [], "{day}");
    }
}

#[test]
fn each_name_is_its_own_day() {
    use Weekday::*;
    for (name, day) in DAY_NAMES
        .into_iter()
        .zip([Mon, Tue, Wed, Thu, Fri, Sat, Sun])
    {
        let hours = WeeklyHours::parse(
            &json!({ name: {"enabled": true, "start": "09:00", "end": "17:00"} }),
        )
        .unwrap();
        for other in [Mon, Tue, Wed, Thu, Fri, Sat, Sun] {
            assert_eq!(
                !hours.on(other).is_empty(),
                other == day,
                "{name} on {other}"
            );
        }
    }
}

#[test]
fn windows_come_in_any_order_and_may_touch() {
    let windows = json!([
        {"start": "13:00", "end": "24:00"},
        {"start": "00:00", "end": "09:30"},
        {"start": "09:30", "end": "12:00"}
    ]);
    let expected = [
        Window { start: 0, end: 570 },
        Window {
            start: 570,
            end: 720,
        },
        Window {
            start: 780,
            end: 1440,
        },
    ];
    assert_eq!(
        monday(json!({"enabled": true, "windows": windows})).unwrap(),
        expected
    );
    assert_eq!(parse_windows(&windows).unwrap(), expected);
}

#[test]
fn closed_can_be_said_in_every_way_of_the_contract() {
    for day in [
        json!({}),
        json!({"enabled": false}),
        json!({"enabled": false, "start": "09:00", "end": "17:00"}),
        json!({"enabled": false, "windows": [{"start": "09:00", "end": "17:00"}]}),
        json!({"enabled": false, "windows": []}),
        json!({"enabled": true, "windows": []}),
    ] {
        assert_eq!(monday(day.clone()).unwrap(), [], "{day}");
    }
    assert_eq!(
        WeeklyHours::parse(&json!({})).unwrap(),
        WeeklyHours::default()
    );
    assert_eq!(parse_windows(&json!([])).unwrap(), []);
}

#[test]
fn anything_else_is_refused_with_the_path_of_the_key() {
    use Problem::*;
    let long = "x".repeat(300);
    let cut = format!("monday[\"{}…\"]", "x".repeat(LONGEST_KEY_SHOWN));
    let cases = [
        (json!(null), "availability_settings", NotAnObject),
        (json!([]), "availability_settings", NotAnObject),
        (json!("monday"), "availability_settings", NotAnObject),
        (json!({"Monday": {}}), "Monday", UnknownDay),
        (json!({"mon": {}}), "mon", UnknownDay),
        (json!({"": {}}), r#"[""]"#, UnknownDay),
        (json!({"mon\nday": {}}), r#"["mon\nday"]"#, UnknownDay),
        (json!({"sunday": null}), "sunday", NotAnObject),
        (json!({"sunday": false}), "sunday", NotAnObject),
        (
            json!({"monday": {"start": "09:00", "end": "17:00"}}),
            "monday.enabled",
            Missing,
        ),
        (
            json!({"monday": {"windows": []}}),
            "monday.enabled",
            Missing,
        ),
        (
            json!({"monday": {"enabled": null}}),
            "monday.enabled",
            NotABoolean,
        ),
        (
            json!({"monday": {"enabled": 1}}),
            "monday.enabled",
            NotABoolean,
        ),
        (
            json!({"monday": {"enabled": "true"}}),
            "monday.enabled",
            NotABoolean,
        ),
        (
            json!({"monday": {"enabled": true}}),
            "monday",
            EnabledWithoutHours,
        ),
        (
            json!({"monday": {"enabled": false, "zone": "UTC"}}),
            "monday.zone",
            UnknownDayKey,
        ),
        (
            json!({"monday": {(long.as_str()): 1}}),
            cut.as_str(),
            UnknownDayKey,
        ),
        (
            json!({"monday": {"enabled": true, "start": "09:00"}}),
            "monday.end",
            Missing,
        ),
        (
            json!({"monday": {"enabled": false, "end": "09:00"}}),
            "monday.start",
            Missing,
        ),
        (
            json!({"monday": {"enabled": true, "start": "09:00", "end": "17:00", "windows": []}}),
            "monday.windows",
            BothFormats,
        ),
        (
            json!({"monday": {"enabled": false, "start": "09:00", "windows": []}}),
            "monday.windows",
            BothFormats,
        ),
        (
            json!({"monday": {"enabled": true, "start": "17:00", "end": "09:00"}}),
            "monday.end",
            EndNotAfterStart,
        ),
        (
            json!({"monday": {"enabled": false, "start": "09:00", "end": "09:00"}}),
            "monday.end",
            EndNotAfterStart,
        ),
        (
            json!({"monday": {"enabled": true, "windows": {}}}),
            "monday.windows",
            NotAnArray,
        ),
        (
            json!({"monday": {"enabled": true, "windows": null}}),
            "monday.windows",
            NotAnArray,
        ),
    ];
    for (document, path, problem) in cases {
        let error = WeeklyHours::parse(&document).unwrap_err();
        assert_eq!(
            (error.path.as_str(), error.problem),
            (path, problem),
            "{document}"
        );
    }
}

#[test]
fn a_bad_window_is_refused_on_a_day_and_on_a_date_alike() {
    use Problem::*;
    let good = json!({"start": "09:00", "end": "12:00"});
    let cases = [
        (json!([good, null]), "windows[1]", NotAnObject),
        (json!([good, {"start": "13:00"}]), "windows[1].end", Missing),
        (json!([{"end": "13:00"}]), "windows[0].start", Missing),
        (json!([{}]), "windows[0].start", Missing),
        (
            json!([{"start": "09:00", "end": null}]),
            "windows[0].end",
            NotAnEnd,
        ),
        (
            json!([{"start": "09:00", "end": "12:00", "enabled": true}]),
            "windows[0].enabled",
            UnknownWindowKey,
        ),
        (
            json!([good, {"start": "13:00", "end": "13:00"}]),
            "windows[1].end",
            EndNotAfterStart,
        ),
        (
            json!([good, {"start": "11:59", "end": "13:00"}]),
            "windows[1]",
            Overlap,
        ),
        (
            json!([good, {"start": "08:00", "end": "09:01"}]),
            "windows[1]",
            Overlap,
        ),
        (
            json!([good, {"start": "13:00", "end": "14:00"}, good]),
            "windows[2]",
            Overlap,
        ),
        (
            json!([{"start": "00:00", "end": "24:00"}, {"start": "23:59", "end": "24:00"}]),
            "windows[1]",
            Overlap,
        ),
    ];
    for (windows, path, problem) in cases {
        let error = parse_windows(&windows).unwrap_err();
        assert_eq!(
            (error.path.as_str(), error.problem),
            (path, problem),
            "{windows}"
        );
        for enabled in [true, false] {
            let error = monday(json!({"enabled": enabled, "windows": windows})).unwrap_err();
            assert_eq!(error.path, format!("monday.{path}"));
            assert_eq!(error.problem, problem);
        }
    }
}

#[test]
fn a_time_is_two_digits_a_colon_and_two_digits() {
    for (text, minute) in [
        ("00:00", 0),
        ("00:01", 1),
        ("09:30", 570),
        ("23:59", 1439),
        ("24:00", 1440),
    ] {
        assert_eq!(minute_of_day(text), Some(minute), "{text}");
    }
    for text in [
        "", "9:00", "09:0", "0900", "09.00", "09:60", "24:01", "25:00", "99:99", "-1:00", "+9:00",
        " 9:00", "09:00 ", "09:00:00", "９:00", "0٩:00", "1e:00", "09:00Z", "9:000",
    ] {
        assert_eq!(minute_of_day(text), None, "{text}");
    }
}

#[test]
fn twenty_four_hundred_is_an_end_and_never_a_start() {
    let day = |start, end| monday(json!({"enabled": true, "start": start, "end": end}));
    assert_eq!(
        day("00:00", "24:00").unwrap(),
        [Window {
            start: 0,
            end: END_OF_DAY
        }]
    );
    assert_eq!(
        day("24:00", "24:00").unwrap_err().problem,
        Problem::NotAStart
    );
    assert_eq!(
        day("00:00", "00:00").unwrap_err().problem,
        Problem::EndNotAfterStart
    );
}

#[test]
fn an_error_reads_as_a_sentence() {
    let error = parse_windows(&json!([{"start": "09:00", "end": "9"}])).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"windows[0].end: must be a time as "HH:MM", from "00:01" to "24:00""#
    );
}
