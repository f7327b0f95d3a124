//! Hostile text in every field that somebody types, by plain SQL and so past every check, in everything that
//! leaves: mails as Python's parsers read them, the events of either calendar, and notes in Close. It has the
//! headers, parts, elements and lines that it has with harmless text, and nothing reorders what stands beside it.

use std::collections::BTreeSet;

use serde_json::Value;
use uuid::Uuid;

use crate::connect::{connect, connect_outlook, outlook_stand_in, stand_in};
use crate::crm;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, explain};
use crate::harness::wait::wait_for;
use crate::peers::mail_reader::{Mail, read_all};

const HARMLESS: &str = "harmless";
const HOSTILE: &[&str] = &[
    "x\r\nBcc: evil@prize.example\r\n\r\nbody",
    "x\nATTENDEE:mailto:evil@prize.example\nEND:VEVENT\nEND:VCALENDAR",
    "\"><script src=//prize.example></script><img src=x onerror=alert(1)>",
    "</td></tr></table><style>*{display:none}</style><!--",
    "' onmouseover='alert(1)",
    "&lt;b&gt; &#60;i&#62; <![CDATA[ <b> ]]>",
    "javascript:alert(1)",
    "\u{202e}gnp.exe \u{2067}x\u{2068}y\u{202d}",
    "a\u{200b}b\u{feff}c\u{2060}d\u{ad}e",
    "x\u{2028}Bcc: y\u{2029}Join: https://prize.example\u{85}Phone: z\u{b}\u{c}w",
    "=?utf-8?q?x=0D=0ABcc:_evil=40prize.example?= =_scheduling_mixed--",
    "x\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}\u{30b}\u{30c}\u{30d}\u{30e}",
    "שלום עולם (x) مرحبا",
    "x\";ROLE=CHAIR;X=\":mailto:evil@prize.example,\\n\\,\\;",
    "{{ heading }}{% raw %}{# x #}",
    "\u{1}\u{7f}\u{9b}31m\u{1b}[2J",
];

/// A meeting of which every text is this one.
fn write_down(database: &mut Database<'_>, owner: &Owner, n: i32, text: &str) -> Uuid {
    let names = owner.mode.names();
    let insert = format!(
        "with guest as (
             insert into scheduling.{guests} ({key}, email, name, phone)
             values ($1, 'ada' || $2::int || '@guest.example', $3, $3) returning id
         )
         insert into scheduling.{meetings} ({key}, {guest_id}, title, starts_at, ends_at, location, meeting_url,
             notes, answers, guest_name, guest_phone)
         select $1, guest.id, $3, at, at + interval '30 minutes', $3, $3, $3,
                jsonb_build_object($3::text, $3::text), $3, $3
         from guest, (select date_trunc('day', now(), 'UTC') + interval '3 days' + $2::int * interval '1 hour') t (at)
         returning id",
        guests = names.guests,
        key = names.key,
        meetings = names.meetings,
        guest_id = names.guest_id,
    );
    let row = database.sql.query_one(&insert, &[&owner.id, &n, &text]);
    row.unwrap_or_else(|error| panic!("{text:?}: {}", explain(&error)))
        .get(0)
}

/// The names of a page's elements and of their attributes.
fn tags(html: &str) -> BTreeSet<String> {
    let mut tags = BTreeSet::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split_once('>').map_or(tag, |(tag, _)| tag);
        let outside_quotes = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
        let mut names = outside_quotes.split_whitespace();
        let element = names.next().unwrap_or_default().to_lowercase();
        tags.extend(names.map(|name| format!("{element} {name}")));
        tags.insert(element);
    }
    tags
}

/// No override, and what is isolated ends on its line.
#[track_caller]
fn is_in_order(text: &str, what: &str) {
    for line in text.lines() {
        let mut open = 0;
        for c in line.chars() {
            assert!(!('\u{202a}'..='\u{202e}').contains(&c), "{what}: {line:?}");
            open += i32::from(('\u{2066}'..='\u{2068}').contains(&c)) - i32::from(c == '\u{2069}');
            assert!(open >= 0, "{what}: {line:?}");
        }
    }
}

fn mails(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) -> Vec<(String, Mail)> {
    let query = format!(
        "select kind, message from scheduling.emails where {} = $1 order by kind, recipient",
        owner.mode.names().job_meeting
    );
    let rows = database
        .sql
        .query(&query, &[&meeting])
        .expect("mails can be read");
    let messages: Vec<String> = rows.iter().map(|row| row.get(1)).collect();
    let mails = read_all(messages.iter().map(String::as_bytes));
    rows.iter().map(|row| row.get(0)).zip(mails).collect()
}

