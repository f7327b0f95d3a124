// `<scheduling-meetings>`: what was booked, and what an owner does with it. What others changed is never overwritten,
// and what guests typed is text.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";

import { axe, book, everyDay, mailTo, MODES, one, overflow, owner, signedIn, sql, starts, waitFor } from "./stage/index.mjs";

const meetings = (t, who, more = {}) => signedIn(t, "scheduling-meetings", who, more);
const row = (who, id) => sql(`select * from scheduling.${who.names.meetings} where id = $1`, id).then(([row]) => row);
const open = (page, name) => page.getByRole("button", { name, expanded: false }).click();
const later = (date, minutes) => new Date(date.getTime() + minutes * 60_000);

/** A meeting as an owner notes it down, whenever it is. */
const noted = (who, from, minutes, more = {}) => {
    const values = { title: "Intro call", booking_link_id: who.linkId, guest_name: "Mary Guest", guest_email: "mary@guest.example", ...more,
        starts_at: later(new Date(), from), ends_at: later(new Date(), from + minutes), [who.names.key]: who.id };
    const keys = Object.keys(values);
    return one(`insert into scheduling.${who.names.meetings} (${keys}) values (${keys.map((_, n) => `$${n + 1}`)}) returning id`, ...Object.values(values));
};

for (const mode of MODES) {
    test(`a meeting is shown with all that its guest typed (${mode})`, async t => {
        const who = await owner(mode, { timezone: "Europe/Madrid", link: { questions: [{ id: "firm", label: "Your company" }, { id: "ok", label: "Agreed?", type: "boolean" }] } });
        const [start] = (await starts(who.slug)).slice(20);
        await sql(
            `select scheduling.book(slug => $1, starts_at => $2, email => 'ada@guest.example', name => 'Ada Lovelace', timezone => 'Asia/Tokyo',
                phone => '+81 3 1234', notes => E'Two\nlines', answers => '{"firm": "Engines Ltd", "ok": false}', guests => '{second@guest.example}')`,
            who.slug, start,
        );
        const page = await meetings(t, who);
        await open(page, /Ada Lovelace/);
        const facts = await page.locator(".facts-list").innerText();
        for (const said of ["Ada Lovelace", "ada@guest.example", "+81 3 1234", "Two\nlines", "Your company", "Engines Ltd", "Agreed?", "No", "second@guest.example", "Asia/Tokyo", "Intro call"]) {
            assert.ok(facts.includes(said), said);
        }
        const time = zone => new Intl.DateTimeFormat("en-US", { timeStyle: "short", timeZone: zone }).format(start);
        assert.ok(facts.includes(time("Asia/Tokyo")), "the guest's clock");
        assert.ok((await page.locator(".line .time").innerText()).startsWith(time("Europe/Madrid").replace(/ [AP]M/, "")), "the owner's clock");
        await axe(page);
    });

    test(`cancelling tells the guest, with the reason (${mode})`, async t => {
        const who = await owner(mode);
        const email = `${randomUUID()}@guest.example`;
        const { meeting_id } = await book(who.slug, (await starts(who.slug))[30], { email });
        const page = await meetings(t, who);
        await open(page, /Ada Guest/);
        await page.getByRole("button", { name: "Cancel meeting: Intro call with Ada Guest" }).click();
        await page.getByText("The guests are told by mail").waitFor();
        await axe(page);
        assert.equal((await row(who, meeting_id)).status, "confirmed");
        await page.getByLabel("Reason (optional)").fill("The heating is broken.");
        await page.getByRole("button", { name: "Cancel the meeting" }).click();
        await page.getByText("The meeting is cancelled. Its guests are being told.").waitFor();
        const { status, cancel_reason, cancelled_by } = await row(who, meeting_id);
        assert.deepEqual({ status, cancel_reason, cancelled_by }, { status: "cancelled", cancel_reason: "The heating is broken.", cancelled_by: "owner" });
        assert.match((await mailTo(email, "cancelled")).text, /The heating is broken\./);
        await page.getByRole("button", { name: "Cancelled", exact: true }).click();
        await open(page, /Ada Guest/);
        await page.getByText("The heating is broken.").waitFor();
    });

    test(`a meeting moves to a free time, and keeps its length (${mode})`, async t => {
        const who = await owner(mode, { timezone: "Europe/Madrid", hours: everyDay(["09:00", "12:00"]), link: { duration_options: [45] } });
        const email = `${randomUUID()}@guest.example`;
        const free = await starts(who.slug);
        const { meeting_id } = await book(who.slug, free[6], { email });
        const page = await meetings(t, who);
        await open(page, /Ada Guest/);
        await page.getByRole("button", { name: "Move Intro call with Ada Guest" }).click();
        const target = free[20];
        const day = new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeZone: "Europe/Madrid" }).format(target);
        const month = new Intl.DateTimeFormat("en-US", { month: "long", year: "numeric", timeZone: "Europe/Madrid" });
        if (month.format(target) !== month.format(free[6])) await page.getByRole("button", { name: "Next month" }).click();
        await page.getByRole("button", { name: new RegExp(`^${day}`) }).click();
        const time = new Intl.DateTimeFormat("en-US", { timeStyle: "short", timeZone: "Europe/Madrid" }).format(target);
        await page.locator("scheduling-time-list").getByRole("button", { name: time.replace(/\s/, " ") }).click();
        await axe(page);
        assert.equal((await row(who, meeting_id)).starts_at.getTime(), free[6].getTime(), "nothing moves before it is confirmed");
        await page.getByRole("button", { name: "Move it" }).click();
        await page.getByText(/^The meeting is moved to/).waitFor();
        const moved = await row(who, meeting_id);
        assert.deepEqual([moved.starts_at, moved.ends_at], [target, later(target, 30)]);
        await mailTo(email, "rescheduled");
    });

    test(`a meeting moved onto another is refused in words, with a way to that day (${mode})`, async t => {
        const who = await owner(mode);
        const free = await starts(who.slug);
        const [mine, other] = [free[40], free[100]];
        const { meeting_id } = await book(who.slug, mine);
        await book(who.slug, other, { name: "Grace Guest" });
        const page = await meetings(t, who, { answers: [400, 409] });
        await open(page, /Ada Guest/);
        await page.getByRole("button", { name: "Move Intro call with Ada Guest" }).click();
        await page.getByText("Another time, outside of the free ones").click();
        await page.getByText("Your hours, time off and other calendars are not looked at.").waitFor();
        await page.getByLabel("Day", { exact: true }).fill(other.toISOString().slice(0, 10));
        await page.getByLabel("Begins at").fill(other.toISOString().slice(11, 16));
        await page.getByRole("button", { name: "Move it" }).click();
        await page.getByRole("alert").getByText("Overlaps another meeting.").waitFor();
        assert.equal(await page.getByLabel("Begins at").inputValue(), other.toISOString().slice(11, 16), "what was typed stays");
        assert.deepEqual((await row(who, meeting_id)).starts_at, mine);
        await axe(page);
        await page.getByRole("button", { name: /^Show that day/ }).click();
        await page.getByRole("button", { name: /Grace Guest/ }).waitFor();
        assert.equal(await page.getByRole("button", { name: /Ada Guest/ }).count(), mine.toISOString().slice(0, 10) === other.toISOString().slice(0, 10) ? 1 : 0);
    });

    test(`what has begun is marked as come or not, and what is past cannot be moved (${mode})`, async t => {
        const who = await owner(mode);
        const id = await noted(who, -10, 30);
        await noted(who, -3000, 30, { guest_name: "Past Guest" });
        const page = await meetings(t, who);
        await open(page, /Mary Guest/);
        assert.equal(await page.getByRole("button", { name: /^Move/ }).count(), 0);
        const came = page.getByRole("button", { name: "It took place" });
        await came.click();
        await page.getByText("Noted: Took place.").waitFor();
        assert.equal((await row(who, id)).status, "completed");
        assert.equal(await came.getAttribute("aria-pressed"), "true");
        await page.getByRole("button", { name: "Past", exact: true }).click();
        await page.getByRole("button", { name: /Past Guest/ }).waitFor();
        await open(page, /Mary Guest/);
        await page.getByRole("button", { name: "Guest did not come" }).click();
        await page.getByText("Noted: Guest did not come.").waitFor();
        assert.equal((await row(who, id)).status, "no_show");
    });
}

