// `<scheduling-links>`: what is typed is what is stored, nothing is lost or overwritten in silence, and what is
// refused is said where it is typed.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";

import { api, axe, book, everyDay, link, MODES, one, open, overflow, owner, signedIn, sql, starts, waitFor } from "./stage/index.mjs";

const BASE = "https://book.acme.example/";
const links = (t, who, more = {}) => signedIn(t, "scheduling-links", who, { attributes: { base: BASE }, ...more });
const row = slug => sql("select * from scheduling.booking_links where slug = $1", slug).then(([row]) => row);
const save = page => page.getByRole("button", { name: "Save" }).click();
const saved = page => page.getByText("Saved", { exact: true }).waitFor();
const edit = (page, title) => page.getByRole("button", { name: `Edit ${title}` }).click();

for (const mode of MODES) {
    test(`every setting of a link round-trips (${mode})`, async t => {
        const who = await owner(mode, { timezone: "Europe/Madrid" });
        const slug = `made-${randomUUID()}`;
        const page = await links(t, who);
        await page.getByRole("button", { name: "New link" }).click();
        const type = (label, value) => page.getByLabel(label, { exact: true }).fill(value);
        const pick = (label, value) => page.getByLabel(label, { exact: true }).selectOption({ label: value });
        const press = name => page.getByRole("button", { name, exact: true }).click();
        await type("Title", "Größe & Maß");
        assert.match(await page.getByLabel("Address", { exact: true }).inputValue(), /^(acme-dental|robin-vale)-grosse-mass(-\d+)?$/);
        await type("Address", slug);
        await type("Description", "One line\nand another");
        await pick("Video call", "Microsoft Teams");
        await type("Place", "Room 4");
        await type("Length in minutes", "45");
        await type("A start every (minutes)", "20");
        await press("Add a length");
        await type("Other length 1, in minutes", "25");
        await press("Add a length");
        await type("Other length 2, in minutes", "90");
        await page.getByLabel("Hours of this link alone").check();
        await page.locator("scheduling-hours").getByRole("switch", { name: "Sunday" }).uncheck();
        await type("At least this long before", "2");
        await page.getByLabel("At least this long before: Unit").selectOption({ label: "days" });
        await type("Days ahead", "30");
        await type("Free before (minutes)", "5");
        await type("Free after (minutes)", "10");
        await type("Most meetings a day", "3");
        await press("Add a question");
        await page.getByLabel("Question", { exact: true }).fill("Your company");
        await page.getByLabel("Must be answered").check();
        await page.getByText("Help, example and limits").click();
        await type("Help beneath the question", "As on the invoice");
        await type("Example in the empty field", "Acme");
        await type("Most characters", "80");
        await press("Add a question");
        await page.getByLabel("Question", { exact: true }).nth(1).fill("Size?");
        await page.getByLabel("Answer", { exact: true }).nth(1).selectOption({ label: "One of several" });
        await type("Choices", "Small\nLarge\n");
        await press("Move question 2 up");
        await page.getByLabel("Guests may cancel").uncheck();
        await page.getByLabel("Until this long before it begins", { exact: true }).fill("36");
        await press("Add a reminder");
        await press("Add a reminder");
        await type("Reminder 2, before the meeting", "45");
        await page.getByLabel("Reminder 2, before the meeting: Unit").selectOption({ label: "minutes" });
        await type("Page to go to after a booking", "https://acme.example/thanks?x=1");
        await pick("Language of mails", "Portuguese");
        await page.getByText("Limits against floods").click();
        await type("Attempts of one address within an hour", "");
        await type("Bookings of one address within an hour", "7");
        await type("Bookings to come of one address", "8");
        await type("Moves of one booking within an hour", "9");
        await save(page);
        await saved(page);

        const day = { enabled: true, start: "00:00", end: "24:00" };
        const expected = {
            slug, title: "Größe & Maß", description: "One line\nand another", conferencing: "teams", location: "Room 4",
            duration_minutes: 45, slot_interval_minutes: 20, duration_options: [25, 90], minimum_notice_minutes: 2880,
            booking_window_days: 30, buffer_before_minutes: 5, buffer_after_minutes: 10, max_bookings_per_day: 3,
            cancel_notice_minutes: null, reschedule_notice_minutes: 2160, reminder_minutes: [1440, 45],
            redirect_url: "https://acme.example/thanks?x=1", locale: "pt", max_hourly_attempts_per_guest: null,
            max_hourly_bookings_per_guest: 7, max_upcoming_bookings_per_guest: 8, max_hourly_moves_per_booking: 9,
            is_active: true, [who.names.key]: who.id,
            questions: [
                { id: "size", label: "Size?", type: "choice", options: ["Small", "Large"] },
                { id: "your_company", label: "Your company", required: true, help: "As on the invoice", placeholder: "Acme", max_length: 80 },
            ],
            availability_settings: {
                sunday: { ...day, enabled: false }, monday: day, tuesday: day, wednesday: day, thursday: day, friday: day, saturday: day,
            },
        };
        const stored = await row(slug);
        for (const [column, value] of Object.entries(expected)) assert.deepEqual(stored[column], value, column);

        // Read again, it is the same form, and one change writes one column.
        await page.getByRole("button", { name: "All booking links" }).click();
        await edit(page, "Größe & Maß");
        assert.equal(await page.getByLabel("Until this long before it begins", { exact: true }).inputValue(), "36");
        assert.equal(await page.getByRole("button", { name: "Save" }).isDisabled(), true);
        const sent = page.waitForRequest(request => request.method() === "PATCH");
        await type("Place", "");
        await save(page);
        assert.deepEqual((await sent).postDataJSON(), { location: null });
    });
}