fn is_like(mail: &Mail, harmless: &Mail, what: &str) {
    let names = |mail: &Mail| mail.headers.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(mail), names(harmless), "{what}");
    assert_eq!(mail.structure, harmless.structure, "{what}");
    assert_eq!(mail.defects, [""; 0], "{what}");
    let (html, known) = (mail.html.as_deref(), harmless.html.as_deref());
    let more = &tags(html.unwrap_or_default()) - &tags(known.unwrap_or_default());
    // Whether there is a link to join is the text's to say; that it is one to a web page, ours.
    let more: Vec<_> = more
        .iter()
        .filter(|tag| !tag.starts_with("a ") && *tag != "br")
        .collect();
    assert!(more.is_empty(), "{what}: {more:?}");
    for link in html.unwrap_or_default().split("href=\"").skip(1) {
        let link = link.replace("&#x2f;", "/");
        assert!(
            link.starts_with("https://") || link.starts_with("mailto:"),
            "{what}: {link}"
        );
    }
    for header in ["subject", "to", "from"] {
        is_in_order(&mail.headers[header], what);
        assert!(!mail.headers[header].contains(char::is_control), "{what}");
    }
    is_in_order(mail.text.as_deref().unwrap_or_default(), what);
    let attendees = |mail: &Mail| -> Vec<usize> {
        mail.invitations
            .iter()
            .map(|invitation| invitation.attendees.len())
            .collect()
    };
    assert_eq!(attendees(mail), attendees(harmless), "{what}");
}

/// What is sent to a calendar: JSON, in which a title and a place are lines, and no text is markup.
fn is_sound_event(event: &Value, what: &str) {
    let texts = ["/summary", "/subject", "/location", "/location/displayName"];
    for line in texts
        .iter()
        .filter_map(|text| event.pointer(text)?.as_str())
    {
        is_in_order(line, what);
        assert!(!line.contains(char::is_control), "{what}: {line:?}");
    }
    let google = event["description"].as_str().unwrap_or_default();
    assert!(!google.contains(['<', '>']), "{what}: {google}");
    if let Some(body) = event.pointer("/body/contentType") {
        assert_eq!(body, "text", "{what}");
    }
    let text = event
        .pointer("/body/content")
        .and_then(Value::as_str)
        .unwrap_or(google);
    is_in_order(text, what);
    assert!(
        !text.contains(|c: char| c.is_control() && c != '\n'),
        "{what}: {text:?}"
    );
}

#[test]
fn hostile_text_is_text_wherever_it_goes() {
    let mut database = Database::new(Cluster::shared());
    let (google, graph) = (stand_in(&mut database), outlook_stand_in(&mut database));
    let close = crm::stand_in(&mut database);
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        match mode {
            Mode::Client => connect(&mut database, &owner, &google),
            Mode::User => connect_outlook(&mut database, &owner, &graph, None, 3600.0),
        }
        let harmless = write_down(&mut database, &owner, 0, HARMLESS);
        let meetings: Vec<Uuid> = (1..)
            .zip(HOSTILE)
            .map(|(n, text)| write_down(&mut database, &owner, n, text))
            .collect();
        crm::wait_until_told(&mut database);
        wait_for("all to be sent", || {
            let left = "select count(*) from scheduling.jobs
                        where state in ('ready', 'running') and kind <> 'crm_lead'";
            (database.one::<i64>(left) == 0).then_some(())
        });
        let failed = "select coalesce(string_agg(kind || ': ' || last_error, ' | '), '')
                      from scheduling.jobs where state = 'failed'";
        assert_eq!(database.one::<String>(failed), "");
        let known = mails(&mut database, &owner, harmless);
        assert!(known.len() >= 2, "the guest's and the owner's");
        for (meeting, text) in meetings.iter().zip(HOSTILE) {
            let written = mails(&mut database, &owner, *meeting);
            assert_eq!(written.len(), known.len(), "{text:?}");
            for ((kind, mail), (_, harmless)) in written.iter().zip(&known) {
                is_like(mail, harmless, &format!("{kind} {text:?}"));
            }
        }
    }
    let requests = google.requests().into_iter().chain(graph.requests());
    let events = requests.filter(|request| ["POST", "PATCH"].contains(&request.method.as_str()));
    let mut seen = 0;
    for request in events.filter(|request| request.path.ends_with("/events")) {
        let event: Value = serde_json::from_slice(&request.body).expect("it is JSON");
        is_sound_event(&event, &request.path);
        seen += 1;
    }
    assert!(seen > 2 * HOSTILE.len(), "{seen}");
    // Of a note, each line that is not ours is indented.
    let ours = [
        "Meeting booked:",
        "When:",
        "With:",
        "Guest:",
        "Phone:",
        "Where:",
        "Join:",
        "Notes:",
        "scheduling/",
    ];
    let notes = close.notes();
    assert!(notes.len() > HOSTILE.len(), "{}", notes.len());
    for note in notes {
        is_in_order(&note.note, "a note");
        let labels: Vec<_> = note
            .note
            .lines()
            .filter(|line| !line.starts_with(' ') && !line.is_empty())
            .collect();
        for label in ours {
            let times = labels.iter().filter(|line| line.starts_with(label)).count();
            assert!(times <= 1, "{label} {times} times in {:?}", note.note);
        }
    }
}
