// A settings page and a booking page, with npm's @supabase/postgrest-js. Says each promise that it has seen kept.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const { PostgrestClient } = createRequire(process.env.NPM + "/package.json")("@supabase/postgrest-js");
const told = JSON.parse(process.argv[2]);

const as = token =>
    new PostgrestClient(told.url, { schema: "scheduling", headers: token ? { Authorization: `Bearer ${token}` } : {} });
const [visitor, member, otherMember, service] = [null, told.member, told.other_member, told.service].map(as);

// What came, where it was to succeed.
const data = async (request, status = 200) => {
    const answer = await request;
    assert.equal(answer.error, null, JSON.stringify(answer.error));
    assert.equal(answer.status, status);
    return answer.data;
};
// How it was refused.
const refused = async (request, status, code) => {
    const { error, status: is } = await request;
    assert.deepEqual([is, error?.code], [status, code], JSON.stringify(error));
    return error;
};
const day = n => {
    const date = new Date(Date.now() + n * 86_400_000);
    return date.toISOString().slice(0, 10);
};
const book = (slug, starts_at, more = {}) =>
    visitor.rpc("book", { slug, starts_at, email: "ada@guest.example", name: "Ada Guest", ...more });
// Both modes, and the tables that each has.
const owners = [
    {
        key: told.client, id: told.client, owner_id: "client_id", slug: told.slug, owners: ["clients", "id", "name"],
        meetings: "meetings", guests: "contacts", guest_id: "contact_id", connections: "calendar_connections",
    },
    {
        key: `user:${told.user}`, id: told.user, owner_id: "user_id", slug: told.user_slug,
        owners: ["user_profiles", "user_id", "full_name"], meetings: "sales_meetings", guests: "sales_prospects",
        guest_id: "prospect_id", connections: "user_calendar_connections",
    },
];

async function visit() {
    for (const { slug } of owners) {
        const [page] = await data(visitor.rpc("get_booking_link", { slug }, { get: true }));
        assert.equal(page.title, "Intro call");
        assert.equal(await data(visitor.rpc("booking_url", { slug }, { get: true })), `https://app.example/book/${slug}`);
        const from = { slug, from_time: `${day(3)}T00:00:00Z`, until_time: `${day(4)}T00:00:00Z`, timezone: "Asia/Tokyo" };
        const slots = await data(visitor.rpc("link_slots", from, { get: true }));
        assert.equal(slots.length, 48);
        assert.equal(slots[0].local_start, `${day(3)}T09:00:00`);
        const from_a_campaign = { attribution: { utm_source: "newsletter", referrer: "https://search.example/" } };
        const [booked] = await data(book(slug, slots[0].slot_start, from_a_campaign));
        assert.equal(booked.status, "confirmed");
        const { manage_token } = booked;
        const [kept] = await data(visitor.rpc("get_booking", { manage_token }, { get: true }));
        assert.equal(kept.guest_name, "Ada Guest");
        const times = await data(visitor.rpc("booking_slots", { manage_token, ...from, slug: undefined }, { get: true }));
        assert.equal(times.length, 48);
        const [moved] = await data(visitor.rpc("reschedule_booking", { manage_token, starts_at: slots[2].slot_start }));
        assert.equal(Date.parse(moved.starts_at), Date.parse(slots[2].slot_start));
        const [ended] = await data(visitor.rpc("cancel_booking", { manage_token, reason: "Ill" }));
        assert.equal(ended.status, "cancelled");
    }
    console.log("a visitor finds the page and its slots by GET, books, and manages the booking by its token");
}