test("a change made elsewhere meanwhile is shown and not overwritten", async t => {
    const who = await owner("client");
    const free = await starts(who.slug);
    const { meeting_id } = await book(who.slug, free[30]);
    const page = await meetings(t, who);
    await open(page, /Ada Guest/);
    await page.getByRole("button", { name: /^Cancel meeting/ }).click();
    await sql("update scheduling.meetings set starts_at = $2, ends_at = $3 where id = $1", meeting_id, free[50], later(free[50], 30));
    await page.getByRole("button", { name: "Cancel the meeting" }).click();
    await page.getByText("This meeting was changed meanwhile. It is shown as it is now.").waitFor();
    const { status, starts_at } = await row(who, meeting_id);
    assert.deepEqual({ status, starts_at }, { status: "confirmed", starts_at: free[50] });
});

test("pages of fifty follow each other without a gap or a repetition, whatever is booked meanwhile", async t => {
    const who = await owner("user");
    await sql(
        `insert into scheduling.sales_meetings (user_id, title, starts_at, ends_at, guest_name, guest_email)
         select $1, 'Bulk', date_trunc('day', now()) + n * interval '1 hour' + interval '2 days', date_trunc('day', now()) + n * interval '1 hour' + interval '2 days 30 minutes',
                'Guest ' || n, 'bulk@guest.example' from generate_series(1, 120) n`, who.id,
    );
    const page = await meetings(t, who);
    const lines = page.locator(".line");
    await lines.first().waitFor();
    assert.equal(await lines.count(), 50);
    // One more before all of them would push a page by offset.
    await noted(who, 60, 10);
    const more = page.getByRole("button", { name: "Show more" });
    await more.click();
    await waitFor("the second page", async () => (await lines.count()) === 100);
    await more.click();
    await waitFor("the third page", async () => (await lines.count()) === 120);
    assert.equal(await more.count(), 0);
    const names = await lines.locator("strong").allInnerTexts();
    assert.deepEqual(names, Array.from({ length: 120 }, (_, n) => `Guest ${n + 1}`));
});