test("a taken slug is said at its field", async t => {
    const [who, other] = [await owner("client"), await owner("user")];
    const page = await links(t, who, { answers: [409] });
    await edit(page, "Intro call");
    await page.getByLabel("Address", { exact: true }).fill(other.slug);
    await save(page);
    const field = page.getByLabel("Address", { exact: true });
    await page.locator("#slug-error").waitFor();
    assert.equal(await page.locator("#slug-error").textContent(), "This address is taken.");
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.match(await field.getAttribute("aria-describedby"), /slug-error/);
    await waitFor("the focus", () => field.evaluate(input => input.getRootNode().activeElement === input));
    await axe(page);
    await page.getByRole("button", { name: `Use ${other.slug}-2` }).click();
    assert.equal(await field.inputValue(), `${other.slug}-2`);
    await save(page);
    await saved(page);
    assert.equal(await one("select slug from scheduling.booking_links where id = $1", who.linkId), `${other.slug}-2`);
});

test("what the database would refuse is said while it is typed, and save leads there", async t => {
    const who = await owner("client");
    const page = await links(t, who);
    await edit(page, "Intro call");
    const length = page.getByLabel("Length in minutes", { exact: true });
    await length.fill("0");
    assert.equal(await page.locator("#duration_minutes-error").count(), 0, "not before the field is left");
    await length.blur();
    await page.locator("#duration_minutes-error").waitFor();
    await page.getByLabel("Page to go to after a booking").fill("javascript:alert(1)");
    await save(page);
    await waitFor("the focus", () => length.evaluate(input => input.getRootNode().activeElement === input));
    await page.getByText("2 fields need another look.").waitFor();
    assert.equal(page.traffic.filter(({ method }) => method === "PATCH").length, 0);
    await axe(page);
});

