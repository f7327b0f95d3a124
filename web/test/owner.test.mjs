// `<scheduling-owner>`: one session, four sections. The token is nowhere but in memory, and nothing that is typed is
// lost by looking elsewhere, by a session that ends, or by another owner's name in the list.
import assert from "node:assert/strict";
import test from "node:test";

import { api, axe, host, link, open, overflow, owner, served, signedIn, sql, STRICT, tokenOf, waitFor } from "./stage/index.mjs";
import { randomUUID } from "node:crypto";

const PAGE = { attributes: { owner: null }, token: null };
const page = (t, who, more = {}) => signedIn(t, "scheduling-owner", who, { ...PAGE, ...more });
const section = (page, name) => page.getByRole("link", { name, exact: true }).click();

/** Opens the page with this token in the fragment, as an application links to it. */
async function arrive(t, who, more = {}, token = who.token()) {
    const opened = await page(t, who, more);
    await opened.goto("about:blank");
    opened.traffic.length = 0;
    await opened.goto(`${opened.address}#token=${token}`);
    return opened;
}

test("the token of the address is in no address, referrer, storage or history from then on", async t => {
    const who = await owner("client");
    const token = who.token();
    const opened = await arrive(t, who, {}, token);
    await opened.getByText("No meetings to come").waitFor();
    await section(opened, "Booking links");
    await opened.getByText("Intro call").waitFor();
    assert.equal(new URL(opened.url()).hash, "#/links");
    const kept = await opened.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state, document.referrer]));
    assert.doesNotMatch(kept, new RegExp(token.split(".")[1]));
    for (const { url, request } of opened.traffic) {
        assert.ok(!url.includes(token.split(".")[2]), url);
        assert.ok(!(request.headers().referer ?? "").includes("token"), request.headers().referer);
    }
    assert.ok(!(await opened.element.evaluate(element => element.outerHTML + element.shadowRoot.innerHTML)).includes(token));
    await opened.goBack();
    await waitFor("the section before", async () => new URL(opened.url()).hash === "");
    await opened.getByText("No meetings to come").waitFor();
});

test("a token that comes while the page is open is taken out of the address as well, and taken", async t => {
    const who = await owner("client");
    const opened = await page(t, who);
    await opened.getByLabel("Access token").waitFor();
    const token = who.token();
    await opened.evaluate(fragment => (location.hash = fragment), `/links&token=${token}`);
    await opened.getByText("Intro call").waitFor();
    assert.equal(new URL(opened.url()).hash, "#/links");
    assert.ok(!(await opened.element.evaluate(element => element.outerHTML + element.shadowRoot.innerHTML)).includes(token));
});

test("a token is pasted, one that is none is said so, and one that ended too", async t => {
    const who = await owner("user");
    const opened = await page(t, who, { answers: [401] });
    const field = opened.getByLabel("Access token");
    await field.fill("not a token");
    await opened.getByRole("button", { name: "Sign in" }).click();
    await opened.getByText("This is no access token").waitFor();
    await axe(opened);
    await field.fill(who.token({ exp: 1 }));
    await field.press("Enter");
    await opened.getByText("This access token is not taken, or not any more.").waitFor();
    await field.fill(`Bearer ${who.token()}`);
    await field.press("Enter");
    await opened.getByText("No meetings to come").waitFor();
});

test("what is typed in one section is there after a look at another", async t => {
    const who = await owner("client");
    const opened = await arrive(t, who);
    await section(opened, "Booking links");
    await opened.getByRole("button", { name: "Edit Intro call" }).click();
    await opened.getByLabel("Title").fill("Not saved yet");
    for (const name of ["Availability", "Calendars", "Meetings", "Booking links"]) await section(opened, name);
    assert.equal(await opened.getByLabel("Title").inputValue(), "Not saved yet");
    assert.equal(await opened.locator("scheduling-availability").isVisible(), false);
});

test("a session that ends is begun again in its place, and the work is saved", async t => {
    const who = await owner("client");
    const opened = await arrive(t, who, { answers: [401] });
    await section(opened, "Booking links");
    await opened.getByRole("button", { name: "Edit Intro call" }).click();
    await opened.getByLabel("Title").fill("Typed before the end");
    await opened.element.evaluate((element, token) => { element.token = token; }, who.token({ exp: 1 }));
    await opened.getByRole("button", { name: "Save" }).click();
    const dialog = opened.getByRole("dialog", { name: "Sign in" });
    await dialog.getByText("nothing that you changed here is lost").waitFor();
    await axe(opened);
    await dialog.getByLabel("Access token").fill(who.token());
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await waitFor("the dialog to close", async () => (await dialog.count()) === 0);
    assert.equal(await opened.getByLabel("Title").inputValue(), "Typed before the end");
    await opened.getByRole("button", { name: "Save" }).click();
    await opened.getByText("Saved", { exact: true }).waitFor();
    const [{ title }] = await sql("select title from scheduling.booking_links where id = $1", who.linkId);
    assert.equal(title, "Typed before the end");
});

