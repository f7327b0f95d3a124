//! Calls of the public functions, one argument of each in question and the others right. The functions and their
//! arguments are those of the catalogue, so a new one is here as well.

use super::rows::Owner;
use super::sql::{at, rows};

/// A public function with arguments.
pub struct Function {
    pub name: String,
    pub arguments: Vec<Argument>,
}

pub struct Argument {
    pub name: String,
    /// Its type.
    pub kind: String,
    is_required: bool,
}

pub fn functions() -> Vec<Function> {
    let functions = rows(
        "select p.proname || ' ' || (
             select string_agg(quote_ident(p.proargnames[n]) || ':' || format_type(p.proargtypes[n - 1], null)
                               || ':' || (n <= p.pronargs - p.pronargdefaults), ',' order by n)
             from generate_series(1, p.pronargs) n)
         from pg_proc p
         where p.pronamespace = 'scheduling'::regnamespace and p.prokind = 'f' and p.pronargs > 0
           and p.prorettype <> 'trigger'::regtype
         order by p.proname",
    );
    let argument = |function: &str, argument: &str| {
        let [name, kind, is_required] = argument.split(':').collect::<Vec<_>>()[..] else {
            panic!("{argument}")
        };
        Argument {
            name: name.to_owned(),
            kind: kind.to_owned(),
            // Those of callbacks may be left out for us to refuse it.
            is_required: is_required == "true"
                || function.ends_with("_callback") && ["code", "state"].contains(&name),
        }
    };
    let functions = functions.iter().map(|function| {
        let (name, arguments) = function.split_once(' ').expect("it has arguments");
        Function {
            name: name.to_owned(),
            arguments: arguments
                .split(',')
                .map(|one| argument(name, one))
                .collect(),
        }
    });
    functions.collect()
}

/// Whose arguments are right.
pub struct Caller<'a> {
    owner: &'a Owner,
    slug: String,
    token: String,
}

impl<'a> Caller<'a> {
    /// With a link of the owner's, and a booking by it.
    pub fn new(owner: &'a Owner) -> Self {
        let link = owner.link();
        Self {
            token: link.booking(&at(3, "10:00")).token,
            slug: link.slug,
            owner,
        }
    }

    /// A call with this value for one of the arguments; only what is required is given besides.
    pub fn call(
        &self,
        name: &str,
        arguments: &[Argument],
        tried: &Argument,
        value: &str,
    ) -> String {
        let given = arguments.iter().filter_map(|argument| {
            let is_tried = argument.name == tried.name;
            let value = match is_tried {
                true => value.to_owned(),
                false if argument.is_required => self.right(&argument.name),
                false => return None,
            };
            Some(format!("{} => {value}", argument.name))
        });
        let given: Vec<_> = given.collect();
        format!(
            "select count(*) from scheduling.{name}({})",
            given.join(", ")
        )
    }

    /// An argument that is right, as an SQL expression.
    fn right(&self, argument: &str) -> String {
        let Self { owner, slug, token } = self;
        let key = owner.key();
        let id = &owner.id;
        match argument {
            "slug" => format!("'{slug}'"),
            "owner" => format!("'{key}'"),
            "owners" => format!("array['{key}']"),
            "email" => "'ada@guest.example'".into(),
            "name" => "'Ada'".into(),
            "manage_token" => format!("'{token}'"),
            "provider" => "'google'::text".into(),
            "state" => format!("'{key}:google:nonce'"),
            "code" => "'code'".into(),
            "starts_at" => at(4, "10:00"),
            "client_id" | "user_id" | "meeting_id" | "sales_meeting_id" => format!("'{id}'"),
            "transport" => "'capture'".into(),
            "from_address" => "'Bookings <bookings@acme.example>'".into(),
            "app_url" | "redirect_uri" => "'https://app.example.com'".into(),
            "client_secret" | "calendar_id" | "api_key" => "'secret'".into(),
            "url" => "'https://hooks.example.com/'".into(),
            "booking_path" | "manage_path" => "'/path/'".into(),
            other => panic!("what is a right value of {other}?"),
        }
    }
}
