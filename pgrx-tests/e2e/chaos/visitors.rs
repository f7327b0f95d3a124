//! Those who book, move, rename and cancel meanwhile: by the functions, and by plain SQL as an application
//! does. What becomes of a call whose connection dies they do not know, as nobody does.

use std::collections::BTreeMap;
use std::sync::Mutex;

use postgres::Client;
use uuid::Uuid;

use super::chance::Chance;
use crate::harness::cluster::Cluster;
use crate::harness::database::Owner;

/// The half hours of the days that may be booked, from the day after tomorrow on.
const HALF_HOURS: usize = 50 * 48;

/// Whoever booked something may move or cancel it: the owner, the meeting, and the token of a guest.
pub type Bookings = Mutex<Vec<(Owner, Uuid, Option<String>)>>;
/// What was answered, by SQLSTATE, and how often.
pub type Answers = Mutex<BTreeMap<String, usize>>;

pub struct Visitor<'a> {
    cluster: &'a Cluster,
    database: String,
    owners: Vec<Owner>,
    chance: Chance,
    session: Option<Client>,
}

impl<'a> Visitor<'a> {
    pub fn new(cluster: &'a Cluster, database: &str, owners: Vec<Owner>, chance: Chance) -> Self {
        Self {
            cluster,
            database: database.to_owned(),
            owners,
            chance,
            session: None,
        }
    }

    /// One call, and a while of thinking.
    pub fn act(&mut self, bookings: &Bookings, answers: &Answers) {
        std::thread::sleep(self.chance.pause(20, 150));
        let mut session = match self.session.take() {
            Some(session) if !session.is_closed() => session,
            _ => match self.cluster.try_connect(&self.database) {
                Ok(session) => session,
                Err(_) => return,
            },
        };
        let made = self.call(&mut session, bookings);
        let answer = match &made {
            Ok(what) => (*what).to_owned(),
            Err(error) => error
                .code()
                .map_or("no answer".to_owned(), |code| code.code().to_owned()),
        };
        *answers.lock().unwrap().entry(answer).or_default() += 1;
        self.session = Some(session);
    }

    fn call(
        &mut self,
        session: &mut Client,
        bookings: &Bookings,
    ) -> Result<&'static str, postgres::Error> {
        let what = self.chance.below(10);
        let (half_hour, minutes) = (self.chance.below(HALF_HOURS) as f64, 30.0);
        let at = "date_trunc('day', now(), 'UTC') + interval '2 days' + $2 * interval '30 minutes'";
        let owner = self.chance.one(&self.owners).clone();
        let names = owner.mode.names();
        match what {
            0..=4 => {
                let book = format!(
                    "select meeting_id, manage_token from scheduling.book($1, {at}, $3, 'Ada Guest')"
                );
                // A few people, each of whom books with everybody.
                let address = format!("ada{}@guest.example", half_hour as i64 % 12);
                let row = session.query_one(&book, &[&owner.slug, &half_hour, &address])?;
                let booked = (owner, row.get(0), Some(row.get(1)));
                bookings.lock().unwrap().push(booked);
                return Ok("booked");
            }
            5 => {
                let insert = format!(
                    "with guest as (
                         insert into scheduling.{guests} ({key}, email, name)
                         values ($1, gen_random_uuid() || '@guest.example', 'Walk-in') returning id
                     )
                     insert into scheduling.{meetings} ({key}, {guest_id}, title, starts_at, ends_at)
                     select $1, guest.id, 'Walk-in', {at}, {at} + $3 * interval '1 minute' from guest returning id",
                    guests = names.guests,
                    key = names.key,
                    meetings = names.meetings,
                    guest_id = names.guest_id,
                );
                let row = session.query_one(&insert, &[&owner.id, &half_hour, &minutes])?;
                bookings.lock().unwrap().push((owner, row.get(0), None));
                return Ok("inserted");
            }
            _ => {}
        }
        let known = bookings.lock().unwrap();
        if known.is_empty() {
            return Ok("nothing to change");
        }
        let (owner, meeting, token) = self.chance.one(&known).clone();
        drop(known);
        let meetings = owner.mode.names().meetings;
        match (what, token) {
            (6, Some(token)) => {
                let call = format!("select from scheduling.reschedule_booking($1, {at})");
                session.execute(&call, &[&token, &half_hour])?;
                Ok("rescheduled")
            }
            (7, Some(token)) => {
                session.execute("select from scheduling.cancel_booking($1)", &[&token])?;
                Ok("cancelled")
            }
            (6, None) => {
                let update = format!(
                    "update scheduling.{meetings} set starts_at = {at}, ends_at = {at} + interval '30 minutes'
                     where id = $1 and status = 'confirmed'"
                );
                session.execute(&update, &[&meeting, &half_hour])?;
                Ok("moved")
            }
            (8, _) => {
                let update = format!(
                    "update scheduling.{meetings} set title = 'Renamed ' || $2 where id = $1"
                );
                session.execute(&update, &[&meeting, &half_hour.to_string()])?;
                Ok("renamed")
            }
            _ => {
                let update =
                    format!("update scheduling.{meetings} set status = 'cancelled' where id = $1");
                session.execute(&update, &[&meeting])?;
                Ok("cancelled by the owner")
            }
        }
    }
}