for (const mode of MODES) {
    test(`a link's preview shows rules that are not saved (${mode})`, async t => {
        const who = await owner(mode, { hours: everyDay(["09:00", "12:00"]), link: { minimum_notice_minutes: 1440 } });
        const page = await links(t, who);
        await edit(page, "Intro call");
        const preview = page.locator(".preview");
        const times = () => preview.locator(".day").nth(1).locator(".starts li").allTextContents();
        const settled = expected => waitFor(`${expected}`, async () => String(await times()) === String(expected));
        await settled(["9:00 AM", "9:30 AM", "10:00 AM", "10:30 AM", "11:00 AM", "11:30 AM"]);
        await page.getByLabel("Length in minutes", { exact: true }).fill("60");
        await settled(["9:00 AM", "10:00 AM", "11:00 AM"]);
        await page.getByLabel("A start every (minutes)").fill("45");
        await settled(["9:00 AM", "9:45 AM", "10:30 AM"]);
        await page.getByLabel("A start every (minutes)").fill("x");
        await preview.getByText("Correct the marked numbers").waitFor();
        assert.equal(await one("select duration_minutes from scheduling.booking_links where id = $1", who.linkId), 30);
    });
}

test("a link's preview shows the form as guests will see it", async t => {
    const who = await owner("client", { link: { questions: [{ id: "a", label: "Why?", required: true }] } });
    const page = await links(t, who);
    await edit(page, "Intro call");
    await page.getByLabel("Title").fill("Not saved yet");
    await page.getByLabel("Description").fill("See https://acme.example/map or javascript:alert(1)");
    await page.getByRole("button", { name: "Add a question" }).click();
    await page.getByLabel("Question", { exact: true }).nth(1).fill("How many?");
    await page.getByLabel("Answer", { exact: true }).nth(1).selectOption({ label: "One of several" });
    await page.getByLabel("Choices").fill("One\nTwo");
    await page.getByRole("button", { name: "Form", exact: true }).click();
    const preview = page.locator(".form-preview");
    await preview.getByText("Not saved yet").waitFor();
    await preview.getByLabel("Why?").waitFor();
    await preview.getByRole("radio", { name: "Two" }).waitFor();
    assert.deepEqual(await preview.getByRole("link").evaluateAll(all => all.map(one => one.href)), ["https://acme.example/map"]);
    await axe(page);
});

test("an older answer never overwrites a newer preview", async t => {
    const who = await owner("client", { hours: everyDay(["09:00", "12:00"]) });
    const page = await links(t, who);
    await edit(page, "Intro call");
    await page.locator(".preview .day").first().waitFor();
    await page.route(/rpc\/available_slots.*duration_minutes=90/, async route => {
        await new Promise(done => setTimeout(done, 1500));
        await route.continue().catch(() => null);
    });
    await page.getByLabel("Length in minutes", { exact: true }).fill("90");
    await page.waitForTimeout(600);
    await page.getByLabel("Length in minutes", { exact: true }).fill("180");
    const first = page.locator(".preview .day").nth(1).locator(".starts li");
    await waitFor("one start a day", async () => (await first.count()) === 1);
    await page.waitForTimeout(1800);
    assert.deepEqual(await first.allTextContents(), ["9:00 AM"]);
});

test("two tabs never overwrite in silence", async t => {
    const who = await owner("user");
    const [a, b] = [await links(t, who), await links(t, who)];
    for (const page of [a, b]) await edit(page, "Intro call");
    await a.getByLabel("Title").fill("From the first tab");
    await b.getByLabel("Title").fill("From the second");
    await b.getByLabel("Place").fill("Their room");
    await save(b);
    await saved(b);
    await save(a);
    await a.getByText("What you changed", { exact: true }).waitFor();
    const choice = await a.locator(".choice").innerText();
    assert.match(choice, /From the first tab/);
    assert.match(choice, /From the second/);
    await axe(a);
    assert.equal((await row(who.slug)).title, "From the second");
    await a.getByRole("button", { name: "Use mine" }).click();
    await saved(a);
    const { title, location } = await row(who.slug);
    // The whole of mine, as it was shown: theirs had a place that mine had not.
    assert.deepEqual({ title, location }, { title: "From the first tab", location: null });
});

