// What goes wrong while a booking is moved or cancelled: what the guest is told, and that nothing happens twice.
import assert from "node:assert/strict";
import test from "node:test";

import { book, MODES, sql } from "./stage/index.mjs";
import { instantOf, managed, shown } from "./manage/page.mjs";

const CALLS = "**/rpc/reschedule_booking";
const confirm = page => page.getByRole("button", { name: "Confirm the new time" });
const acts = page => page.traffic.filter(({ url, method }) => method === "POST" && /reschedule_booking|cancel_booking/.test(url));

/** A time that is chosen, with its instant. */
async function chosen(page, n = 0) {
    await page.getByRole("button", { name: "Move to another time" }).click();
    const button = page.locator("scheduling-time-list button").nth(n);
    const at = await instantOf(button);
    await button.click();
    await page.getByRole("heading", { name: "Move your booking to this time?" }).waitFor();
    return at;
}

for (const mode of MODES) {
    test(`a_time_taken_meanwhile_is_said_and_the_nearest_are_offered (${mode})`, async t => {
        const { page, whose, meeting, row } = await managed(t, mode, { page: { answers: [409] } });
        const at = await chosen(page, 4);
        await book(whose.slug, at);
        await confirm(page).click();
        await page.getByRole("alert").getByText("has just been taken").waitFor();
        assert.deepEqual((await meeting()).starts_at, row.starts_at);
        assert.equal(await page.locator(`scheduling-time-list button[data-at="${at.getTime()}"]`).count(), 0, "it is listed no more");
        const near = page.locator(".notice button");
        assert.equal(await near.count(), 2);
        await near.last().click();
        await confirm(page).click();
        await page.getByText("Your booking has been moved").first().waitFor();
        assert.equal((await meeting()).starts_at.getTime(), at.getTime() + 30 * 60_000);
    });

    test(`ten_presses_move_and_cancel_once (${mode})`, async t => {
        const { page, meeting } = await managed(t, mode);
        await chosen(page);
        await confirm(page).evaluate(button => {
            for (let n = 0; n < 10; n++) button.click();
        });
        await page.getByText("Your booking has been moved").first().waitFor();
        assert.equal(acts(page).length, 1);
        await page.getByRole("button", { name: "Cancel booking" }).click();
        await page.getByRole("button", { name: "Cancel booking" }).evaluate(button => {
            for (let n = 0; n < 10; n++) button.click();
        });
        await page.getByText("Your booking has been cancelled").first().waitFor();
        assert.equal(acts(page).length, 2);
        assert.equal((await meeting()).status, "cancelled");
    });
}

test("a_lost_answer_is_checked_not_repeated", async t => {
    const { page, meeting } = await managed(t, "client", { page: { mayLog: [/ERR_/, /Failed to load/] } });
    // The database does it, and the guest does not hear of it.
    await page.route(CALLS, async route => {
        await route.fetch();
        await route.abort();
    }, { times: 1 });
    const at = await chosen(page);
    await confirm(page).click();
    await page.getByRole("heading", { name: "We do not know yet whether your booking was moved" }).waitFor();
    await page.getByRole("button", { name: "Check" }).click();
    await page.getByText("Your booking has been moved").first().waitFor();
    assert.deepEqual((await meeting()).starts_at, at);
    assert.equal(acts(page).length, 1);
    await page.route("**/rpc/cancel_booking", async route => {
        await route.fetch();
        await route.abort();
    }, { times: 1 });
    await page.getByRole("button", { name: "Cancel booking" }).click();
    await page.getByRole("button", { name: "Cancel booking" }).click();
    await page.getByRole("button", { name: "Check" }).click();
    await page.getByText("Your booking has been cancelled").first().waitFor();
    assert.equal(acts(page).length, 2);
});

test("what_never_arrived_is_said_not_to_have_happened_and_can_be_sent_again", async t => {
    const { page, meeting, row } = await managed(t, "client", { page: { mayLog: [/ERR_/, /Failed to load/] } });
    await page.route(CALLS, route => route.abort(), { times: 1 });
    const at = await chosen(page);
    await confirm(page).click();
    await page.getByRole("button", { name: "Check" }).click();
    await page.getByRole("alert").getByText("Your booking was not moved").waitFor();
    assert.deepEqual((await meeting()).starts_at, row.starts_at);
    await confirm(page).click();
    await page.getByText("Your booking has been moved").first().waitFor();
    assert.deepEqual((await meeting()).starts_at, at);
});

