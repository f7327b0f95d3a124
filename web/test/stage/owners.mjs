// Owners of both modes with a booking link, as most tests begin: a test's own, open all day on every day
// in UTC unless told otherwise, with a member who may manage them. Never shared between tests.
import { randomUUID } from "node:crypto";

import { sql } from "./database.mjs";
import { tokenOf } from "./tokens.mjs";

/** Both modes: what a promise says of owners is tested in each. */
export const MODES = ["client", "user"];

const NAMES = {
    client: {
        owners: "clients", id: "id", key: "client_id", connections: "calendar_connections", meetings: "meetings",
        guests: "contacts", guestId: "contact_id",
    },
    user: {
        owners: "user_profiles", id: "user_id", key: "user_id", connections: "user_calendar_connections",
        meetings: "sales_meetings", guests: "sales_prospects", guestId: "prospect_id",
    },
};

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** Weekly hours that are the same every day: `everyDay(["09:00", "12:00"], ["13:00", "17:00"])`. */
export const everyDay = (...windows) =>
    Object.fromEntries(
        DAYS.map(day => [day, { enabled: true, windows: windows.map(([start, end]) => ({ start, end })) }]),
    );

/** A few hours that are left of every day until it ends, so that today has times whenever a test runs. */
export const AROUND_MIDNIGHT = everyDay(["00:00", "01:00"], ["23:00", "24:00"]);

/** A notice in minutes of a little less than until the midnight (UTC) that many days on: what can be booked begins with a whole day. */
export const wholeDays = (days = 2) => Math.floor((days * 86_400_000 - (Date.now() % 86_400_000)) / 60_000) - 5;

/**
 * An owner with one link. `more` may name `name`, `email`, `timezone`, `hours` (the document of
 * availability_settings) and `link` (columns of booking_links). What comes back has `mode`, `id`, `key` (as
 * functions take an owner), `slug`, `linkId`, `names` (the mode's tables and columns), `member` (who may
 * manage the owner) and `token()`, that member's JSON web token.
 */
export async function owner(mode, more = {}) {
    const names = NAMES[mode];
    const {
        name = mode === "client" ? "Acme Dental" : "Robin Vale",
        email = mode === "client" ? "front.desk@acme.example" : "robin@sales.example",
        timezone = "UTC",
        hours = everyDay(["00:00", "24:00"]),
    } = more;
    const id = randomUUID();
    const member = mode === "client" ? randomUUID() : id;
    if (mode === "client") {
        await sql(
            `insert into scheduling.clients (id, name, primary_contact_email, timezone, availability_settings)
             values ($1, $2, $3, $4, $5)`, id, name, email, timezone, hours,
        );
        await sql("insert into scheduling.client_members (client_id, user_id) values ($1, $2)", id, member);
    } else {
        await sql(
            `insert into scheduling.user_profiles (user_id, full_name, email, timezone, availability_settings)
             values ($1, $2, $3, $4, $5)`, id, name, email, timezone, hours,
        );
    }
    const made = {
        mode, id, member, names, name, key: mode === "client" ? id : `user:${id}`,
        token: (claims = {}) => tokenOf(member, claims),
    };
    const { slug, id: linkId } = await link(made, more.link);
    return { ...made, slug, linkId };
}

/** One more link of an owner, with these columns. */
export async function link(whose, columns = {}) {
    const row = {
        slug: `link-${randomUUID()}`, title: "Intro call", duration_minutes: 30,
        // A test may press more often than people do.
        max_hourly_attempts_per_guest: 1000, max_hourly_bookings_per_guest: 1000,
        ...columns, [whose.names.key]: whose.id,
    };
    const keys = Object.keys(row);
    // An array is one of SQL's, but where the column takes a document.
    const values = keys.map(key => (key === "questions" ? JSON.stringify(row[key]) : row[key]));
    const [made] = await sql(
        `insert into scheduling.booking_links (${keys.join(", ")})
         values (${keys.map((_, n) => `$${n + 1}`).join(", ")}) returning id, slug`, ...values,
    );
    return made;
}

/** Books as a visitor would; the row of `book`. `starts_at` is a Date or an ISO text. */
export async function book(slug, starts_at, guest = {}) {
    const { email = `${randomUUID()}@guest.example`, name = "Ada Guest", timezone = "UTC", answers = {} } = guest;
    const [row] = await sql(
        "select * from scheduling.book(slug => $1, starts_at => $2, email => $3, name => $4, timezone => $5, answers => $6)",
        slug, starts_at, email, name, timezone, answers,
    );
    return row;
}

/** The free starts of a link, as Dates. */
export async function starts(slug, from = null, until = null) {
    const rows = await sql(
        "select slot_start from scheduling.link_slots($1, coalesce($2, now()), $3)", slug, from, until,
    );
    return rows.map(row => row.slot_start);
}
