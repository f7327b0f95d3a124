//! The attack over PostgREST: every table by every verb, and every function, with what is the victim's.

use serde_json::{Map, Value, json};

use super::Scene;
use super::catalogue::{Column, Function, Table};
use crate::peers::postgrest::PostgRest;

pub struct Attack<'a> {
    pub server: &'a PostgRest,
    pub token: Option<&'a str>,
    pub scene: &'a Scene,
}

const PREFER: &[&str] = &[
    "return=representation",
    "return=representation,resolution=merge-duplicates",
    "return=headers-only,resolution=ignore-duplicates",
    "return=representation,missing=default,tx=rollback",
    "return=representation,count=exact,handling=lenient,max-affected=1000",
];
const ACCEPT: &[&str] = &[
    "application/json",
    "text/csv",
    "application/vnd.pgrst.object+json",
    "application/vnd.pgrst.plan+json; options=analyze|verbose",
    "application/geo+json",
    "application/octet-stream",
];

/// The parameters of an address.
fn query(parameters: &[(&str, &str)]) -> String {
    let address = reqwest::Url::parse_with_params("http://x", parameters);
    let address = address.expect("it is an address");
    address.query().unwrap_or_default().to_owned()
}

/// The answer without this header.
fn without(answer: &str, header: &str) -> String {
    let Some((before, rest)) = answer.split_once(&format!("\"{header}\": \"")) else {
        return answer.to_owned();
    };
    let (_, after) = rest.split_once('"').unwrap_or_default();
    format!("{before}{after}")
}

