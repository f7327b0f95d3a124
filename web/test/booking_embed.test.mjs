// A booking page in pages of others: in a frame, in a dialog, and what both sides tell each other.
import assert from "node:assert/strict";
import test from "node:test";

import {
    api, asked, embed, focused, heading, introduce, open, owner, pick, send, served, sql, times, visit, waitFor,
} from "./stage/index.mjs";

/** A page of somebody else's; with an icon, or browsers would ask for one. */
const THANKS = '<title>Thanks</title><link rel="icon" href="data:,">';

const TYPES = ["ready", "day", "time", "submit", "booked", "refused", "redirect", "close"];
/** Notes what is told to the page, from before anything runs. */
const listen = page => page.addInitScript(types => {
    if (window !== window.top) return;
    window.told = [];
    window.heard = [];
    for (const type of types) addEventListener(`scheduling-${type}`, ({ detail }) => window.told.push({ type, ...detail }));
    addEventListener("message", ({ data, origin }) => window.heard.push({ origin, data }));
}, TYPES);

/** A site that frames the page of this link, which the site's owner let it do. */
async function framed(t, slug, { attributes = "", html = "", ...more } = {}) {
    const page = await open(t, more);
    await listen(page);
    const address = await embed(
        t, "embed.js", `<p>Before</p><scheduling-frame src="${served("booking_page", { slug })}" ${attributes}></scheduling-frame>${html}`,
        { csp: null },
    );
    const origin = new URL(address).origin;
    // The policy of the database's pages names who may frame them; here it is lifted for this one site.
    await page.route(/booking_page/, async route => {
        const answer = await route.fetch();
        const headers = { ...answer.headers() };
        headers["content-security-policy"] = headers["content-security-policy"].replace(/frame-ancestors [^;]*/, `frame-ancestors ${origin}`);
        await route.fulfill({ response: answer, headers });
    });
    await page.goto(address);
    const frame = page.frameLocator("iframe");
    await times(frame).first().waitFor();
    return { page, frame, origin };
}

test("the_frame_is_as_high_as_its_content_and_settles", async t => {
    const mine = await owner("client");
    const { page, frame } = await framed(t, mine.slug);
    const heights = () => page.evaluate(() => window.heard.filter(({ data }) => data.type === "resize").map(({ data }) => data.height));
    const fits = async () => {
        const frameHeight = await page.locator("iframe").evaluate(iframe => iframe.getBoundingClientRect().height);
        const content = await frame.locator("body").evaluate(body => Math.ceil(body.getBoundingClientRect().height));
        return frameHeight === content;
    };
    await waitFor("the frame's height", fits);
    await pick(frame);
    await waitFor("the form's height", fits);
    const before = (await heights()).length;
    await page.setViewportSize({ width: 500, height: 700 });
    await waitFor("one column's height", fits);
    assert.ok(before < 8 && (await heights()).length < 16, `${await heights()}`);
});

test("loading_never_steals_focus_or_scrolls_the_parent", async t => {
    const mine = await owner("client");
    const { page } = await framed(t, mine.slug, { html: '<div class="tall"></div>' });
    assert.equal(await page.evaluate(() => document.activeElement.localName), "body");
    assert.equal(await page.evaluate(() => scrollY), 0);
});

test("messages_go_to_the_named_origin_and_hold_nothing_personal", async t => {
    const mine = await owner("user");
    const { page, frame } = await framed(t, mine.slug);
    await page.locator("scheduling-frame").evaluate(element => { element.prefill = { name: "Personal Name", notes: "Personal note" }; });
    await pick(frame);
    await waitFor("the prefill", async () => (await frame.locator("#field-name").inputValue()) === "Personal Name");
    await frame.locator("#field-email").fill("personal@guest.example");
    await send(frame).click();
    await frame.locator("#done").waitFor();
    await waitFor("the message", async () => (await page.evaluate(() => window.told.at(-1)?.type)) === "booked");
    const told = await page.evaluate(() => window.told);
    assert.deepEqual(told.map(({ type }) => type), ["ready", "time", "submit", "booked"]);
    const heard = await page.evaluate(() => window.heard);
    assert.ok(heard.every(({ data, origin }) => data.source === "scheduling" && data.version === 1 && origin === new URL(api).origin));
    assert.doesNotMatch(JSON.stringify(heard), /ersonal|token/);
    const [{ starts_at }] = await sql(`select starts_at from scheduling.sales_meetings where user_id = $1`, mine.id);
    assert.equal(new Date(told.at(-1).starts_at).getTime(), starts_at.getTime());
});

