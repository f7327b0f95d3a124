// Calendars of an owner, in a browser and in front of an emulator of Google and Microsoft that others wrote:
// connecting, what is wrong with a connection, which calendars count, disconnecting.
import assert from "node:assert/strict";
import test from "node:test";

import { api, axe, MODES, one, open, owner, sql, waitFor } from "./stage/index.mjs";
import { settings } from "./settings.mjs";

const NAMES = { google: "Google Calendar", outlook: "Outlook Calendar" };
const ACCOUNTS = { google: "testuser@gmail.com", outlook: "testuser@outlook.com" };

const card = (page, provider) => page.getByRole("region", { name: NAMES[provider] });
const connection = (whose, provider) =>
    sql(`select * from scheduling.${whose.names.connections} where ${whose.names.key} = $1 and provider = $2`, whose.id, provider)
        .then(([row]) => row);

/** The element on a page that is come back to from the consent page. Microsoft's emulator has no calendars. */
const calendars = (t, whose, more = {}) => settings(t, "calendars", whose, { attributes: 'callback="./"', answers: [502, 503], ...more });

/** Connects by the consent page, as a person would. */
async function consent(page, provider) {
    await card(page, provider).getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByRole("button", { name: new RegExp(ACCOUNTS[provider]) }).click();
    await page.getByText(`The calendar of ${ACCOUNTS[provider]} is connected.`).waitFor();
}

/** A connection as the database has it, without a provider behind it. */
async function connected(whose, provider, columns = {}) {
    const row = { [whose.names.key]: whose.id, provider, refresh_token: "1//none", calendar_id: "primary", connected_email: `somebody@${provider}.example`, ...columns };
    const keys = Object.keys(row);
    await sql(`insert into scheduling.${whose.names.connections} (${keys.join(", ")}) values (${keys.map((_, n) => `$${n + 1}`).join(", ")})`, ...Object.values(row));
}

/** Changes the connection that consent has made: a grant that the emulator does not know would be found out at once. */
const changed = (whose, columns) => {
    const keys = Object.keys(columns);
    return sql(
        `update scheduling.${whose.names.connections} set ${keys.map((key, n) => `${key} = $${n + 2}`).join(", ")} where ${whose.names.key} = $1`,
        whose.id, ...Object.values(columns),
    );
};

const LIST = [
    { calendar_id: "home@x.example", name: "Home", is_primary: true, can_write: true, is_selected: true, is_busy: true },
    { calendar_id: "team@x.example", name: '<img src=x onerror="window.hurt = 1">', is_primary: false, can_write: true, is_selected: false, is_busy: false },
    { calendar_id: "holidays@x.example", name: "Holidays", is_primary: false, can_write: false, is_selected: false, is_busy: false },
    { calendar_id: "old@x.example", name: null, is_primary: false, can_write: false, is_selected: false, is_busy: true },
];

/** Has the provider's list be this one, by what is stored for the connection. */
const listed = (page, whose, provider, list = LIST) =>
    page.route("**/rpc/provider_calendars", async route => {
        if (route.request().method() === "OPTIONS") return route.fallback();
        const { calendar_id, busy_calendar_ids } = await connection(whose, provider);
        const json = list.map(one => ({
            ...one,
            is_selected: one.calendar_id === calendar_id,
            is_busy: (busy_calendar_ids ?? [calendar_id]).includes(one.calendar_id),
        }));
        await route.fulfill({ json, headers: { "Access-Control-Allow-Origin": "*" } });
    });