impl Attack<'_> {
    /// How many requests were made.
    pub fn run(&self) -> usize {
        let mut tried = 0;
        for table in &self.scene.catalogue.tables {
            tried += self.read(table) + self.write(table);
        }
        for function in &self.scene.catalogue.functions {
            tried += self.call(function);
        }
        tried
    }

    fn value(&self, table: &Table, column: &Column) -> Option<&str> {
        let value = self
            .scene
            .values
            .get(&(table.name.clone(), column.name.clone()))?;
        (value.len() < 2000).then_some(value.as_str())
    }

    /// One request, which brings nothing of the victim's back.
    fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> (u16, String) {
        let (status, answer) = self.server.request(method, path, self.token, headers, body);
        // Which says what was asked.
        let answer = without(&answer, "content-location");
        assert!(
            !answer.contains(&self.scene.victim.marker),
            "{method} {path} {headers:?} {body:?}: {status} {answer}"
        );
        for token in &self.scene.victim.tokens {
            assert!(
                !answer.contains(token.as_str()),
                "{method} {path}: {answer}"
            );
        }
        // Only what PostgreSQL cannot do at all fails in itself.
        assert!(
            status < 500 || status == 503,
            "{method} {path} {body:?}: {status} {answer}"
        );
        (status, answer)
    }

    fn read(&self, table: &Table) -> usize {
        let path = format!("/{}", table.name);
        let mut asked: Vec<String> = vec![String::new(), query(&[("select", "*"), ("limit", "5")])];
        for neighbour in &table.neighbours {
            asked.push(query(&[("select", &format!("*,{neighbour}(*)"))]));
            asked.push(query(&[("select", &format!("id,{neighbour}!inner(*)"))]));
            asked.push(query(&[("select", &format!("...{neighbour}(*)"))]));
        }
        for column in &table.columns {
            let name = &*column.name;
            asked.push(query(&[("select", name), ("order", name)]));
            asked.push(query(&[("select", "count()"), (name, "not.is.null")]));
        }
        let mut tried = 0;
        for query in &asked {
            for accept in if query.is_empty() {
                ACCEPT
            } else {
                &ACCEPT[..1]
            } {
                self.send(
                    "GET",
                    &format!("{path}?{query}"),
                    &[("Accept", accept)],
                    None,
                );
                tried += 1;
            }
        }
        for schema in [
            "scheduling_private",
            "pg_catalog",
            "information_schema",
            "public",
        ] {
            let (status, _) = self.send("GET", &path, &[("Accept-Profile", schema)], None);
            assert!(status == 406, "{schema}: {status}");
            tried += 1;
        }
        for column in &table.columns {
            let Some(value) = self.value(table, column) else {
                continue;
            };
            for operator in ["eq", "in", "like", "gte"] {
                let asked = match operator {
                    "in" => format!("in.(\"{}\")", value.replace(['"', '\\'], "")),
                    _ => format!("{operator}.{value}"),
                };
                let path = format!("{path}?{}", query(&[(&column.name, &asked)]));
                let exact = [("Prefer", "count=exact")];
                let (status, answer) = self.send("HEAD", &path, &exact, None);
                tried += 1;
                // A value that is nobody else's finds nothing, and so neither does a count.
                if value.contains(&self.scene.victim.marker) && operator == "eq" && status < 300 {
                    assert!(answer.contains("*/0\""), "{path}: {status} {answer}");
                }
            }
        }
        tried
    }

    /// The victim's row as JSON, but for text, in which the attacker's address stands.
    fn row(&self, table: &Table, of: impl Fn(&Column) -> bool) -> Map<String, Value> {
        let columns = table
            .columns
            .iter()
            .filter(|column| !column.is_generated && of(column));
        columns
            .filter_map(|column| {
                let value = match column.kind.as_str() {
                    "text" if !column.name.ends_with("status") => {
                        json!(self.scene.attacker.trap.url)
                    }
                    "text[]" => json!([self.scene.attacker.trap.url]),
                    "jsonb" => json!({"trap": self.scene.attacker.trap.url}),
                    _ => json!(self.value(table, column)?),
                };
                Some((column.name.clone(), value))
            })
            .collect()
    }

    fn write(&self, table: &Table) -> usize {
        let path = format!("/{}", table.name);
        let is_own = |column: &Column| ["client_id", "user_id"].contains(&column.name.as_str());
        let mut bodies = vec![
            Value::Object(self.row(table, |_| true)),
            Value::Object(self.row(table, |column| column.name != "id")),
            Value::Object(self.row(table, |column| {
                is_own(column) || column.kind.starts_with("timestamp")
            })),
            json!([self.row(table, is_own), self.row(table, is_own)]),
        ];
        // A row of the attacker's own that refers to what is the victim's.
        for own in [
            ("client_id", self.scene.attacker.client.id),
            ("user_id", self.scene.attacker.user.id),
        ] {
            if !table.columns.iter().any(|column| column.name == own.0) {
                continue;
            }
            for column in table
                .columns
                .iter()
                .filter(|column| column.kind == "uuid" && column.name != "id")
            {
                let mut row = self.row(table, |other| {
                    other.name == column.name
                        || ["starts_at", "ends_at", "day"].contains(&other.name.as_str())
                });
                if column.name == own.0 {
                    continue;
                }
                row.insert(own.0.into(), json!(own.1));
                bodies.push(Value::Object(row));
            }
        }
        let mut tried = 0;
        for body in &bodies {
            for prefer in PREFER {
                let headers = [("Prefer", *prefer)];
                self.send("POST", &path, &headers, Some(body));
                tried += 1;
            }
            for conflict in [
                "id",
                "slug",
                "client_id,day",
                "user_id,day",
                "client_id,provider",
            ] {
                let path = format!("{path}?{}", query(&[("on_conflict", conflict)]));
                self.send("POST", &path, &[("Prefer", PREFER[1])], Some(body));
                tried += 1;
            }
            let private = [("Content-Profile", "scheduling_private")];
            self.send("POST", &path, &private, Some(body));
            tried += 1;
        }
        tried + self.change(table, &path)
    }

    fn change(&self, table: &Table, path: &str) -> usize {
        let mut tried = 0;
        let whole = Value::Object(self.row(table, |_| true));
        // What the rows are known by, and everything that is there.
        let found: Vec<_> = table
            .columns
            .iter()
            .filter(|column| {
                column.kind == "uuid" || column.kind == "bigint" || column.name == "slug"
            })
            .filter_map(|column| Some((column, format!("eq.{}", self.value(table, column)?))))
            .collect();
        let mut filters: Vec<_> = found
            .iter()
            .map(|(column, value)| query(&[(&column.name, value)]))
            .collect();
        if let Some(first) = table.columns.first() {
            filters.push(query(&[(&first.name, "not.is.null")]));
        }
        for filter in &filters {
            let path = format!("{path}?{filter}");
            for column in &table.columns {
                let change = self.row(table, |other| other.name == column.name);
                if change.is_empty() {
                    continue;
                }
                let headers = [("Prefer", PREFER[0])];
                self.send("PATCH", &path, &headers, Some(&Value::Object(change)));
                tried += 1;
            }
            self.send("PATCH", &path, &[("Prefer", PREFER[4])], Some(&whole));
            self.send("PUT", &path, &[("Prefer", PREFER[0])], Some(&whole));
            self.send("DELETE", &path, &[("Prefer", PREFER[0])], None);
            tried += 3;
        }
        tried
    }

    fn call(&self, function: &Function) -> usize {
        let path = format!("/rpc/{}", function.name);
        let mut tried = 0;
        for turn in 0..4 {
            let owner = &self.scene.victim.owners[turn % 2];
            let all: Map<_, _> = self.arguments(function, turn, |_| true);
            let few: Map<_, _> = self.arguments(function, turn, |may_be_left_out| !may_be_left_out);
            // One of the two ids alone, as the calls want them.
            let mut ids = few.clone();
            let id = ["meeting_id", "sales_meeting_id"][turn % 2];
            if function.arguments.iter().any(|(name, ..)| name == id) {
                ids.insert(id.into(), json!(self.scene.victim.meetings[turn % 2]));
            }
            for arguments in [all, few, ids] {
                let asked: Vec<_> = arguments
                    .iter()
                    .map(|(name, value)| {
                        let text = value
                            .as_str()
                            .map_or_else(|| value.to_string(), str::to_owned);
                        (name.clone(), text)
                    })
                    .collect();
                let asked: Vec<_> = asked
                    .iter()
                    .map(|(n, v)| (n.as_str(), v.as_str()))
                    .collect();
                self.send("GET", &format!("{path}?{}", query(&asked)), &[], None);
                let arguments = Value::Object(arguments);
                let (status, _) = self.send("POST", &path, &[], Some(&arguments));
                if self.is_hidden(function) {
                    assert_eq!(status, 404, "{path} of {}", owner.key());
                }
                let private = [("Content-Profile", "scheduling_private")];
                let (status, _) = self.send("POST", &path, &private, Some(&arguments));
                assert_eq!(status, 406, "{path}");
                tried += 3;
            }
        }
        tried
    }

    /// Whether nobody is to find it by its name.
    fn is_hidden(&self, function: &Function) -> bool {
        let mut functions = self.scene.catalogue.functions.iter();
        !functions.any(|other| other.schema == "scheduling" && other.name == function.name)
    }

    /// What a function is called with. The slug is the attacker's, as every slug is in the address of a page; a
    /// token is one that is nearly the victim's.
    fn arguments(
        &self,
        function: &Function,
        turn: usize,
        which: impl Fn(bool) -> bool,
    ) -> Map<String, Value> {
        let owner = &self.scene.victim.owners[turn % 2];
        let nearly = {
            let mut token: Vec<char> = self.scene.victim.tokens[turn % 2].chars().collect();
            let at = token.len() / 2;
            token[at] = if token[at] == 'A' { 'B' } else { 'A' };
            token.into_iter().collect::<String>()
        };
        let wanted = function.arguments.iter().filter(|(_, _, may)| which(*may));
        wanted
            .map(|(name, kind, _)| {
                let value = match (name.as_str(), kind.as_str()) {
                    ("owner", _) => json!(owner.key()),
                    ("owners", _) => json!([owner.key()]),
                    ("slug", _) => json!(self.scene.attacker.user.slug),
                    ("provider", _) if turn < 2 => json!("google"),
                    ("state", _) if turn < 2 => json!(format!("{}:google", owner.key())),
                    ("timezone", _) if turn < 2 => json!("UTC"),
                    ("email", _) if turn < 2 => json!("mallory@guest.example"),
                    ("manage_token" | "token" | "hold_token", _) => json!(nearly),
                    ("client_id" | "user_id", "uuid") => json!(owner.id),
                    (_, "uuid") => json!(self.scene.victim.meetings[turn % 2]),
                    (_, "text") => json!(self.scene.attacker.trap.url),
                    (_, "text[]") => json!([self.scene.attacker.trap.url]),
                    (_, "jsonb") => json!({}),
                    (_, "boolean") => json!(true),
                    (_, "integer" | "bigint") => json!(30),
                    (_, "timestamp with time zone") => json!("2031-01-07T10:00:00Z"),
                    _ => Value::Null,
                };
                (name.clone(), value)
            })
            .collect()
    }
}