test("two presses cancel once, and a lost answer is not taken for one", async t => {
    const who = await owner("client");
    const { meeting_id } = await book(who.slug, (await starts(who.slug))[30]);
    const page = await meetings(t, who, { mayLog: [/Failed to load resource/] });
    await open(page, /Ada Guest/);
    await page.getByRole("button", { name: /^Cancel meeting/ }).click();
    let sent = 0;
    await page.route(/\/meetings\?/, async route => {
        if (route.request().method() !== "PATCH") return route.continue();
        sent += 1;
        await route.fetch();
        await new Promise(done => setTimeout(done, 300));
        await route.abort();
    });
    await page.getByRole("button", { name: "Cancel the meeting" }).dblclick();
    await page.getByText("No answer came. Please try again.").waitFor();
    assert.equal(sent, 1);
    await page.unroute(/\/meetings\?/);
    // It was done; pressing again finds that out and says so.
    await page.getByRole("button", { name: "Cancel the meeting" }).click();
    await page.getByText("This meeting was changed meanwhile. It is shown as it is now.").waitFor();
    assert.equal((await row(who, meeting_id)).status, "cancelled");
});

test("what comes of a cancellation leaves another meeting that was opened meanwhile alone", async t => {
    const who = await owner("client");
    const ada = await noted(who, 600, 30, { guest_name: "Ada Guest" });
    await noted(who, 700, 30, { guest_name: "Bea Guest" });
    const page = await meetings(t, who);
    let release;
    const held = new Promise(done => (release = done));
    await page.route(/\/meetings\?/, async route => {
        if (route.request().method() === "PATCH") await held;
        await route.continue();
    });
    await open(page, /Ada Guest/);
    await page.getByRole("button", { name: /^Cancel meeting/ }).click();
    await page.getByRole("button", { name: "Cancel the meeting" }).click();
    await open(page, /Bea Guest/);
    await page.getByRole("button", { name: /^Cancel meeting/ }).click();
    await page.getByLabel("Reason (optional)").fill("Typed for Bea");
    release();
    await page.locator("#meeting-" + ada + ".cancelled").waitFor();
    assert.equal(await page.getByLabel("Reason (optional)").inputValue(), "Typed for Bea");
    assert.doesNotMatch(await page.locator(".details:not([hidden])").innerText(), /The meeting is cancelled/);
});