async function fail() {
    const at = `${day(5)}T10:00:00Z`;
    await data(book(told.slug, at));
    const taken = await refused(book(told.slug, at), 409, "PT409");
    assert.match(taken.details, /^taken: /);
    assert.ok(taken.hint);
    await refused(book(told.slug, at, { email: "nobody" }), 400, "22023");
    const odd = await refused(book(told.slug, at, { attribution: { utm_id: "x" } }), 400, "22023");
    assert.match(odd.details, /^attribution[.]utm_id: /);
    await refused(book("no-such-link", at), 404, "PT404");
    await refused(visitor.rpc("get_booking", { manage_token: "x" }, { get: true }), 404, "PT404");
    for (const call of ["my_owners", "configured_providers", "meeting_slots"]) {
        await refused(visitor.rpc(call), 401, "42501");
    }
    await refused(visitor.rpc("configure_site", { app_url: "https://x.example", booking_path: "/", manage_path: "/" }), 401, "42501");
    await refused(visitor.from("meetings").select(), 401, "42501");
    await refused(member.rpc("available_slots", { owner: told.other }, { get: true }), 403, "42501");
    await refused(member.rpc("worker_status"), 403, "42501");
    await refused(member.rpc("seal", { plain: "x", purpose: "y" }), 404, "PGRST202");
    let last;
    for (let tries = 0; tries < 7; tries++) {
        last = await book(told.other_slug, `${day(6)}T0${tries}:00:00Z`);
    }
    assert.deepEqual([last.status, last.error?.code], [429, "PT429"]);
    console.log("refusals have the status of the contract");
}

async function mine() {
    const found = await data(member.rpc("my_owners", {}, { get: true }));
    assert.deepEqual(found.map(owner => owner.owner), owners.map(owner => owner.key).reverse());
    assert.deepEqual(found[1], {
        owner: told.client, mode: "client", owner_id: told.client, name: "Acme Dental", timezone: "UTC",
    });
    assert.deepEqual(await data(service.rpc("my_owners", {}, { get: true })), []);
    assert.deepEqual(await data(member.rpc("configured_providers", {}, { get: true })), ["google"]);
    console.log("a member is told whom they manage");
}

async function setUp() {
    for (const { id, owner_id, owners: [table, key, name] } of owners) {
        const [owner] = await data(member.from(table).update({ [name]: "New name", timezone: "europe/madrid", locale: "de" })
            .eq(key, id).select());
        assert.deepEqual([owner[name], owner.timezone, owner.locale], ["New name", "Europe/Madrid", "de"]);
        await refused(member.from(table).update({ timezone: "Mars/Base" }).eq(key, id), 400, "22023");
        const odd = { moonday: {} };
        await refused(member.from(table).update({ availability_settings: odd }).eq(key, id), 400, "22023");
        await refused(member.from(table).update({ created_at: day(0) }).eq(key, id), 403, "42501");
        await refused(member.from(table).insert({ [name]: "Mine" }), 403, "42501");
        await refused(member.from(table).delete().eq(key, id), 403, "42501");
        await data(member.from(table).update({ timezone: "UTC" }).eq(key, id), 204);

        const slug = `page-of-${id}`;
        const [link] = await data(member.from("booking_links")
            .insert({ [owner_id]: id, slug, title: "Check-up", questions: [{ id: "tooth" }] }).select(), 201);
        assert.equal(link.duration_minutes, 30);
        const [again] = await data(member.from("booking_links")
            .upsert({ [owner_id]: id, slug, duration_minutes: 45 }, { onConflict: "slug" }).select());
        assert.deepEqual([again.id, again.duration_minutes, again.title], [link.id, 45, "Check-up"]);
        // A slug is in the page's address, so that it is taken is no secret; whose it is, and the rest, is.
        await refused(member.from("booking_links").insert({ [owner_id]: id, slug: told.other_slug }), 409, "23505");
        const theirs = { [owner_id]: id, slug: told.other_slug, title: "Mine" };
        await refused(member.from("booking_links").upsert(theirs, { onConflict: "slug" }), 403, "42501");
        await refused(member.from("booking_links").update({ duration_minutes: 0 }).eq("id", link.id), 400, "23514");
        await data(member.from("booking_links").delete().eq("id", link.id), 204);

        const closed = { [owner_id]: id, day: day(20), windows: [] };
        const [override] = await data(member.from("availability_overrides").insert(closed).select(), 201);
        const short = { ...closed, windows: [{ start: "09:00", end: "10:00" }] };
        const [shorter] = await data(member.from("availability_overrides")
            .upsert(short, { onConflict: `${owner_id},day` }).select());
        assert.equal(shorter.id, override.id);
        const slots = await data(member.rpc("available_slots", {
            owner: id === told.client ? id : `user:${id}`,
            from_time: `${day(20)}T00:00:00Z`, until_time: `${day(21)}T00:00:00Z`,
        }, { get: true }));
        assert.equal(slots.length, 2);
        await data(member.from("availability_overrides").delete().eq("id", override.id), 204);
    }
    console.log("a member sets up hours, links and days");
}