test("a_server_that_does_not_answer_is_given_up_after_a_while", async t => {
    const { page } = await managed(t, "client", { page: { mayLog: [/ERR_/, /Failed to load/] } });
    await page.route(CALLS, () => {});
    await chosen(page);
    await confirm(page).click();
    await page.getByRole("button", { name: "Moving…" }).waitFor();
    await page.getByRole("heading", { name: "We do not know yet whether your booking was moved" }).waitFor({ timeout: 20_000 });
});

test("a_server_that_lies_gets_a_sentence_and_a_way_on", async t => {
    const { page } = await managed(t, "client", { page: { answers: [500, 502] } });
    await page.getByText("Confirmed").waitFor();
    for (const answer of [
        { status: 200, contentType: "text/html", body: "<h1>Welcome to nginx!</h1>" },
        { status: 500, contentType: "application/json", body: "{}" },
        { status: 502, contentType: "text/html", body: "Bad gateway" },
        { status: 200, contentType: "application/json", body: "[]" },
    ]) {
        const headers = { "Access-Control-Allow-Origin": "*" };
        await page.route("**/rpc/get_booking", route => route.fulfill({ ...answer, headers }), { times: 1 });
        const asked = page.waitForResponse("**/rpc/get_booking");
        await page.locator("scheduling-manage").evaluate(element => void element.refresh());
        await asked;
        if (answer.body === "[]") {
            await page.getByRole("heading", { name: "This link is no longer valid" }).waitFor();
            continue;
        }
        await page.getByRole("heading", { name: "Your booking could not be loaded" }).waitFor();
        assert.doesNotMatch(await shown(page), /nginx|gateway/i);
        await page.getByRole("button", { name: "Try again" }).click();
        await page.getByText("Confirmed").waitFor();
    }
});

test("too_many_attempts_are_said_so", async t => {
    const { page, meeting, row } = await managed(t, "client", {
        page: { answers: [429] }, owner: { link: { max_hourly_attempts_per_guest: 1 } },
    });
    await chosen(page);
    await confirm(page).click();
    await page.getByText("Your booking has been moved").first().waitFor();
    const { starts_at } = await meeting();
    assert.notDeepEqual(starts_at, row.starts_at);
    await chosen(page, 1);
    await confirm(page).click();
    await page.getByRole("alert").getByText(/Too many attempts\. .* contact .*Acme Dental/).waitFor();
    assert.deepEqual((await meeting()).starts_at, starts_at);
    assert.equal(acts(page).length, 2, "nothing is sent by itself");
});

test("an_unknown_calendar_is_no_empty_calendar", async t => {
    const { page } = await managed(t, "client", { page: { answers: [503] } });
    await page.route("**/rpc/booking_slots", route => route.fulfill({
        status: 503, contentType: "application/json", headers: { "Access-Control-Allow-Origin": "*" },
        body: JSON.stringify({ code: "PT503", message: "the calendar is not known", details: "unreachable: x", hint: null }),
    }), { times: 1 });
    await page.getByRole("button", { name: "Move to another time" }).click();
    await page.getByRole("alert").getByText("The calendar cannot be read just now.").waitFor();
    assert.doesNotMatch(await shown(page), /No times are free/);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("scheduling-time-list button").first().waitFor();
});

test("an_empty_month_offers_the_next_free_day", async t => {
    const { page } = await managed(t, "client", {
        owner: { link: { booking_window_days: 3650 } }, at: "2035-01-14T12:00:00Z",
        // Free again from the tenth of February on.
        before: ({ whose }) =>
            sql(
                `insert into scheduling.time_off (client_id, starts_at, ends_at)
                 values ($1, '2034-12-31T00:00:00Z', '2035-02-10T00:00:00Z')`, whose.id,
            ),
    });
    await page.getByRole("button", { name: "Move to another time" }).click();
    await page.getByText("No times are free in January 2035.").waitFor();
    await page.getByRole("button", { name: "Go to Saturday, February 10, 2035" }).click();
    const first = page.locator("scheduling-time-list button").first();
    await first.waitFor();
    assert.equal((await instantOf(first)).toISOString(), "2035-02-10T00:00:00.000Z");
});

