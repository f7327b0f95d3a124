// What goes wrong while one books, and what the page makes of it: nobody books twice, nothing typed is lost, and
// what is not known is not said.
import assert from "node:assert/strict";
import test from "node:test";

import {
    api, asked, book, everyDay, focused, heading, introduce, one, owner, pick, send, times, visit, waitFor,
} from "./stage/index.mjs";

const meetings = ({ names, id }) =>
    one(`select count(*)::int from scheduling.${names.meetings} where ${names.key} = $1`, id);
const alert = page => page.locator("scheduling-booking [role=alert]");

test("a_time_taken_meanwhile_is_said_and_typed_text_stays", async t => {
    const mine = await owner("client");
    const page = await visit(t, mine.slug, { answers: [409] });
    const at = await pick(page, 2);
    const email = await introduce(page);
    await page.locator("#field-notes").fill("By the window, please");
    await book(mine.slug, new Date(at));
    await send(page).click();
    await alert(page).filter({ hasText: "This time has just been taken" }).waitFor();
    assert.equal(await focused(page), "times");
    await waitFor("the time to be gone", async () => (await page.locator(`[data-at="${at}"]`).count()) === 0);
    // The nearest before and after are a press away, and what was typed is there.
    const nearest = page.locator(".times .notice .row button");
    await waitFor("two other times", async () => (await nearest.count()) === 2);
    await nearest.first().click();
    assert.equal(await page.locator("#field-email").inputValue(), email);
    assert.equal(await page.locator("#field-notes").inputValue(), "By the window, please");
    await send(page).click();
    await heading(page, "done").waitFor();
    assert.equal(await meetings(mine), 2);
});

test("two_browsers_press_at_once_and_one_books", async t => {
    const mine = await owner("user");
    const pages = await Promise.all([visit(t, mine.slug, { answers: [409] }), visit(t, mine.slug, { answers: [409] })]);
    for (const page of pages) {
        await pick(page, 4);
        await introduce(page);
    }
    await Promise.all(pages.map(page => send(page).click()));
    const outcome = page => heading(page, "done").or(alert(page).first());
    await Promise.all(pages.map(page => outcome(page).waitFor()));
    const texts = await Promise.all(pages.map(page => outcome(page).textContent()));
    assert.deepEqual(texts.map(text => text.split(":")[0]).sort(), ["Booked", "This time has just been taken"]);
    assert.equal(await meetings(mine), 1);
});

test("ten_presses_make_one_booking", async t => {
    const mine = await owner("client");
    const page = await visit(t, mine.slug, {
        before: page => page.route("**/rpc/book", async route => {
            await new Promise(done => setTimeout(done, 500));
            await route.continue();
        }),
    });
    await pick(page);
    await introduce(page);
    await send(page).evaluate(button => { for (let n = 0; n < 5; n++) button.click(); });
    for (let n = 0; n < 5; n++) await page.keyboard.press("Enter");
    assert.equal(await send(page).getAttribute("aria-disabled"), "true");
    await heading(page, "done").waitFor();
    assert.equal(asked(page, "book").filter(({ method }) => method === "POST").length, 1);
    assert.equal(await meetings(mine), 1);
});

test("a_lost_answer_is_checked_not_repeated", async t => {
    const mine = await owner("client");
    let lost = 0;
    const keys = [];
    const page = await visit(t, mine.slug, {
        mayLog: [/net::ERR/],
        before: page => page.route("**/rpc/book", async route => {
            keys.push(route.request().postDataJSON().idempotency_key);
            if (lost++ > 0) return route.continue();
            // The server books, and nobody hears of it.
            await route.fetch();
            await route.abort("connectionreset");
        }),
    });
    const at = await pick(page);
    await introduce(page);
    await send(page).click();
    await alert(page).filter({ hasText: "We do not know yet whether this was booked" }).waitFor();
    assert.equal(await meetings(mine), 1);
    assert.equal(await send(page).innerText(), "Check");
    assert.ok(await page.locator("#field-email").evaluate(input => input.readOnly));
    await send(page).click();
    await heading(page, "done").waitFor();
    assert.equal(await meetings(mine), 1);
    assert.equal(new Set(keys).size, 1);
    assert.equal(
        (await one(`select starts_at from scheduling.${mine.names.meetings} where client_id = $1`, mine.id)).getTime(), at,
    );
    assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), [], "an answer ends the intent");
});

test("the_same_intent_after_a_reload_is_the_same_booking", async t => {
    const mine = await owner("client");
    let lost = 0;
    const page = await visit(t, mine.slug, {
        answers: [409], mayLog: [/net::ERR/],
        before: page => page.route("**/rpc/book", async route => {
            if (lost++ > 0) return route.continue();
            await route.fetch();
            await route.abort("connectionreset");
        }),
    });
    const at = await pick(page, 3);
    const email = await introduce(page);
    // The time is offered again after the reload, as the page may not know better.
    const known = await page.evaluate(async ([url]) => (await fetch(url)).text(), [`${api}/rpc/link_slots?slug=${mine.slug}&select=slot_start`]);
    await send(page).click();
    await alert(page).filter({ hasText: "We do not know yet" }).waitFor();
    await page.route(/link_slots/, route => route.fulfill({ contentType: "application/json", headers: { "access-control-allow-origin": "*" }, body: known }));
    await page.reload();
    await page.locator(`[data-at="${at}"]`).click();
    await introduce(page, { email });
    await send(page).click();
    await heading(page, "done").waitFor();
    assert.equal(await meetings(mine), 1);
});

