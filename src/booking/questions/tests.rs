//! What a form may ask, and what becomes of answers: the key or the question that is named when
//! either is wrong, and never what was typed.

use proptest::prelude::*;
use serde_json::json;

use super::answers::{AnswerError, labelled};
use super::*;

fn parse(document: Value) -> Result<Questions, QuestionsError> {
    Questions::parse(&document)
}

/// One question of these keys, and the id `q`.
fn question(keys: Value) -> Questions {
    let mut question = json!({"id": "q"});
    for (key, value) in keys.as_object().unwrap() {
        question[key] = value.clone();
    }
    parse(json!([question])).unwrap()
}

/// What is stored of an answer to it; `None` where it counts as not answered.
fn answered(keys: &Value, answer: &Value) -> Result<Option<Value>, AnswerError> {
    let answers = json!({"q": answer});
    let checked = question(keys.clone()).check(answers.as_object().unwrap());
    checked.map(|mut checked| checked.remove("q"))
}

#[test]
fn a_form_of_all_types_is_read_in_order() {
    let questions = parse(json!([
        {"id": "company", "label": "Company", "type": "text", "required": true, "placeholder": "Acme", "max_length": 80},
        {"id": "about", "label": "About you", "type": "long_text", "help": "As much\nas you like"},
        {"id": "size", "label": "Size", "type": "choice", "options": ["1-10", "11+"]},
        {"id": "topics", "label": "Topics", "type": "choices", "options": ["A", "B"]},
        {"id": "new", "label": "New here?", "type": "boolean"},
        {"id": "budget", "label": "Budget", "type": "number"},
        {"id": "billing", "label": "Billing address", "type": "email"},
        {"id": "mobile", "label": "Mobile", "type": "phone"},
        {"id": "site", "label": "Web site", "type": "url"},
        {"id": "since", "label": "Since", "type": "date", "required": false}
    ]))
    .unwrap();
    let read: Vec<_> = questions
        .0
        .iter()
        .map(|q| (q.id.as_str(), q.label.as_str(), q.required))
        .collect();
    assert_eq!(read[0], ("company", "Company", true));
    assert_eq!(read[9], ("since", "Since", false));
    assert_eq!(questions.0[0].kind, Kind::Text(80));
    assert_eq!(
        questions.0[3].kind,
        Kind::Choices(vec!["A".into(), "B".into()])
    );
    assert_eq!(parse(json!([])).unwrap(), Questions::default());
}

#[test]
fn a_question_is_one_line_of_text_called_by_its_id_unless_it_says_more() {
    let questions = parse(json!([{"id": "topic"}])).unwrap();
    assert_eq!(
        questions.0,
        [Question {
            id: "topic".into(),
            label: "topic".into(),
            kind: Kind::Text(LONGEST_TEXT),
            required: false,
        }]
    );
}