for (const mode of MODES) {
    test(`consent connects google and outlook and returns here (${mode})`, async t => {
        const whose = await owner(mode);
        const page = await calendars(t, whose);
        for (const provider of ["google", "outlook"]) {
            await consent(page, provider);
            assert.equal(page.url(), page.address, "nothing of the round trip is in the address");
            const row = await connection(whose, provider);
            assert.deepEqual([row.is_active, row.connected_email], [true, ACCOUNTS[provider]]);
            await card(page, provider).getByText(ACCOUNTS[provider]).first().waitFor();
        }
        assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0, "no round trip is remembered any more");
        const text = await page.evaluate(() => document.querySelector("[data-settings]").shadowRoot.innerHTML);
        assert.doesNotMatch(text, /google_|access_token|refresh/i);
        const posted = page.traffic.filter(({ url }) => url.includes("/rpc/oauth_callback"));
        assert.deepEqual(posted.filter(({ method }) => method !== "OPTIONS").map(({ method, url }) => [method, url]), [
            ["POST", `${api}/rpc/oauth_callback`], ["POST", `${api}/rpc/oauth_callback`],
        ]);
        // The address was opened twice, from the history say: what is connected stays so.
        await page.reload();
        await card(page, "google").getByText(ACCOUNTS.google).first().waitFor();
    });

    test(`a broken connection comes first (${mode})`, async t => {
        const whose = await owner(mode);
        const page = await calendars(t, whose);
        await consent(page, "google");
        await connected(whose, "outlook", { status: "reconnect_required", status_detail: "invalid_grant: <b>revoked</b>" });
        await page.reload();
        await card(page, "outlook").getByText("The calendar does not let us in any more.").waitFor();
        const names = await page.getByRole("region").getByRole("heading", { level: 2 }).allInnerTexts();
        assert.deepEqual(names, [NAMES.outlook, NAMES.google]);
        assert.equal(await card(page, "outlook").getByRole("button", { name: "Connect again" }).count(), 1);
        await card(page, "outlook").getByText("What the calendar said").click();
        await card(page, "outlook").getByText("invalid_grant: <b>revoked</b>").waitFor();
        await waitFor("the first reading", async () => (await connection(whose, "google")).busy_synced_at);
        await page.reload();
        await card(page, "google").getByText(/^Busy times read (this minute|1 minute ago)$/).waitFor();
    });

    test(`which calendars count is chosen, and not over somebody else's choice (${mode})`, async t => {
        const whose = await owner(mode);
        const page = await calendars(t, whose);
        await consent(page, "google");
        await changed(whose, { calendar_id: "home@x.example", busy_calendar_ids: ["home@x.example", "old@x.example"] });
        await listed(page, whose, "google");
        await page.reload();
        const google = card(page, "google");
        await google.getByRole("checkbox", { name: "old@x.example (no longer in this account)" }).uncheck();
        await google.getByLabel("New meetings go to").selectOption({ label: '<img src=x onerror="window.hurt = 1">' });
        assert.deepEqual(await google.getByLabel("New meetings go to").locator("option").allInnerTexts(), ["Home", LIST[1].name], "what cannot be written to is no choice");
        assert.equal(await google.getByRole("checkbox", { name: LIST[1].name }).isChecked(), true);
        await google.getByRole("button", { name: "Save" }).click();
        await waitFor("the choice", async () => (await connection(whose, "google")).calendar_id === "team@x.example");
        assert.deepEqual((await connection(whose, "google")).busy_calendar_ids.sort(), ["home@x.example", "team@x.example"]);
        assert.equal(await page.evaluate(() => window.hurt), undefined);

        // Somebody else chooses meanwhile.
        await google.getByText("Saved", { exact: true }).waitFor();
        await page.waitForLoadState("networkidle"); // what is read after a save, which else would find the other choice first
        await google.getByRole("checkbox", { name: "Holidays" }).check();
        await sql(`update scheduling.${whose.names.connections} set busy_calendar_ids = '{home@x.example}' where ${whose.names.key} = $1`, whose.id);
        await google.getByRole("button", { name: "Save" }).click();
        await google.getByRole("button", { name: "Use mine" }).waitFor();
        assert.deepEqual((await connection(whose, "google")).busy_calendar_ids, ["home@x.example"]);
        await google.getByRole("button", { name: "Use mine" }).click();
        await waitFor("mine", async () => (await connection(whose, "google")).busy_calendar_ids.includes("holidays@x.example"));
    });

    test(`disconnecting asks, says what stops, and is heard in other tabs (${mode})`, async t => {
        const whose = await owner(mode);
        const page = await calendars(t, whose);
        await consent(page, "google");
        const other = await page.again();
        await card(other, "google").getByRole("button", { name: "Disconnect" }).waitFor();
        await card(page, "google").getByRole("button", { name: "Disconnect" }).click();
        const dialog = page.getByRole("dialog", { name: `Disconnect ${ACCOUNTS.google}?` });
        await dialog.getByText("no longer keeps anybody from booking you").waitFor();
        await page.keyboard.press("Escape");
        assert.equal((await connection(whose, "google")).is_active, true);
        await card(page, "google").getByRole("button", { name: "Disconnect" }).click();
        await dialog.getByRole("button", { name: "Disconnect" }).click();
        await card(page, "google").getByRole("button", { name: "Connect", exact: true }).waitFor();
        assert.equal((await connection(whose, "google")).is_active, false);
        await card(other, "google").getByRole("button", { name: "Connect", exact: true }).waitFor();
    });

    test(`a member of another client sees nothing (${mode})`, async t => {
        const [whose, other] = [await owner(mode, { name: "Secret Clinic" }), await owner("client")];
        await connected(whose, "google");
        const page = await settings(t, "calendars", whose, { session: () => other.token() });
        await page.getByText("There are no settings here that you may see.").waitFor();
        assert.doesNotMatch(await page.evaluate(() => document.querySelector("[data-settings]").shadowRoot.innerHTML), /somebody@|Secret Clinic/);
    });
}