test("reload_of_the_confirmation_books_nothing", async t => {
    const mine = await owner("user");
    const page = await visit(t, mine.slug);
    await pick(page);
    await introduce(page);
    await send(page).click();
    await heading(page, "done").waitFor();
    await page.reload();
    await times(page).first().waitFor();
    await page.goBack().catch(() => null);
    assert.equal(asked(page, "book").filter(({ method }) => method === "POST").length, 1);
    assert.equal(await meetings(mine), 1);
});

test("a_refused_booking_is_never_resent_by_itself", async t => {
    const mine = await owner("client");
    const page = await visit(t, mine.slug, {
        answers: [429],
        before: async page => {
            await page.clock.install();
            await page.route("**/rpc/book", route => route.fulfill({
                status: 429, contentType: "application/json", headers: { "access-control-allow-origin": "*" },
                body: JSON.stringify({ code: "PT429", message: "too many", details: "wait 120: Too many attempts." }),
            }));
        },
    });
    await pick(page);
    await introduce(page);
    await send(page).click();
    await alert(page).filter({ hasText: "Too many attempts" }).waitFor();
    const posts = () => asked(page, "book").filter(({ method }) => method === "POST").length;
    assert.equal(await send(page).getAttribute("aria-disabled"), "true");
    await send(page).click({ force: true });
    await page.clock.runFor(59_000);
    assert.equal(posts(), 1, "neither by itself nor while it rests");
    await page.clock.runFor(2_000);
    await waitFor("the button", async () => (await send(page).getAttribute("aria-disabled")) === null);
    await send(page).click();
    await waitFor("another press", () => posts() === 2);
    assert.equal(await meetings(mine), 0);
});

test("an_unknown_calendar_is_no_empty_calendar", async t => {
    const mine = await owner("client", { hours: everyDay(["00:00", "24:00"]) });
    let away = true;
    const page = await visit(t, mine.slug, {
        answers: [503],
        before: async page => {
            await page.clock.install();
            await page.route(/link_slots/, route => away ? route.fulfill({
                status: 503, contentType: "application/json", headers: { "access-control-allow-origin": "*" },
                body: JSON.stringify({ code: "PT503", message: "unknown", details: "unreachable: It does not answer." }),
            }) : route.continue());
        },
    });
    const unknown = page.locator(".notice", { hasText: "The calendar cannot be read just now." });
    await unknown.waitFor();
    assert.equal(await page.getByText(/No times are free/).count(), 0);
    const tries = () => asked(page, "link_slots").length;
    assert.equal(tries(), 1);
    await page.clock.runFor(5_100);
    await waitFor("the second try", () => tries() === 2);
    await unknown.waitFor();
    await page.clock.runFor(20_100);
    await waitFor("the third", () => tries() === 3);
    await unknown.waitFor();
    await page.clock.runFor(120_000);
    assert.equal(tries(), 3, "then by hand only");
    away = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await times(page).first().waitFor();
    assert.equal(await unknown.count(), 0);
});

test("offline_keeps_the_form", async t => {
    const mine = await owner("client");
    const page = await visit(t, mine.slug, { mayLog: [/ERR_INTERNET_DISCONNECTED/] });
    await pick(page, 1);
    const email = await introduce(page);
    await page.context().setOffline(true);
    await alert(page).filter({ hasText: "You are offline" }).waitFor();
    assert.equal(await send(page).getAttribute("aria-disabled"), "true");
    await send(page).click({ force: true });
    assert.equal(asked(page, "book").length, 0);
    assert.equal(await page.locator("#field-email").inputValue(), email);
    const before = asked(page, "link_slots").length;
    await page.context().setOffline(false);
    await waitFor("the month anew", () => asked(page, "link_slots").length > before);
    await send(page).click();
    await heading(page, "done").waitFor();
    assert.equal(await meetings(mine), 1);
});

test("a_closed_link_is_a_readable_404", async t => {
    const mine = await owner("client", { link: { is_active: false } });
    const page = await visit(t, mine.slug, { answers: [404] });
    await page.getByRole("heading", { name: "This booking page does not exist or is closed" }).waitFor();
    assert.equal(await times(page).count(), 0);
});

test("a_page_that_cannot_be_read_says_so_and_tries_again", async t => {
    const mine = await owner("client");
    let broken = true;
    const page = await visit(t, mine.slug, {
        answers: [500],
        before: page => page.route(/get_booking_link|link_slots/, route =>
            broken ? route.fulfill({ status: 500, contentType: "text/html", body: "<h1>Oops</h1>", headers: { "access-control-allow-origin": "*" } }) : route.continue()),
    });
    await page.getByRole("heading", { name: "This page could not be loaded" }).waitFor();
    broken = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await times(page).first().waitFor();
});

test("many_times_are_all_listed_however_few_rows_an_answer_may_have", async t => {
    const mine = await owner("client", { link: { duration_minutes: 15 } });
    // As PostgREST does with db-max-rows: the first rows, and not a word.
    const page = await visit(t, mine.slug, {
        before: page => page.route(/link_slots/, async route => {
            const answer = await route.fetch();
            await route.fulfill({ response: answer, json: (await answer.json()).slice(0, 500) });
        }),
    });
    await times(page).first().waitFor();
    await page.locator("calendar-date").getByRole("button", { name: "Next month" }).click();
    const day = page.locator("calendar-month button[part~=free]").last();
    await day.click();
    await waitFor("a day's times", async () => (await times(page).count()) === 96);
});