#[test]
fn a_malformed_form_is_refused_with_the_path_of_the_key() {
    use Problem::*;
    let long = "x".repeat(1_001);
    let cases = [
        (json!({}), "questions", NotAnArray),
        (json!(null), "questions", NotAnArray),
        (
            json!(vec![json!({"id": "a"}); 51]),
            "questions",
            TooManyQuestions,
        ),
        (json!(["a"]), "questions[0]", NotAnObject),
        (json!([{"label": "A"}]), "questions[0].id", Missing),
        (json!([{"id": ""}]), "questions[0].id", NotAnId),
        (json!([{"id": 1}]), "questions[0].id", NotAnId),
        (json!([{"id": "a b"}]), "questions[0].id", NotAnId),
        (json!([{"id": "ä"}]), "questions[0].id", NotAnId),
        (json!([{"id": "x".repeat(65)}]), "questions[0].id", NotAnId),
        (
            json!([{"id": "a"}, {"id": "b"}, {"id": "a"}]),
            "questions[2].id",
            RepeatedId,
        ),
        (
            json!([{"id": "a", "label": ""}]),
            "questions[0].label",
            NotALine,
        ),
        (
            json!([{"id": "a", "label": " A"}]),
            "questions[0].label",
            NotALine,
        ),
        (
            json!([{"id": "a", "label": "A\nB"}]),
            "questions[0].label",
            NotALine,
        ),
        (
            json!([{"id": "a", "label": null}]),
            "questions[0].label",
            NotALine,
        ),
        (
            json!([{"id": "a", "label": "x".repeat(201)}]),
            "questions[0].label",
            NotALine,
        ),
        (
            json!([{"id": "a", "type": "colour"}]),
            "questions[0].type",
            UnknownType,
        ),
        (
            json!([{"id": "a", "type": 1}]),
            "questions[0].type",
            UnknownType,
        ),
        (
            json!([{"id": "a", "type": null}]),
            "questions[0].type",
            UnknownType,
        ),
        (
            json!([{"id": "a", "required": "yes"}]),
            "questions[0].required",
            NotABoolean,
        ),
        (
            json!([{"id": "a", "help": long}]),
            "questions[0].help",
            NotAText,
        ),
        (
            json!([{"id": "a", "placeholder": 1}]),
            "questions[0].placeholder",
            NotAText,
        ),
        (
            json!([{"id": "a", "type": "choice"}]),
            "questions[0].options",
            Missing,
        ),
        (
            json!([{"id": "a", "type": "choices", "options": []}]),
            "questions[0].options",
            NotOptions,
        ),
        (
            json!([{"id": "a", "type": "choice", "options": "A"}]),
            "questions[0].options",
            NotOptions,
        ),
        (
            json!([{"id": "a", "type": "choice", "options": vec!["A"; 101]}]),
            "questions[0].options",
            NotOptions,
        ),
        (
            json!([{"id": "a", "type": "choice", "options": ["A", 1]}]),
            "questions[0].options[1]",
            NotALine,
        ),
        (
            json!([{"id": "a", "type": "choice", "options": [""]}]),
            "questions[0].options[0]",
            NotALine,
        ),
        (
            json!([{"id": "a", "type": "choice", "options": ["A", "B", "A"]}]),
            "questions[0].options[2]",
            RepeatedOption,
        ),
        (
            json!([{"id": "a", "options": ["A"]}]),
            "questions[0].options",
            UnwantedOptions,
        ),
        (
            json!([{"id": "a", "type": "date", "max_length": 9}]),
            "questions[0].max_length",
            UnwantedLength,
        ),
        (
            json!([{"id": "a", "max_length": 0}]),
            "questions[0].max_length",
            NotALength,
        ),
        (
            json!([{"id": "a", "max_length": 10_001}]),
            "questions[0].max_length",
            NotALength,
        ),
        (
            json!([{"id": "a", "max_length": 1.5}]),
            "questions[0].max_length",
            NotALength,
        ),
        (
            json!([{"id": "a"}, {"id": "b", "requierd": true}]),
            "questions[1][\"requierd\"]",
            UnknownKey,
        ),
    ];
    for (document, path, problem) in cases {
        let error = parse(document.clone()).expect_err(&document.to_string());
        assert_eq!(
            (error.path.as_str(), error.problem),
            (path, problem),
            "{document}"
        );
    }
}

#[test]
fn an_unknown_key_is_shown_short_and_on_one_line() {
    let key = format!("a\n{}", "x".repeat(100));
    let mut question = json!({"id": "a"});
    question[key] = json!(1);
    let path = parse(json!([question])).unwrap_err().path;
    assert_eq!(path, format!("questions[0][\"a\\n{}…\"]", "x".repeat(38)));
}

#[test]
fn answers_are_stored_in_one_form() {
    let text = json!({});
    let choice = json!({"type": "choice", "options": ["A", "B c"]});
    let choices = json!({"type": "choices", "options": ["A", "B", "C"]});
    let of = |name: &str| json!({ "type": name });
    for (keys, given, stored) in [
        (&text, json!("  Acme  "), json!("Acme")),
        (&json!({"max_length": 3}), json!(" äöü "), json!("äöü")),
        (&of("long_text"), json!("a\r\nb\tc\n"), json!("a\nb\tc")),
        (&choice, json!(" B c "), json!("B c")),
        (&choices, json!(["C", " A", "C"]), json!(["A", "C"])),
        (&of("boolean"), json!(false), json!(false)),
        (&of("number"), json!(12.5), json!(12.5)),
        (&of("number"), json!(0), json!(0)),
        (
            &of("email"),
            json!(" Ada@Example.com "),
            json!("Ada@Example.com"),
        ),
        (
            &of("phone"),
            json!(" +44 (20) 7946-0000 "),
            json!("+44 (20) 7946-0000"),
        ),
        (
            &of("phone"),
            json!("7946 0000 ext. 12"),
            json!("7946 0000 ext. 12"),
        ),
        (&of("phone"), json!("112"), json!("112")),
        (
            &of("url"),
            json!(" HTTPS://Example.com/a b "),
            json!("https://example.com/a%20b"),
        ),
        (&of("date"), json!("2028-02-29"), json!("2028-02-29")),
    ] {
        assert_eq!(answered(keys, &given), Ok(Some(stored)), "{keys} {given}");
    }
}