test("another_origin_is_told_nothing", async t => {
    const mine = await owner("client");
    const page = await open(t);
    await listen(page);
    const inner = served("booking_page", { slug: mine.slug, embed: "https://elsewhere.example" });
    const address = await embed(t, "embed.js", `<iframe src="${inner}" title="x"></iframe>`, { csp: null });
    await page.route(/booking_page/, async route => {
        const answer = await route.fetch();
        const headers = { ...answer.headers() };
        delete headers["content-security-policy"];
        await route.fulfill({ response: answer, headers });
    });
    await page.goto(address);
    await times(page.frameLocator("iframe")).first().waitFor();
    assert.deepEqual(await page.evaluate(() => window.heard), []);
});

test("a_frame_listens_to_its_own_page_alone", async t => {
    const mine = await owner("client");
    const { page } = await framed(t, mine.slug);
    const height = () => page.locator("iframe").evaluate(iframe => iframe.style.blockSize);
    const before = await height();
    await page.evaluate(() => postMessage({ source: "scheduling", version: 1, type: "resize", height: 77 }, "*"));
    await page.evaluate(() => postMessage({ source: "scheduling", version: 1, type: "redirect", url: "https://evil.example" }, "*"));
    await page.evaluate(() => new Promise(done => setTimeout(done)));
    assert.equal(await height(), before);
    assert.deepEqual((await page.evaluate(() => window.told)).filter(({ type }) => type === "redirect"), []);
});

test("a_redirect_leaves_the_frame", async t => {
    const mine = await owner("client", { link: { redirect_url: "https://thanks.example/page?x=1" } });
    const { page, frame } = await framed(t, mine.slug);
    await page.route("https://thanks.example/**", route => route.fulfill({ contentType: "text/html", body: THANKS }));
    await pick(frame);
    await introduce(frame);
    await send(frame).click();
    await page.waitForURL("https://thanks.example/**");
    const { searchParams } = new URL(page.url());
    assert.deepEqual([...searchParams.keys()], ["x", "meeting_id", "status", "starts_at"]);
});

test("a_redirect_waits_and_can_be_stayed", async t => {
    const mine = await owner("client", { link: { redirect_url: "https://thanks.example/" } });
    for (const stays of [true, false]) {
        const page = await visit(t, mine.slug, { before: page => page.clock.install() });
        await page.route("https://thanks.example/**", route => route.fulfill({ contentType: "text/html", body: THANKS }));
        await pick(page, stays ? 0 : 4);
        await introduce(page);
        await send(page).click();
        await heading(page, "done").waitFor();
        const before = page.url();
        if (stays) await page.getByRole("button", { name: "Stay here" }).click();
        await page.clock.runFor(5_100);
        if (stays) assert.equal(page.url(), before);
        else await page.waitForURL("https://thanks.example/**");
    }
});

test("the_popup_returns_focus_and_asks_before_losing_text", async t => {
    const mine = await owner("client");
    const page = await visit(t, mine.slug, { attributes: 'mode="popup" label="Talk to us"' });
    const button = page.getByRole("button", { name: "Talk to us" });
    assert.equal(asked(page, "link_slots").length, 0, "nothing is asked before it is opened");
    await button.click();
    await times(page).first().waitFor();
    await page.keyboard.press("Escape");
    await waitFor("the focus", async () => (await focused(page)) === "Talk to us");
    await button.click();
    await pick(page);
    await page.locator("#field-name").fill("Ada");
    await page.keyboard.press("Escape");
    await page.getByText("Leave without booking?").waitFor();
    await page.getByRole("button", { name: "Keep editing" }).click();
    assert.equal(await page.locator("#field-name").inputValue(), "Ada");
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Leave", exact: true }).click();
    await waitFor("the focus", async () => (await focused(page)) === "Talk to us");
    await button.click();
    await pick(page);
    assert.equal(await page.locator("#field-name").inputValue(), "");
    await introduce(page);
    await send(page).click();
    await heading(page, "done").waitFor();
    // What is booked is not lost by leaving.
    await page.keyboard.press("Escape");
    await waitFor("the focus", async () => (await focused(page)) === "Talk to us");
});

test("a_dialog_that_was_closed_while_booking_leads_nowhere_afterwards", async t => {
    const mine = await owner("client", { link: { redirect_url: "https://thanks.example/" } });
    let release;
    const held = new Promise(done => (release = done));
    const page = await visit(t, mine.slug, {
        attributes: 'mode="popup" label="Talk to us"',
        before: async page => {
            await listen(page);
            await page.route("**/rpc/book", async route => {
                await held;
                await route.continue();
            });
        },
    });
    await page.getByRole("button", { name: "Talk to us" }).click();
    await pick(page);
    await introduce(page);
    await send(page).click();
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Leave", exact: true }).click();
    await waitFor("the focus", async () => (await focused(page)) === "Talk to us");
    const answered = page.waitForResponse("**/rpc/book");
    release();
    await (await answered).finished();
    await page.getByRole("button", { name: "Talk to us" }).click();
    await pick(page);
    assert.equal(await page.locator('[aria-invalid="true"]').count(), 0);
    assert.deepEqual((await page.evaluate(() => window.told)).filter(({ type }) => type === "redirect"), []);
});