async function together() {
    for (const { id, owner_id, slug, owners: [own, key, name], meetings, guests } of owners) {
        const made = async (table, row) => (await data(member.from(table).insert({ [owner_id]: id, ...row }).select(), 201))[0].id;
        const hour = time => `${day(2)}T${time}:00Z`;
        for (const [table, column, of, title] of [
            ["booking_links", "slug", slug, "title"],
            [own, key, id, name],
            ["availability_overrides", "id", await made("availability_overrides", { day: day(2), windows: [] }), "reason"],
            ["time_off", "id", await made("time_off", { starts_at: hour("12:00"), ends_at: hour("13:00") }), "reason"],
            [meetings, "id", await made(meetings, { starts_at: hour("09:00"), ends_at: hour("10:00") }), "title"],
            [guests, owner_id, id, "name"],
        ]) {
            const [read] = await data(member.from(table).select().eq(column, of));
            const save = (value, seen) => member.from(table).update({ [title]: value })
                .eq(column, of).eq("updated_at", seen).select();
            // What was read is the row to the microsecond, and so is what came back from saving it.
            let seen = read.updated_at;
            for (const value of ["First", "Second", "Third", "Fourth"]) {
                const [saved] = await data(save(value, seen));
                assert.equal(saved?.[title], value, `${table} as of ${seen}`);
                assert.ok(Date.parse(saved.updated_at) >= Date.parse(seen) && saved.updated_at !== seen, table);
                assert.deepEqual(await data(save("Too late", seen)), [], table);
                seen = saved.updated_at;
            }
            const [kept] = await data(member.from(table).select().eq(column, of));
            assert.deepEqual([kept[title], kept[owner_id] ?? kept[key]], ["Fourth", id]);
            await data(save(read[title], seen));
            if (["availability_overrides", "time_off"].includes(table)) {
                await data(member.from(table).delete().eq(column, of), 204);
            }
        }
    }
    console.log("a change does not overwrite another one");
}