#[test]
fn answers_that_do_not_fit_are_refused() {
    let of = |name: &str| json!({ "type": name });
    let choice = json!({"type": "choice", "options": ["A", "B"]});
    let choices = json!({"type": "choices", "options": ["A", "B"]});
    for (keys, given) in [
        (of("text"), json!(1)),
        (of("text"), json!(true)),
        (of("text"), json!({})),
        (of("text"), json!(["A"])),
        (of("text"), json!("a\nb")),
        (of("text"), json!("a\u{0}b")),
        (of("text"), json!("x".repeat(501))),
        (json!({"max_length": 3}), json!("four")),
        (of("long_text"), json!("a\u{7}b")),
        (of("long_text"), json!("x".repeat(5_001))),
        (choice.clone(), json!("C")),
        (choice.clone(), json!("a")),
        (choice, json!(["A"])),
        (choices.clone(), json!("A")),
        (choices.clone(), json!(["A", "C"])),
        (choices.clone(), json!(["A", 1])),
        (choices, json!(["A", ""])),
        (of("boolean"), json!("true")),
        (of("boolean"), json!(1)),
        (of("number"), json!("12")),
        (of("email"), json!("ada")),
        (of("email"), json!("Ada <ada@example.com>")),
        (
            of("email"),
            json!("ada@example.com\r\nBcc: eve@example.com"),
        ),
        (of("phone"), json!("12")),
        (of("phone"), json!("call me")),
        (of("phone"), json!("+44+20794600")),
        (of("phone"), json!("12345678901234567890123456")),
        (of("phone"), json!(123456)),
        (of("url"), json!("example.com")),
        (of("url"), json!("javascript:alert(1)")),
        (
            of("url"),
            json!(format!("https://example.com/{}", "x".repeat(2_000))),
        ),
        (of("date"), json!("2027-02-29")),
        (of("date"), json!("2027-2-1")),
        (of("date"), json!("+2027-01-1")),
        (of("date"), json!("-027-03-01")),
        (of("date"), json!("01/02/2027")),
        (of("date"), json!("2027-03-01T00:00:00Z")),
    ] {
        let error = answered(&keys, &given).expect_err(&format!("{keys} {given}"));
        assert!(
            matches!(error, AnswerError::Unfit { .. }),
            "{keys} {given}: {error:?}"
        );
    }
}

#[test]
fn what_a_form_sends_for_an_empty_field_is_no_answer() {
    for given in [json!(null), json!(""), json!(" \n"), json!([])] {
        for name in [
            "text",
            "long_text",
            "boolean",
            "number",
            "email",
            "phone",
            "url",
            "date",
        ] {
            let keys = json!({ "type": name });
            assert_eq!(answered(&keys, &given), Ok(None), "{name} {given}");
            let keys = json!({"type": name, "required": true});
            let error = answered(&keys, &given).expect_err("it is required");
            assert!(
                matches!(error, AnswerError::Missing { .. }),
                "{name} {given}"
            );
        }
    }
    // "No" is an answer.
    let keys = json!({"type": "boolean", "required": true});
    assert_eq!(answered(&keys, &json!(false)), Ok(Some(json!(false))));
}

#[test]
fn a_refusal_names_the_question_and_says_what_would_do() {
    let questions = parse(json!([
        {"id": "company", "label": "Your company", "required": true},
        {"id": "size", "type": "choice", "options": ["1-10", "11+"]},
    ]))
    .unwrap();
    let refusal = |answers: Value| {
        let error = questions.check(answers.as_object().unwrap()).unwrap_err();
        (error.to_string(), error.hint())
    };
    let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        refusal(json!({})),
        text(
            "The question \"company\" (Your company) has to be answered.",
            "Answer with one line of text, at most 500 characters."
        )
    );
    assert_eq!(
        refusal(json!({"company": "Acme", "size": "secret"})),
        text(
            "The answer to the question \"size\" cannot be used.",
            "Answer with one of \"1-10\", \"11+\"."
        )
    );
    assert_eq!(
        refusal(json!({"company": "Acme", "colour\n": "red"})).0,
        "The link has no question \"colour\\n\"."
    );
}

