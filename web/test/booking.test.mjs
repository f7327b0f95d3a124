// From a link's slug to a booking: what is shown on arrival, how months and lengths are turned, and what is
// asked of the server for it.
import assert from "node:assert/strict";
import test from "node:test";

import {
    AROUND_MIDNIGHT, asked, axe, everyDay, heading, introduce, mailTo, MODES, one, owner, pick, said, send, starts, times, visit,
    waitFor, wholeDays,
} from "./stage/index.mjs";

const DAY = 86_400_000;
/** 2026-11-12 of a Date, in UTC. */
const dayOf = date => date.toISOString().slice(0, 10);
/** Thursday, November 12, 2026 */
const named = date => new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeZone: "UTC" }).format(date);
const monthOf = date =>
    new Intl.DateTimeFormat("en-US", { month: "long", year: "numeric", timeZone: "UTC" }).format(date);
/** The first day of a month that is so many after the one of this date. */
const monthAfter = (date, n = 1) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + n, 1));
const next = page => page.locator("calendar-date").getByRole("button", { name: "Next month" });
const previous = page => page.locator("calendar-date").getByRole("button", { name: "Previous month" });
const free = page => page.locator("calendar-month button[part~=free]");

for (const mode of MODES) {
    test(`a_visitor_books_from_slug_to_mail_in_both_modes (${mode})`, async t => {
        const { slug, names } = await owner(mode, { link: { title: "First talk", location: "Calle Mayor 1" } });
        const page = await visit(t, slug);
        const at = await pick(page, 2);
        const email = await introduce(page);
        await send(page).click();
        await heading(page, "done").waitFor();
        assert.equal(await heading(page, "done").textContent(), "Booked");
        assert.ok(await page.getByText(email).isVisible());
        assert.ok(await page.getByText("Calle Mayor 1").isVisible());
        const meeting = await one(
            `select m.starts_at from scheduling.${names.meetings} m
             join scheduling.${names.guests} g on g.id = m.${names.guestId} where g.email = $1`, email,
        );
        assert.equal(meeting.getTime(), at);
        const mail = await mailTo(email, "confirmation");
        assert.match(mail.subject, /First talk/);
        await axe(page);
    });
}

test("the_first_free_day_is_open_on_arrival", async t => {
    const { slug } = await owner("client", { link: { minimum_notice_minutes: 3 * 24 * 60 } });
    const [first] = await starts(slug);
    const page = await visit(t, slug);
    await times(page).first().waitFor();
    assert.equal(await heading(page, "times").textContent(), named(first));
    assert.equal(Number(await times(page).first().getAttribute("data-at")), first.getTime());
    const within = (await starts(slug)).filter(at => dayOf(at) === dayOf(first));
    assert.equal(await times(page).count(), within.length);
});

test("an_empty_month_offers_the_next_free_day", async t => {
    const { slug } = await owner("user", { link: { minimum_notice_minutes: 70 * 24 * 60, booking_window_days: 200 } });
    const [first] = await starts(slug, null, new Date(Date.now() + 200 * DAY));
    const page = await visit(t, slug);
    await times(page).first().waitFor();
    assert.equal(await heading(page, "times").textContent(), named(first));
    assert.ok(await page.locator(".notice", { hasText: `No times are free until ${named(first)}.` }).isVisible());
    await previous(page).click();
    await page.locator(".notice", { hasText: `No times are free in ${monthOf(monthAfter(first, -1))}.` }).waitFor();
    await page.getByRole("button", { name: /^Go to/ }).click();
    assert.equal(await heading(page, "times").textContent(), named(first));
    await times(page).first().waitFor();
});

test("a_full_window_says_until_when", async t => {
    const { slug } = await owner("client", { hours: everyDay(), link: { booking_window_days: 40 } });
    const end = await one("select bookable_until from scheduling.get_booking_link($1)", slug);
    const page = await visit(t, slug);
    await page.locator("#none").waitFor();
    const sentence = `No times are free until ${named(new Date(end.getTime() - 1))}.`;
    assert.equal(await page.locator("#none").textContent(), sentence);
    assert.equal((await said(page).textContent()).trim(), sentence);
    assert.equal(await page.locator("form").count(), 0);
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await axe(page);
});