test("a slower list never takes the place of the one that was asked for after it", async t => {
    const who = await owner("client");
    await noted(who, 600, 30, { guest_name: "Ada Guest" });
    const page = await meetings(t, who);
    await page.getByText("Ada Guest").waitFor();
    let release;
    const held = new Promise(done => (release = done));
    await page.route(/\/meetings\?.*status=eq\.confirmed/, async route => {
        await held;
        await route.continue();
    }, { times: 1 });
    const asked = page.waitForRequest(/status=eq\.confirmed/);
    await page.getByRole("button", { name: "To come", exact: true }).click();
    await asked;
    await page.getByRole("button", { name: "Past", exact: true }).click();
    await page.getByText("No past meetings").waitFor();
    const late = page.waitForResponse(response => response.url().includes("status=eq.confirmed"));
    release();
    await (await late).finished();
    await page.waitForTimeout(100);
    await page.getByText("No past meetings").waitFor({ timeout: 1000 });
    assert.equal(await page.getByText("Ada Guest").count(), 0);
});

test("a member of another client sees no meeting", async t => {
    const [who, other] = [await owner("client"), await owner("client")];
    await book(other.slug, (await starts(other.slug))[5], { name: "Secret Guest" });
    const page = await meetings(t, who, { attributes: { owner: other.key } });
    await page.getByText("There are no settings here that you may see.").waitFor();
    assert.doesNotMatch(await page.element.evaluate(element => element.shadowRoot.textContent), /Secret/);
});

test("what guests typed runs nothing, and only web addresses become links", async t => {
    const evil = "<img src=x onerror=alert(1)>\u202e";
    const who = await owner("client", { link: { questions: [{ id: "page", label: evil, type: "text" }] } });
    await noted(who, 600, 30, {
        title: evil, guest_name: evil, guest_email: "\"><script>alert(1)</script>@x.example", guest_phone: "javascript:alert(1)", notes: evil,
        answers: JSON.stringify({ page: "javascript:alert(1)", other: { deep: evil }, url: "https://ok.example/" }),
        location: "javascript:alert(2)", meeting_url: "data:text/html,<script>alert(3)</script>", guests: [`${evil}@x.example`],
    });
    const page = await meetings(t, who);
    page.on("dialog", () => assert.fail("something ran"));
    await page.locator(".line").click();
    await page.locator(".facts-list").waitFor();
    const [elements, links] = await page.element.evaluate(element => [
        element.shadowRoot.querySelectorAll("img, script, iframe").length,
        [...element.shadowRoot.querySelectorAll("a")].map(a => a.protocol),
    ]);
    assert.equal(elements, 0);
    assert.deepEqual([...new Set(links)].sort(), ["https:", "mailto:", "tel:"]);
});

test("an expired session keeps the reason that is typed", async t => {
    const who = await owner("user");
    const { meeting_id } = await book(who.slug, (await starts(who.slug))[30]);
    const page = await meetings(t, who, { answers: [401] });
    await open(page, /Ada Guest/);
    await page.getByRole("button", { name: /^Cancel meeting/ }).click();
    await page.getByLabel("Reason (optional)").fill("Ill");
    await page.element.evaluate((element, token) => { element.token = token; }, who.token({ exp: 1 }));
    await page.getByRole("button", { name: "Cancel the meeting" }).click();
    await page.getByText("Please sign in again. What you changed is kept.").waitFor();
    await page.element.evaluate((element, token) => { element.token = token; }, who.token());
    assert.equal(await page.getByLabel("Reason (optional)").inputValue(), "Ill");
    await page.getByRole("button", { name: "Cancel the meeting" }).click();
    await page.getByText("The meeting is cancelled.").waitFor();
    assert.equal((await row(who, meeting_id)).cancel_reason, "Ill");
});

for (const lang of ["en", "ar"]) {
    test(`axe finds nothing in any list, and nothing is cut off at 360 pixels (${lang})`, async t => {
        const who = await owner("client");
        const page = await meetings(t, who, { lang, viewport: { width: 360, height: 800 } });
        await page.locator(".empty").waitFor();
        await axe(page);
        await noted(who, 600, 30, { guest_name: "x".repeat(200), title: "y".repeat(200), notes: "z".repeat(500) });
        await noted(who, -5, 30);
        await page.element.evaluate(element => element.refresh());
        await page.locator(".line").nth(1).click();
        await page.locator("[id^=move-]").first().click();
        await page.locator("scheduling-month").waitFor();
        await axe(page);
        assert.equal(await overflow(page), 0);
    });
}