#[test]
fn many_options_are_not_all_listed() {
    let options: Vec<_> = (0..100).map(|n| format!("option {n}")).collect();
    let keys = json!({"type": "choice", "options": options});
    let hint = answered(&keys, &json!("other")).unwrap_err().hint();
    assert_eq!(hint, "Answer with one of the question's options.");
}

#[test]
fn answers_are_labelled_in_the_order_of_the_form_and_none_is_lost() {
    let questions = json!([
        {"id": "z", "label": "First"},
        {"id": "unanswered", "label": "Not answered"},
        {"id": "a", "label": "Second"},
        {"id": "b", "label": "Second"},
    ]);
    let answers = json!({"a": 1, "b": 2, "gone": 3, "z": 4});
    let labels =
        |questions: Option<&Value>| -> Vec<(String, Value)> { labelled(questions, &answers) };
    let pairs = |pairs: [(&str, i32); 4]| {
        pairs
            .map(|(label, n)| (label.to_owned(), json!(n)))
            .to_vec()
    };
    assert_eq!(
        labels(Some(&questions)),
        pairs([("First", 4), ("Second", 1), ("Second", 2), ("gone", 3)])
    );
    assert_eq!(
        labels(None),
        pairs([("a", 1), ("b", 2), ("gone", 3), ("z", 4)])
    );
}

/// Any JSON that a visitor may send as one answer.
fn some_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        "[ +0-9()-]{1,12}".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}".prop_map(Value::from),
        "https?://[a-z./ ]{1,9}".prop_map(Value::from),
        "[a-z]{1,3}@[a-z]{1,3}\\.example".prop_map(Value::from),
        "\\PC{0,3}(\r\n|\n|\t)\\PC{0,3}".prop_map(Value::from),
        prop_oneof![Just("A"), Just(" B "), Just("C")].prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{1,2}", inner, 0..3)
                .prop_map(|keys| keys.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

fn some_kind() -> impl Strategy<Value = Value> {
    let names = [
        "text",
        "long_text",
        "boolean",
        "number",
        "email",
        "phone",
        "url",
        "date",
    ];
    let plain = proptest::sample::select(names.to_vec()).prop_map(|name| json!({ "type": name }));
    let chosen = proptest::sample::select(vec!["choice", "choices"])
        .prop_map(|name| json!({"type": name, "options": ["A", "B"]}));
    prop_oneof![4 => plain, 1 => chosen]
}

proptest! {
    /// Whatever is sent, it is either refused or stored in a form that is stored unchanged when it
    /// is sent again, has no control characters but line breaks and tabs, and does not grow but by
    /// the escaping of a URL.
    #[test]
    fn checked_answers_are_safe_and_stay_as_they_are(keys in some_kind(), given in some_json()) {
        if let Ok(Some(stored)) = answered(&keys, &given) {
            prop_assert_eq!(answered(&keys, &stored), Ok(Some(stored.clone())));
            for text in stored.as_str().into_iter().chain(stored.as_array().into_iter().flatten().filter_map(Value::as_str)) {
                prop_assert!(!text.is_empty() && text.trim() == text);
                prop_assert!(text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')));
            }
            let same_type = match keys["type"].as_str().unwrap() {
                "boolean" => stored.is_boolean(),
                "number" => stored.is_number(),
                "choices" => stored.as_array().is_some_and(|list| !list.is_empty()),
                _ => stored.is_string(),
            };
            prop_assert!(same_type, "{stored}");
        }
    }

    /// No document makes the parser fail in another way than by refusing, and what it takes it
    /// answers for: a form without required questions takes no answers at all.
    #[test]
    fn any_document_is_read_or_refused(document in some_json(), keys in some_kind(), extra in some_json()) {
        let _ = Questions::parse(&document);
        let mut question = keys;
        question["id"] = json!("q");
        question["label"] = extra;
        if let Ok(questions) = Questions::parse(&json!([question])) {
            prop_assert_eq!(questions.check(&Map::new()), Ok(Map::new()));
        }
    }
}