// What a browser asks before it sends such a change from a page of another origin, and what it must be allowed to read.
async function fromElsewhere() {
    const page = "https://app.example";
    const wanted = "authorization,content-profile,content-type,prefer";
    for (const [path, method] of [["booking_links", "PATCH"], ["time_off", "DELETE"], ["rpc/book", "POST"], ["rpc/link_slots", "GET"]]) {
        const asked = await fetch(`${told.url}/${path}`, {
            method: "OPTIONS",
            headers: { Origin: page, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": wanted },
        });
        const allowed = name => asked.headers.get(`access-control-allow-${name}`) ?? "";
        assert.ok(asked.ok, `${path}: ${asked.status}`);
        assert.ok(["*", page].includes(allowed("origin")), path);
        assert.ok(allowed("methods").includes(method), `${path}: ${allowed("methods")}`);
        for (const header of wanted.split(",")) {
            assert.ok(allowed("headers").toLowerCase().includes(header), `${path}: ${allowed("headers")}`);
        }
    }
    console.log("a page of another origin may do the same");
}

async function list() {
    for (const { id, owner_id, slug, meetings, guests } of owners) {
        for (let hour = 10; hour < 15; hour++) {
            await data(book(slug, `${day(7)}T${hour}:00:00Z`));
        }
        const page = (from, to) => member.from(meetings)
            .select(`*, booking_links(title), ${guests}(name)`, { count: "exact" })
            .eq(owner_id, id).gte("starts_at", `${day(7)}T00:00:00Z`).eq("status", "confirmed")
            .order("starts_at", { ascending: false }).range(from, to);
        const first = await page(0, 1);
        assert.deepEqual([first.status, first.count, first.data.length], [206, 5, 2]);
        const next = await page(2, 3);
        const hours = [...first.data, ...next.data].map(meeting => new Date(meeting.starts_at).getUTCHours());
        assert.deepEqual(hours, [14, 13, 12, 11]);
        for (const meeting of first.data) {
            assert.deepEqual(meeting.booking_links, { title: "Intro call" });
            assert.deepEqual(meeting[guests], { name: "Ada Guest" });
        }
        const beyond = await page(100, 101);
        assert.equal(beyond.status, 416);
        const back = await data(member.from(guests).select(`email, ${meetings}(starts_at)`).eq(owner_id, id));
        assert.equal(back.length, 1);
        assert.ok(back[0][meetings].length >= 5);
    }
    console.log("meetings come in pages, newest first, with their link and guest");
}

async function meet() {
    for (const { id, owner_id, meetings, guests, guest_id } of owners) {
        const [guest] = await data(member.from(guests).update({ phone: "+44 20 7946 0000" }).eq(owner_id, id).select());
        const row = {
            [owner_id]: id, [guest_id]: guest.id, title: "By hand",
            starts_at: `${day(9)}T10:00:00Z`, ends_at: `${day(9)}T10:30:00Z`,
        };
        const [meeting] = await data(member.from(meetings).insert(row).select(), 201);
        assert.deepEqual([meeting.guest_name, meeting.status], ["Ada Guest", "confirmed"]);
        await refused(member.from(meetings).insert(row), 400, "23P01");
        await refused(member.from(meetings).insert({ ...row, [guest_id]: crypto.randomUUID() }), 400, "22023");
        await refused(member.from(meetings).insert({ ...row, sequence: 7 }), 403, "42501");
        const change = set => member.from(meetings).update(set).eq("id", meeting.id).select();
        const could = (who, more) => who.rpc("meeting_slots", {
            [meetings === "meetings" ? "meeting_id" : "sales_meeting_id"]: meeting.id,
            from_time: `${day(9)}T00:00:00Z`, until_time: `${day(10)}T00:00:00Z`, ...more,
        }, { get: true });
        const times = await data(could(member, { timezone: "Asia/Tokyo" }));
        const noon = times.find(slot => Date.parse(slot.slot_start) === Date.parse(`${day(9)}T12:00:00Z`));
        assert.equal(noon.local_start, `${day(9)}T21:00:00`);
        await refused(could(otherMember), 404, "PT404");
        const [moved] = await data(change({ starts_at: noon.slot_start, ends_at: noon.slot_end }));
        assert.equal(moved.sequence, 1);
        await refused(change({ organizer_email: "x@x.example" }), 403, "42501");
        const [ended] = await data(change({ status: "cancelled", cancel_reason: "Fully booked" }));
        assert.deepEqual([ended.status, ended.cancelled_by], ["cancelled", "owner"]);
        await refused(member.from(meetings).delete().eq("id", meeting.id), 403, "42501");
    }
    console.log("a member makes, moves and cancels a meeting");
}

async function connect() {
    const columns = "id, provider, token_expires_at, calendar_id, busy_calendar_ids, connected_email, is_active, status, status_detail, " +
        "busy_synced_at, created_at, updated_at";
    for (const { key, id, owner_id, connections } of owners) {
        const [connection] = await data(member.from(connections).select(`${owner_id}, ${columns}`));
        assert.equal(connection[owner_id], id);
        for (const hidden of ["*", "access_token", "refresh_token", "busy_token", "id::text, access_token"]) {
            await refused(member.from(connections).select(hidden), 403, "42501");
        }
        // Nor by a filter, whose matches would tell it letter by letter.
        await refused(member.from(connections).select("id").like("access_token", "a%"), 403, "42501");
        await refused(member.from(connections).select("id").order("access_token"), 403, "42501");
        await refused(member.from(connections).update({ calendar_id: "x" }).eq("id", connection.id), 403, "42501");
        await refused(member.from(connections).delete().eq("id", connection.id), 403, "42501");
        await data(member.rpc("disconnect_calendar", { owner: key, provider: connection.provider }));
    }
    console.log("connections are read without tokens");
}

async function stranger() {
    for (const { id, owner_id, slug, owners: [table, key, name], meetings, guests, connections } of owners) {
        for (const [found, of] of [[table, key], [meetings, owner_id], [guests, owner_id], ["booking_links", owner_id]]) {
            assert.deepEqual(await data(otherMember.from(found).select().eq(of, id)), []);
        }
        assert.deepEqual(await data(otherMember.from(connections).select("id")), []);
        const changed = await data(otherMember.from("booking_links").update({ title: "Theirs" }).eq("slug", slug).select());
        assert.deepEqual(changed, []);
        assert.deepEqual(await data(otherMember.from(table).update({ [name]: "Theirs" }).eq(key, id).select()), []);
        assert.deepEqual(await data(otherMember.from(guests).delete().eq(owner_id, id).select()), []);
        await refused(otherMember.from("booking_links").insert({ [owner_id]: id, slug: "theirs" }), 403, "42501");
        const time = { starts_at: `${day(11)}T10:00:00Z`, ends_at: `${day(11)}T10:30:00Z` };
        await refused(otherMember.from(meetings).insert({ [owner_id]: id, ...time }), 403, "42501");
        assert.equal((await data(service.from("booking_links").select().eq("slug", slug)))[0].title, "Intro call");
    }
    const own = await data(otherMember.rpc("my_owners", {}, { get: true }));
    assert.deepEqual(own.map(owner => owner.owner), [told.other]);
    console.log("another member sees and changes nothing of it");
}

async function backEnd() {
    const clients = await data(service.from("clients").select());
    assert.equal(clients.length, 2);
    const [made] = await data(service.from("clients").insert({ name: "Globex" }).select(), 201);
    await data(service.from("client_members").insert({ client_id: made.id, user_id: told.user }), 201);
    assert.equal((await data(member.rpc("my_owners"))).length, 3);
    await data(service.from("client_members").delete().eq("client_id", made.id), 204);
    assert.equal((await data(member.rpc("my_owners"))).length, 2);
    await data(service.from("clients").delete().eq("id", made.id), 204);
    assert.ok((await data(service.from("jobs").select())).length > 0);
    assert.ok((await data(service.from("audit_log").select().eq("jwt_sub", told.user))).length > 0);
    console.log("the back end sees and changes it all");
}

async function describe() {
    const answer = await fetch(told.url, { headers: { Authorization: `Bearer ${told.service}` } });
    const { paths } = await answer.json();
    const calls = Object.entries(paths).filter(([path]) => path.startsWith("/rpc/"));
    assert.ok(calls.length > 30);
    for (const [path, { post }] of calls) {
        assert.ok(post.summary, path);
        const body = post.parameters.find(parameter => parameter.in === "body");
        const named = Object.keys(body?.schema?.properties ?? {});
        assert.ok(named.every(name => /^[a-z][a-z_]*$/.test(name)), `${path}: ${named}`);
    }
    const wanted = paths["/rpc/book"].post.parameters.find(parameter => parameter.in === "body").schema;
    assert.deepEqual(wanted.required, ["slug", "starts_at", "email", "name"]);
    assert.ok(paths["/rpc/link_slots"].get);
    console.log("every function that is listed says what it does and what it takes");
}

for (const step of [visit, fail, mine, setUp, together, fromElsewhere, list, meet, connect, stranger, backEnd, describe]) {
    await step();
}