test("a round trip that was not begun here is asked about before anything is sent", async t => {
    const [whose, other] = [await owner("client", { name: "Acme Dental" }), await owner("client")];
    // Another person's browser went to the consent page; this one is sent the address that it came back to.
    const page = await calendars(t, whose);
    const begun = async (of) => {
        const url = await one("select scheduling.oauth_authorize_url($1, 'google', $2)", of.key, page.address);
        const third = await open(t, { mayLog: [/ERR_FAILED/] });
        await third.route("**/*", route => (route.request().url().startsWith(page.address) ? route.abort() : route.fallback()));
        await third.goto(url);
        const back = third.waitForRequest(request => request.url().startsWith(page.address));
        await third.getByRole("button", { name: new RegExp(ACCOUNTS.google) }).click();
        const address = (await back).url();
        return address;
    };
    const sent = () => page.traffic.filter(({ method, url }) => method === "POST" && url.endsWith("/rpc/oauth_callback")).length;
    await page.goto(await begun(whose));
    await page.waitForURL(page.address);
    const dialog = page.getByRole("dialog", { name: "Connect Google Calendar to Acme Dental?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("The calendar was not connected, as you did not agree.").waitFor();
    assert.equal(sent(), 0);
    // One of an owner whom this page does not show is refused without a question.
    await page.goto(await begun(other));
    await page.getByText("The calendar was not connected, as this address does not belong to it.").waitFor();
    assert.equal(sent(), 0);
    await page.goto(await begun(whose));
    await dialog.getByRole("button", { name: "Connect" }).click();
    await page.getByText(`The calendar of ${ACCOUNTS.google} is connected.`).waitFor();
    assert.equal(sent(), 1);
});

test("each word of a return is a sentence, and leaves the address", async t => {
    const whose = await owner("client");
    const state = `${whose.id}:google:nonce`;
    const page = await calendars(t, whose);
    for (const [query, text] of [
        ["calendar=connected", "The calendar is connected."],
        ["calendar_error=access_denied", "The calendar was not connected, as you did not agree."],
        ["calendar_error=expired", "it took longer than ten minutes"],
        ["calendar_error=invalid", "this address does not belong to it"],
        ["calendar_error=refused", "its provider refuses it"],
        ["calendar_error=unreachable", "its provider does not answer just now"],
        ["calendar_error=failed", "something is wrong here"],
        ["calendar_error=%3Cscript%3E", "something is wrong here"],
        [`error=access_denied&state=${state}`, "The calendar was not connected, as you did not agree."],
    ]) {
        await page.goto(`${page.address}?${query}&tab=2`);
        await page.getByText(text).waitFor();
        assert.equal(page.url(), `${page.address}?tab=2`, query);
    }
});

test("an application may go to the consent page in its own way", async t => {
    const whose = await owner("client");
    const page = await calendars(t, whose);
    await page.evaluate(() => document.addEventListener("scheduling-connect", event => {
        event.preventDefault();
        window.went = event.detail;
    }));
    await card(page, "outlook").getByRole("button", { name: "Connect", exact: true }).click();
    const { provider, url } = await waitFor("the event", () => page.evaluate(() => window.went));
    assert.equal(provider, "outlook");
    assert.equal(new URL(url).searchParams.get("redirect_uri"), page.address);
    assert.equal(page.url(), page.address);
    await card(page, "outlook").getByRole("button", { name: "Connect", exact: true }).waitFor();
});

test("a calendar that does not answer is said so, and the rest can be used", async t => {
    const whose = await owner("client");
    const page = await calendars(t, whose);
    await consent(page, "google");
    await changed(whose, { status: "error", status_detail: "timed out" });
    await page.route("**/rpc/provider_calendars", route =>
        route.request().method() === "OPTIONS" ? route.fallback() : route.fulfill({
            status: 503, headers: { "Access-Control-Allow-Origin": "*" },
            json: { code: "PT503", message: "m", details: "unreachable: x", hint: null },
        }));
    await page.reload();
    const google = card(page, "google");
    await google.getByText("The calendar could not be read the last time.").waitFor();
    await google.getByText("The calendars of this account cannot be listed. The calendar does not answer just now.").waitFor();
    await page.unroute("**/rpc/provider_calendars");
    await listed(page, whose, "google");
    await google.getByRole("button", { name: "Try again" }).last().click();
    await google.getByRole("checkbox", { name: "Home" }).waitFor();
});

test("a lost session is asked for, and Connect works afterwards", async t => {
    const whose = await owner("user");
    let token = whose.token();
    const page = await calendars(t, whose, { answers: [401], session: () => token });
    await card(page, "google").waitFor();
    token = whose.token({ exp: 1 });
    await card(page, "google").getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByText("Please sign in again.").first().waitFor();
    token = whose.token();
    await page.getByRole("button", { name: "I have signed in" }).click();
    await consent(page, "google");
});

for (const [what, more] of [["in English", {}], ["in Arabic", { lang: "ar", dir: "rtl", locale: "ar" }]]) {
    test(`axe finds nothing in any state ${what}`, async t => {
        const whose = await owner("client");
        const page = await calendars(t, whose, more);
        // Both in the words of its language.
        await page.locator("#google-connect").click();
        await page.getByRole("button", { name: new RegExp(ACCOUNTS.google) }).click();
        await page.locator(".notice.success").waitFor();
        await connected(whose, "outlook", { status: "reconnect_required", status_detail: "gone" });
        await listed(page, whose, "google", LIST.map(one => (one.is_primary ? { ...one, calendar_id: "primary" } : one)));
        await page.goto(`${page.address}?calendar_error=refused`);
        await page.locator(".tick input").first().waitFor();
        await axe(page);
        await page.locator(".tick input").nth(0).uncheck();
        await axe(page);
        await page.locator(".quiet").first().click();
        await page.locator("dialog[open]").waitFor();
        await axe(page);
    });
}

test("nothing is lost at 320 px", async t => {
    const whose = await owner("client");
    const page = await calendars(t, whose, { viewport: { width: 320, height: 640 } });
    await consent(page, "google");
    await changed(whose, { calendar_id: "home@x.example", connected_email: `${"long".repeat(15)}@a-rather-long-domain.example` });
    await listed(page, whose, "google");
    await page.reload();
    await page.locator(".tick input").first().uncheck();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
});

test("where nothing can be connected it says who can change that", async t => {
    const whose = await owner("client");
    const none = route => route.fulfill({ json: [], headers: { "Access-Control-Allow-Origin": "*" } });
    const page = await settings(t, "calendars", whose, {
        before: page => page.route("**/rpc/configured_providers*", route => (route.request().method() === "OPTIONS" ? route.fallback() : none(route))),
    });
    await page.getByText("No calendar can be connected yet").waitFor();
});