test("another tab's save is shown where nothing is typed", async t => {
    const who = await owner("client");
    const page = await links(t, who);
    await page.getByText("Intro call").waitFor();
    const other = await page.context().newPage();
    await other.goto(page.address);
    await other.locator("scheduling-links").evaluate((element, token) => { element.token = token; }, who.token());
    await other.getByRole("switch", { name: "Bookings are open: Intro call" }).uncheck();
    await page.getByRole("switch", { name: "Bookings are open: Intro call", checked: false }).waitFor();
});

test("an expired session loses no work", async t => {
    const who = await owner("client");
    const page = await links(t, who, { answers: [401] });
    await edit(page, "Intro call");
    await page.element.evaluate((element, token) => { element.token = token; }, who.token({ exp: 1 }));
    await page.getByLabel("Title").fill("Typed before");
    await save(page);
    await page.getByText("Please sign in again. What you changed is kept.").first().waitFor();
    assert.equal(await page.getByLabel("Title").inputValue(), "Typed before");
    await page.element.evaluate((element, token) => { element.token = token; }, who.token());
    await save(page);
    await saved(page);
    assert.equal((await row(who.slug)).title, "Typed before");
});

test("a link is made once though the first answer is lost", async t => {
    const who = await owner("user");
    const page = await links(t, who, { answers: [409], mayLog: [/Failed to load resource/] });
    const slug = `lost-${randomUUID()}`;
    await page.getByRole("button", { name: "New link" }).click();
    await page.getByLabel("Title").fill("Lost");
    await page.getByLabel("Address", { exact: true }).fill(slug);
    let lost = 0;
    await page.route(/booking_links/, async route => {
        if (route.request().method() !== "POST" || lost++) return route.continue();
        await route.fetch();
        await route.abort();
    });
    await save(page);
    await page.getByText("No answer came. Please try again.").waitFor();
    assert.equal(await page.getByLabel("Title").inputValue(), "Lost");
    await save(page);
    await saved(page);
    assert.equal(Number(await one("select count(*) from scheduling.booking_links where slug = $1", slug)), 1);
});

for (const mode of MODES) {
    test(`deleting says how many meetings to come a link has (${mode})`, async t => {
        const who = await owner(mode);
        const free = await starts(who.slug);
        for (const start of [free[2], free[9]]) await book(who.slug, start);
        const { meeting_id } = await book(who.slug, free[12]);
        await sql(`update scheduling.${who.names.meetings} set status = 'cancelled' where id = $1`, meeting_id);
        const page = await links(t, who);
        await page.getByRole("button", { name: "Delete Intro call" }).click();
        const dialog = page.getByRole("dialog", { name: "Delete “Intro call”?" });
        await dialog.getByText("2 meetings to come were booked with it.").waitFor();
        await axe(page);
        await page.keyboard.press("Escape");
        assert.equal(await dialog.count(), 0);
        assert.notEqual(await row(who.slug), undefined);
        await page.getByRole("button", { name: "Delete Intro call" }).click();
        await dialog.getByRole("button", { name: "Delete" }).click();
        await page.getByText("No booking links yet").waitFor();
        assert.equal(await row(who.slug), undefined);
        assert.equal(Number(await one(`select count(*) from scheduling.${who.names.meetings} where ${who.names.key} = $1`, who.id)), 3);
    });
}

test("a switch that is refused goes back and says why", async t => {
    const who = await owner("client");
    const page = await links(t, who, { answers: [503] });
    const toggle = page.getByRole("switch", { name: "Bookings are open: Intro call" });
    await page.route(/booking_links/, (route, request) =>
        request.method() === "PATCH" ? route.fulfill({ status: 503, body: "busy", headers: { "Access-Control-Allow-Origin": "*" } }) : route.continue());
    await toggle.uncheck({ force: true }).catch(() => null);
    await page.getByRole("alert").waitFor();
    assert.equal(await toggle.isChecked(), true);
    await page.unroute(/booking_links/);
    await toggle.uncheck();
    await waitFor("it to be closed", async () => (await row(who.slug)).is_active === false);
});