test("offline_says_so_and_acts_wait", async t => {
    const { page, meeting, row } = await managed(t, "client", { page: { mayLog: [/ERR_/] } });
    await chosen(page);
    await page.context().setOffline(true);
    await page.getByText("You are offline. This works again").waitFor();
    await confirm(page).click({ force: true });
    assert.equal(acts(page).length, 0);
    await page.context().setOffline(false);
    await confirm(page).click();
    await page.getByText("Your booking has been moved").first().waitFor();
    assert.notDeepEqual((await meeting()).starts_at, row.starts_at);
});

test("a_page_opened_offline_reads_the_booking_once_it_is_online", async t => {
    const { page } = await managed(t, "client", { page: { mayLog: [/ERR_/] } });
    await page.getByText("Confirmed").waitFor();
    await page.context().setOffline(true);
    await page.locator("scheduling-manage").evaluate(element => void element.refresh());
    await page.getByRole("heading", { name: "Your booking could not be loaded" }).waitFor();
    await page.context().setOffline(false);
    await page.getByText("Confirmed").waitFor();
});

test("a_slower_answer_never_overwrites_a_newer_one", async t => {
    const first = await managed(t, "client", { owner: { link: { title: "First visit" } } });
    const other = await managed(t, "client", { owner: { link: { title: "Second visit" } } });
    const { page } = first;
    await page.getByText("First visit").waitFor();
    let release;
    const held = new Promise(done => (release = done));
    await page.route("**/rpc/get_booking", async route => {
        await held;
        await route.continue();
    }, { times: 1 });
    await page.locator("scheduling-manage").evaluate(element => void element.refresh());
    await page.evaluate(token => (location.hash = `#manage=${token}`), other.row.manage_token);
    await page.getByText("Second visit").waitFor();
    const late = page.waitForResponse(response => response.url().includes("get_booking"));
    release();
    await (await late).finished();
    await page.waitForTimeout(100);
    assert.match(await shown(page), /Second visit/);
});

test("what_was_read_before_a_cancellation_is_not_shown_after_it", async t => {
    const { page } = await managed(t, "client");
    await page.getByRole("button", { name: "Cancel booking" }).waitFor();
    let release;
    const held = new Promise(done => (release = done));
    await page.route("**/rpc/get_booking", async route => {
        const response = await route.fetch();
        await held;
        await route.fulfill({ response });
    }, { times: 1 });
    const asked = page.waitForRequest("**/rpc/get_booking");
    await page.locator("scheduling-manage").evaluate(element => void element.refresh());
    const late = (await asked).response();
    await page.getByRole("button", { name: "Cancel booking" }).click();
    await page.getByRole("button", { name: "Cancel booking" }).click();
    await page.getByText("Your booking has been cancelled").first().waitFor();
    release();
    await (await late).finished();
    await page.waitForTimeout(100);
    assert.match(await shown(page), /Your booking has been cancelled/);
    assert.equal(await page.getByRole("button", { name: "Cancel booking" }).count(), 0);
});

test("checking_one_booking_says_nothing_of_another_that_was_opened_meanwhile", async t => {
    const first = await managed(t, "client", { owner: { link: { title: "First visit" } }, page: { mayLog: [/ERR_/, /Failed to load/] } });
    const other = await managed(t, "client", { owner: { link: { title: "Second visit" } } });
    const { page } = first;
    await page.route(CALLS, async route => {
        await route.fetch();
        await route.abort();
    }, { times: 1 });
    await chosen(page);
    await confirm(page).click();
    await page.getByRole("heading", { name: "We do not know yet whether your booking was moved" }).waitFor();
    let release;
    const held = new Promise(done => (release = done));
    await page.route("**/rpc/get_booking", async route => {
        await held;
        await route.continue();
    }, { times: 1 });
    const asked = page.waitForRequest("**/rpc/get_booking");
    await page.getByRole("button", { name: "Check" }).click();
    const late = (await asked).response();
    await page.evaluate(token => (location.hash = `#manage=${token}`), other.row.manage_token);
    await page.getByText("Second visit").waitFor();
    release();
    await (await late).finished();
    await page.waitForTimeout(100);
    assert.match(await shown(page), /Second visit/);
    assert.doesNotMatch(await shown(page), /has been moved/);
});