test("two_data_requests_bring_slots", async t => {
    const { slug } = await owner("client");
    const page = await visit(t, slug);
    await times(page).first().waitFor();
    const names = page.traffic
        .filter(({ url }) => url.includes("/rpc/"))
        .map(({ url }) => new URL(url).pathname.split("/").pop());
    // The next month is asked for once there are times to see.
    assert.deepEqual(names.slice(0, 2).sort(), ["get_booking_link", "link_slots"]);
    assert.ok(names.slice(2).every(name => name === "link_slots"), names.join());
    const first = new URL(asked(page, "link_slots")[0].url).searchParams;
    assert.ok(!first.has("from_time"), "the server's clock says what has passed");
});

test("the_next_month_is_there_before_it_is_asked_for", async t => {
    const { slug } = await owner("client", { hours: AROUND_MIDNIGHT });
    const page = await visit(t, slug);
    await times(page).first().waitFor();
    await waitFor("the next month", () => asked(page, "link_slots").filter(({ status }) => status === 200).length === 2);
    await next(page).click();
    await page.getByText(monthOf(monthAfter(new Date())), { exact: true }).first().waitFor();
    await free(page).first().waitFor();
    await previous(page).click();
    await next(page).click();
    const of = month => asked(page, "link_slots").filter(({ url }) => {
        const until = new Date(new URL(url).searchParams.get("until_time"));
        return dayOf(until) === dayOf(monthAfter(month, 1));
    });
    assert.equal(of(new Date()).length, 1, "this month");
    assert.equal(of(monthAfter(new Date())).length, 1, "the next");
});

test("a_slower_answer_never_overwrites_a_newer_one", async t => {
    const { slug } = await owner("client", { link: { duration_options: [60] } });
    let release;
    const held = new Promise(done => (release = done));
    const page = await visit(t, slug, {
        before: page =>
            page.route(/link_slots/, async route => {
                const url = new URL(route.request().url());
                if (url.searchParams.get("duration_minutes") !== "60") await held;
                await route.continue().catch(() => {});
            }),
    });
    await page.getByRole("button", { name: "1 hour" }).click();
    await times(page).first().waitFor();
    const list = () => times(page).evaluateAll(all => all.map(button => Number(button.dataset.at)));
    const before = await list();
    release();
    await waitFor("the old answer", () => asked(page, "link_slots").every(({ status, request }) => status || request.failure()));
    assert.deepEqual(await list(), before);
});

test("turning_months_keeps_the_picked_time", async t => {
    const { slug } = await owner("client");
    const page = await visit(t, slug);
    await times(page).first().waitFor();
    const day = await heading(page, "times").textContent();
    await next(page).click();
    await page.getByText(monthOf(monthAfter(new Date())), { exact: true }).first().waitFor();
    assert.equal(await heading(page, "times").textContent(), day);
    assert.ok((await times(page).count()) > 0);
});

test("another_length_lists_its_own_times", async t => {
    const { slug, names, id } = await owner("client", {
        hours: everyDay(["09:00", "10:00"]),
        link: { duration_minutes: 30, duration_options: [60, 15], minimum_notice_minutes: wholeDays() },
    });
    const page = await visit(t, slug);
    await times(page).first().waitFor();
    const labels = async () => (await times(page).allInnerTexts()).map(text => text.replaceAll("\u202f", " "));
    assert.deepEqual(await labels(), ["9:00 AM", "9:30 AM"]);
    await page.getByRole("button", { name: "1 hour" }).click();
    await waitFor("times of an hour", async () => (await labels()).join() === "9:00 AM");
    const at = await pick(page);
    await introduce(page);
    await send(page).click();
    await heading(page, "done").waitFor();
    const ends = await one(`select ends_at from scheduling.${names.meetings} where ${names.key} = $1`, id);
    assert.equal(ends.getTime() - at, 3_600_000);
});

test("a_wrong_client_clock_offers_nothing_past", async t => {
    const { slug } = await owner("client", { link: { booking_window_days: 20 } });
    for (const days of [-400, -40, 40, 400]) {
        const page = await visit(t, slug, {
            answers: [400], before: page => page.clock.setFixedTime(Date.now() + days * DAY),
        });
        const [first] = await starts(slug);
        await times(page).first().waitFor();
        assert.equal(Number(await times(page).first().getAttribute("data-at")), first.getTime(), `${days} days off`);
    }
});