test("an address is copied, or shown where it cannot be", async t => {
    const who = await owner("client");
    const page = await links(t, who, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy link: Intro call" }).click();
    await page.getByText("Copied", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), BASE + who.slug);
    await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error("no")); });
    await page.getByRole("button", { name: "Copy link: Intro call" }).click();
    await page.getByText("Your browser did not let the address be copied.").waitFor();
    await page.locator("code", { hasText: BASE + who.slug }).waitFor();
});

test("a member of another client sees nothing", async t => {
    const [who, other] = [await owner("client"), await owner("client", { link: { title: "Somebody's secret" } })];
    const page = await links(t, who, { attributes: { base: BASE, owner: other.key } });
    await page.getByText("There are no settings here that you may see.").waitFor();
    const text = page => page.element.evaluate(element => element.shadowRoot.textContent);
    assert.doesNotMatch(await text(page), /secret|sign in/);
    const plain = await links(t, who, { attributes: { owner: null } });
    await plain.getByText("Intro call").waitFor();
    assert.doesNotMatch(await text(plain), /secret/);
});

test("hostile titles, places and questions run nothing and become no links", async t => {
    const evil = "<img src=x onerror=alert(1)>";
    const who = await owner("client", {
        name: evil,
        link: {
            title: `${evil} {count} \u202eoops`, location: "javascript:alert(1)", description: "</script><script>alert(1)</script>",
            questions: [{ id: "a", label: evil, help: evil, type: "choice", options: [evil, "</textarea><b>x"] }],
        },
    });
    const page = await links(t, who);
    page.on("dialog", () => assert.fail("something ran"));
    await page.getByText(evil).first().waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    assert.equal(await page.getByLabel("Choices").inputValue(), `${evil}\n</textarea><b>x`);
    await page.getByRole("button", { name: "All booking links" }).click();
    await page.getByRole("button", { name: "Delete" }).first().click();
    await page.getByRole("dialog").waitFor();
    const [images, hrefs] = await page.element.evaluate(element => [
        element.shadowRoot.querySelectorAll("img, script").length,
        [...element.shadowRoot.querySelectorAll("a")].map(a => a.protocol),
    ]);
    assert.equal(images, 0);
    assert.ok(hrefs.every(protocol => protocol === "https:"), String(hrefs));
});

test("the keyboard alone makes a link, and leaving asks", async t => {
    const who = await owner("client");
    const page = await links(t, who);
    await page.getByRole("button", { name: "New link" }).focus();
    await page.keyboard.press("Enter");
    const title = page.getByLabel("Title");
    await waitFor("the focus", () => title.evaluate(input => input.getRootNode().activeElement === input));
    const name = `By keyboard ${randomUUID().slice(0, 8)}`;
    await page.keyboard.type(name);
    await page.keyboard.press("Control+s");
    await saved(page);
    await page.keyboard.type(" and more");
    await page.getByRole("button", { name: "All booking links" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Discard your changes?" }).waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await title.inputValue(), `${name} and more`);
    await page.getByRole("button", { name: "All booking links" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Discard", exact: true }).press("Enter");
    await page.getByText(name, { exact: true }).waitFor();
});

for (const lang of ["en", "ar"]) {
    test(`axe finds nothing and nothing is cut off at 360 pixels (${lang})`, async t => {
        const who = await owner("client", { link: { questions: [{ id: "a", label: "Why?" }], duration_options: [15], reminder_minutes: [60] } });
        await link(who, { title: "x".repeat(200), location: "y".repeat(200), is_active: false });
        const page = await links(t, who, { lang, viewport: { width: 360, height: 800 } });
        await page.locator(".link").first().waitFor();
        await axe(page);
        assert.equal(await overflow(page), 0);
        await page.locator(".acts .push button").first().click();
        await page.locator(".preview .day").first().waitFor();
        await page.locator("details").evaluateAll(all => all.forEach(one => { one.open = true; }));
        await page.getByRole("radio").nth(1).check();
        await page.locator("scheduling-hours").waitFor();
        await axe(page);
        assert.equal(await overflow(page), 0);
    });
}