test("another owner is chosen only when nothing is lost by it", async t => {
    const [who, other] = [await owner("client", { name: "First" }), await owner("client", { name: "Second", link: { title: "Theirs" } })];
    await sql("insert into scheduling.client_members (client_id, user_id) values ($1, $2)", other.id, who.member);
    const opened = await arrive(t, who);
    const choice = opened.getByLabel("Whose settings");
    await choice.selectOption("First");
    await section(opened, "Booking links");
    await opened.getByRole("button", { name: "Edit Intro call" }).click();
    await opened.getByLabel("Title").fill("Unsaved");
    await choice.selectOption("Second");
    await opened.getByRole("dialog", { name: "Discard your changes?" }).waitFor();
    await opened.keyboard.press("Escape");
    assert.equal(await opened.getByLabel("Title").inputValue(), "Unsaved");
    assert.equal(await choice.evaluate(select => select.selectedOptions[0].text), "First");
    await choice.selectOption("Second");
    await opened.getByRole("dialog").getByRole("button", { name: "Discard", exact: true }).click();
    await opened.getByText("Theirs").waitFor();
    assert.equal(await opened.getByText("Intro call").count(), 0);
});

test("somebody who manages nobody is told so", async t => {
    const opened = await arrive(t, await owner("client"), {}, tokenOf(randomUUID()));
    await opened.getByText("Nobody has made you a manager of anything here yet.").waitFor();
    await axe(opened);
});

test("another person's token shows nothing of the one before", async t => {
    const [who, other] = [await owner("client", { link: { title: "Mine alone" } }), await owner("user")];
    const opened = await arrive(t, who);
    await section(opened, "Booking links");
    await opened.getByText("Mine alone").waitFor();
    await opened.element.evaluate((element, token) => { element.token = token; }, other.token());
    await opened.getByText("Intro call").waitFor();
    assert.equal(await opened.getByText("Mine alone").count(), 0);
});

test("a calendar that is not read is said in every section", async t => {
    const who = await owner("user");
    await sql("insert into scheduling.user_calendar_connections (user_id, provider, status) values ($1, 'google', 'reconnect_required')", who.id);
    const opened = await arrive(t, who);
    await opened.getByText("A calendar needs your attention").waitFor();
    await opened.getByRole("link", { name: "Look at calendars" }).click();
    await opened.locator("scheduling-calendars").waitFor();
    assert.equal(await opened.getByText("A calendar needs your attention").count(), 0);
});

test("consent is given in a tab beside, and the session stays in this one", async t => {
    const who = await owner("client");
    const opened = await arrive(t, who);
    const origin = new URL(opened.address).origin;
    const context = opened.context();
    const cors = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" };
    const answer = (name, json) => context.route(`${api}/rpc/${name}*`, route =>
        route.request().method() === "OPTIONS" ? route.continue() : route.fulfill({ json, headers: cors }));
    await answer("configured_providers", ["google"]);
    await answer("oauth_authorize_url", `${origin}/consent?state=${who.id}:google:nonce`);
    await context.route(`${origin}/consent*`, route => route.fulfill({ status: 302, headers: { Location: `${opened.address}?calendar=connected` } }));
    await section(opened, "Calendars");
    const beside = context.waitForEvent("page");
    await opened.getByRole("button", { name: "Connect" }).click();
    const tab = await beside;
    await tab.getByText("You can close this tab and go on in the one that you came from.").waitFor();
    assert.equal(tab.url(), opened.address);
    assert.equal(await tab.evaluate(() => window.opener), null);
    const before = opened.traffic.length;
    await opened.bringToFront();
    await waitFor("connections to be read again", () => opened.traffic.slice(-12).some(({ url }) => url.includes("calendar_connections")) && opened.traffic.length >= before);
    assert.equal(await opened.getByLabel("Access token").count(), 0);
});

test("the page of the database shows all four sections without a complaint", async t => {
    const who = await owner("client");
    const opened = await open(t);
    await opened.goto(served("owner_page", {}, `token=${who.token()}`));
    for (const [name, element] of [["Booking links", "links"], ["Availability", "availability"], ["Calendars", "calendars"], ["Meetings", "meetings"]]) {
        await section(opened, name);
        await waitFor(name, () => opened.locator(`scheduling-${element}`).evaluate(shown => !shown.hidden && shown.shadowRoot.querySelector(".skeleton") === null));
    }
    await axe(opened);
    assert.ok(!opened.url().includes("token"));
});

test("the page refuses to be framed", async t => {
    const opened = await open(t, { mayLog: [/frame-ancestors/, /Refused to frame/, /ERR_BLOCKED_BY_RESPONSE/] });
    await opened.goto(await host(t, { "/": `<!doctype html><title>x</title><iframe src="${served("owner_page")}"></iframe>` }, { csp: STRICT }));
    await opened.waitForTimeout(500);
    const frame = opened.frames().find(one => one !== opened.mainFrame());
    assert.equal(await frame.evaluate(() => document.querySelector("scheduling-owner")).catch(() => null), null);
});

for (const lang of ["en", "ar"]) {
    test(`axe finds nothing in any section, and nothing is cut off at 360 pixels (${lang})`, async t => {
        const who = await owner("client");
        await link(who, { title: "Another" });
        const opened = await arrive(t, who, { lang, viewport: { width: 360, height: 800 } });
        await opened.locator("scheduling-meetings .empty").waitFor();
        for (const name of ["links", "availability", "calendars", "meetings"]) {
            await opened.locator(`nav a[href="#/${name}"]`).click();
            await waitFor(name, () => opened.locator(`scheduling-${name}`).evaluate(shown => shown.shadowRoot.querySelector(".skeleton") === null));
            await axe(opened);
            assert.equal(await overflow(opened), 0, name);
        }
    });
}
