// An owner's hours, days and zone, in a browser: what is typed is what the database has, in the owner's zone, and
// nothing of anybody else's is written over.
import assert from "node:assert/strict";
import test from "node:test";

import { axe, everyDay, MODES, one, owner, sql, waitFor } from "./stage/index.mjs";
import { settings } from "./settings.mjs";

const WEEK = {
    monday: { enabled: true, start: "09:00", end: "17:00" },
    tuesday: { enabled: true, windows: [{ start: "09:00", end: "12:00" }, { start: "13:00", end: "17:30" }] },
    wednesday: { enabled: false }, thursday: { enabled: false }, friday: { enabled: false },
    saturday: { enabled: false, start: "10:00", end: "13:00" }, sunday: { enabled: false },
};

const stored = whose =>
    one(`select availability_settings from scheduling.${whose.names.owners} where ${whose.names.id} = $1`, whose.id);
const zoneOf = whose => one(`select timezone from scheduling.${whose.names.owners} where ${whose.names.id} = $1`, whose.id);
const daysOf = whose =>
    sql(`select day::text, windows, reason from scheduling.availability_overrides where ${whose.names.key} = $1 order by day`, whose.id);
const dayPlus = n => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);

const field = (page, name) => page.getByRole("combobox", { name, exact: true });
const type = async (page, name, text) => {
    await field(page, name).fill(text);
    await field(page, name).press("Tab");
};
const save = page => page.getByRole("button", { name: "Save", exact: true }).first();
const state = page => page.locator(".save-bar .state").first();
const said = (page, text) => state(page).filter({ hasText: text }).waitFor();
const ready = page => page.getByRole("switch", { name: "Monday" }).waitFor();

const pick = async (page, day) => {
    const name = new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeZone: "UTC" }).format(Date.parse(day));
    const month = page.locator("scheduling-month");
    const button = month.getByRole("button", { name: new RegExp(`^${name}`) });
    const shown = () => month.evaluate(element => element.month);
    while ((await shown()) !== day.slice(0, 7)) {
        await month.getByRole("button", { name: (await shown()) < day.slice(0, 7) ? "Next month" : "Previous month" }).click();
    }
    await button.click();
    // Focused last of all, and what is typed goes to what is focused.
    await page.locator("#days-form:focus").waitFor();
};
/** A second window on Monday. Its start is focused once it is drawn, and what is typed goes to what is focused. */
const addHours = async page => {
    await page.getByRole("button", { name: "Add hours on Monday" }).click();
    const isFocused = node => node.getRootNode().activeElement === node;
    await waitFor("the focus", () => field(page, "Monday, hours 2: from").evaluate(isFocused));
};
const inForm = page => page.locator("scheduling-days form");

/** The element on a page, with the hours read. */
const hours = async (t, whose, more) => {
    const page = await settings(t, "availability", whose, more);
    await ready(page);
    return page;
};

for (const mode of MODES) {
    test(`hours with several windows round trip (${mode})`, async t => {
        const whose = await owner(mode, { hours: WEEK });
        const page = await hours(t, whose);
        await addHours(page);
        await type(page, "Monday, hours 1: until", "12:30");
        await type(page, "Monday, hours 2: from", "2 pm");
        await type(page, "Monday, hours 2: until", "24:00");
        await said(page, "Unsaved changes");
        await save(page).click();
        await said(page, "Saved");
        assert.deepEqual(await stored(whose), {
            ...WEEK, monday: { enabled: true, windows: [{ start: "09:00", end: "12:30" }, { start: "14:00", end: "24:00" }] },
        });
        await page.reload();
        await ready(page);
        assert.equal(await field(page, "Monday, hours 2: from").inputValue(), "2:00 PM");
        assert.equal(await field(page, "Tuesday, hours 2: until").inputValue(), "5:30 PM");
        // One window is the original format again.
        await page.getByRole("button", { name: "Remove hours 2 of Monday" }).click();
        await save(page).click();
        await said(page, "Saved");
        assert.deepEqual((await stored(whose)).monday, { enabled: true, start: "09:00", end: "12:30" });
    });

    test(`copying a day needs no save (${mode})`, async t => {
        const whose = await owner(mode, { hours: WEEK });
        const page = await hours(t, whose);
        await type(page, "Monday, hours 1: from", "7:45");
        await page.getByRole("button", { name: "Copy the hours of Monday to other days" }).click();
        await page.getByRole("checkbox", { name: "Thursday" }).check();
        await page.getByRole("checkbox", { name: "Saturday" }).check();
        await page.getByRole("button", { name: "Copy", exact: true }).click();
        assert.equal(await field(page, "Thursday, hours 1: from").inputValue(), "7:45 AM");
        assert.deepEqual(await stored(whose), WEEK, "nothing is written yet");
        await save(page).click();
        await said(page, "Saved");
        const { monday, thursday, saturday, friday } = await stored(whose);
        assert.deepEqual([monday, thursday, saturday, friday], [
            ...Array(3).fill({ enabled: true, start: "07:45", end: "17:00" }), { enabled: false },
        ]);
    });

    test(`a day switched off remembers its hours (${mode})`, async t => {
        const whose = await owner(mode, { hours: WEEK });
        const page = await hours(t, whose);
        await page.getByRole("switch", { name: "Tuesday" }).click();
        await save(page).click();
        await said(page, "Saved");
        assert.deepEqual((await stored(whose)).tuesday, { ...WEEK.tuesday, enabled: false });
        await page.reload();
        await ready(page);
        await page.getByRole("switch", { name: "Tuesday" }).click();
        assert.equal(await field(page, "Tuesday, hours 2: from").inputValue(), "1:00 PM");
        await save(page).click();
        await said(page, "Saved");
        assert.deepEqual((await stored(whose)).tuesday, WEEK.tuesday);
    });

    test(`time off means the owner's zone (${mode})`, async t => {
        const whose = await owner(mode, { timezone: "America/New_York", hours: WEEK });
        const page = await hours(t, whose, { timezoneId: "Asia/Tokyo" });
        const day = dayPlus(9);
        await pick(page, dayPlus(2));
        await page.getByRole("radio", { name: "Time off" }).check();
        await page.getByText("Days and times are those of New York (Eastern Time).").waitFor();
        await page.getByLabel("First day").fill(day);
        await page.getByLabel("Last day").fill(day);
        await page.getByRole("checkbox", { name: "Whole days" }).uncheck();
        await type(page, "From, on the first day", "14:00");
        await type(page, "Until, on the last day", "24:00");
        await page.getByLabel("Reason (optional)").fill("Dentist");
        await inForm(page).getByRole("button", { name: "Save" }).click();
        const row = await waitFor("the time off", async () =>
            (await sql(`select starts_at at time zone 'America/New_York' as a, ends_at at time zone 'America/New_York' as b, reason
                 from scheduling.time_off where ${whose.names.key} = $1`, whose.id))[0]);
        const wall = date => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")} ${date.getHours()}`;
        assert.deepEqual([wall(row.a), wall(row.b), row.reason], [`${day} 14`, `${dayPlus(10)} 0`, "Dentist"]);
    });

    test(`two tabs never overwrite in silence (${mode})`, async t => {
        const whose = await owner(mode, { hours: WEEK });
        const page = await hours(t, whose);
        const other = await page.again();
        await ready(other);
        // Nothing unsaved: a save elsewhere is shown at once.
        await type(other, "Monday, hours 1: from", "08:00");
        await save(other).click();
        await said(other, "Saved");
        await waitFor("the other tab to hear of it", async () => (await field(page, "Monday, hours 1: from").inputValue()) === "8:00 AM");
        // Unsaved in both: the second is asked.
        await type(page, "Monday, hours 1: from", "10:00");
        await type(other, "Monday, hours 1: from", "11:00");
        await save(other).click();
        await said(other, "Saved");
        await said(page, "Changed elsewhere");
        await page.getByRole("alert").getByText("10:00 AM – 5:00 PM").waitFor();
        await page.getByRole("alert").getByText("11:00 AM – 5:00 PM").waitFor();
        await page.getByRole("button", { name: "Use theirs" }).click();
        assert.equal(await field(page, "Monday, hours 1: from").inputValue(), "11:00 AM");
        await said(page, "Everything is saved");
    });

    test(`what somebody else saved unheard is not written over (${mode})`, async t => {
        const whose = await owner(mode, { hours: WEEK });
        const page = await hours(t, whose);
        await type(page, "Monday, hours 1: from", "10:00");
        const theirs = { ...WEEK, monday: { enabled: true, start: "06:00", end: "07:00" } };
        await sql(`update scheduling.${whose.names.owners} set availability_settings = $2 where ${whose.names.id} = $1`, whose.id, theirs);
        await save(page).click();
        await page.getByRole("button", { name: "Use mine" }).waitFor();
        assert.deepEqual(await stored(whose), theirs, "nothing was written");
        await page.getByRole("alert").getByText("6:00 AM – 7:00 AM").waitFor();
        await page.getByRole("button", { name: "Use mine" }).click();
        await said(page, "Saved");
        assert.equal((await stored(whose)).monday.start, "10:00");
    });

    test(`an expired session loses no work (${mode})`, async t => {
        const whose = await owner(mode, { hours: WEEK });
        let token = whose.token();
        const renewals = [];
        const page = await hours(t, whose, {
            answers: [401],
            session: renew => {
                if (renew) renewals.push(token);
                return token;
            },
        });
        await page.evaluate(() => {
            window.asked = 0;
            document.addEventListener("scheduling-sign-in", () => window.asked++);
        });
        await type(page, "Monday, hours 1: from", "10:00");
        token = whose.token({ exp: 1 });
        await save(page).click();
        await page.getByText("Please sign in again.").first().waitFor();
        assert.ok(renewals.length >= 1, "a fresh token was asked for");
        assert.equal(await page.evaluate(() => window.asked), 1);
        assert.equal(await field(page, "Monday, hours 1: from").inputValue(), "10:00 AM");
        assert.deepEqual(await stored(whose), WEEK);
        token = whose.token();
        await page.getByRole("button", { name: "I have signed in" }).click();
        await save(page).click();
        await said(page, "Saved");
        assert.equal((await stored(whose)).monday.start, "10:00");
    });

    test(`a member of another client sees nothing (${mode})`, async t => {
        const [whose, other] = [await owner(mode, { hours: WEEK, name: "Secret Clinic" }), await owner("client")];
        const page = await settings(t, "availability", whose, { session: () => other.token() });
        await page.getByText("There are no settings here that you may see.").waitFor();
        assert.equal(await page.getByRole("switch").count(), 0);
        assert.doesNotMatch(await page.content(), /Secret Clinic/);
    });
}

test("a token that has ended is renewed without a word", async t => {
    const whose = await owner("user", { hours: WEEK });
    const page = await hours(t, whose, { answers: [401], session: renew => whose.token(renew ? {} : { exp: 1 }) });
    await type(page, "Monday, hours 1: from", "10:00");
    await save(page).click();
    await said(page, "Saved");
    assert.equal(await page.getByText("Please sign in").count(), 0);
});

test("somebody else's token shows nothing of the one before", async t => {
    const [first, second] = [await owner("user", { name: "First Person", hours: WEEK }), await owner("user", { name: "Second Person" })];
    const page = await settings(t, "availability", first, { owner: "" });
    await ready(page);
    assert.equal(await field(page, "Monday, hours 1: from").inputValue(), "9:00 AM");
    await page.evaluate(([a, b]) => {
        const element = document.querySelector("[data-settings]");
        element.getToken = undefined;
        element.token = a;
        return element.updateComplete.then(() => (element.token = b));
    }, [first.token(), second.token()]);
    await waitFor("the second person's hours", async () => (await field(page, "Monday, hours 1: from").inputValue()) === "12:00 AM");
});

test("what is not right is said at its field, and nothing is sent", async t => {
    const whose = await owner("client", { hours: WEEK });
    const page = await hours(t, whose);
    await type(page, "Monday, hours 1: until", "08:00");
    await page.getByText("The end has to be after the start.").waitFor();
    assert.equal(await field(page, "Monday, hours 1: until").getAttribute("aria-invalid"), "true");
    await save(page).click();
    assert.ok(await field(page, "Monday, hours 1: until").evaluate(node => node.getRootNode().activeElement === node), "the focus is at the field");
    await type(page, "Monday, hours 1: until", "17:00");
    await addHours(page);
    await type(page, "Monday, hours 2: from", "16:00");
    await page.getByText("These hours overlap others of this day.").waitFor();
    await type(page, "Monday, hours 2: from", "teatime");
    await page.getByText("Please write a time, such as 09:30.").waitFor();
    assert.equal(await field(page, "Monday, hours 2: from").inputValue(), "teatime", "what was typed stays");
    assert.ok(page.traffic.every(({ method }) => method !== "PATCH"));
    await page.getByRole("button", { name: "Discard" }).click();
    await said(page, "Everything is saved");
});

test("a lost answer is no conflict with oneself", async t => {
    const whose = await owner("client", { hours: WEEK });
    const page = await hours(t, whose, { mayLog: [/ERR_FAILED/] });
    let lose = true;
    await page.route("**/clients?*", async route => {
        if (route.request().method() !== "PATCH" || !lose) return route.fallback();
        lose = false;
        await route.fetch();
        await route.abort();
    });
    await type(page, "Monday, hours 1: from", "10:00");
    await save(page).click();
    await page.getByText("No answer came. Please try again.").waitFor();
    assert.equal((await stored(whose)).monday.start, "10:00", "it was written, though nobody was told");
    await save(page).click();
    await said(page, "Saved");
    assert.equal(await page.getByRole("button", { name: "Use mine" }).count(), 0);
});

test("offline keeps what was typed, and saves when it is over", async t => {
    const whose = await owner("client", { hours: WEEK });
    const page = await hours(t, whose, { mayLog: [/ERR_INTERNET_DISCONNECTED/] });
    await page.context().setOffline(true);
    await type(page, "Monday, hours 1: from", "10:00");
    await save(page).click();
    await page.getByText("You are offline.").first().waitFor();
    await page.context().setOffline(false);
    await save(page).click();
    await said(page, "Saved");
    assert.equal((await stored(whose)).monday.start, "10:00");
});

test("ten presses are one save", async t => {
    const whose = await owner("client", { hours: WEEK });
    const page = await hours(t, whose);
    await type(page, "Monday, hours 1: from", "10:00");
    await save(page).evaluate(button => Array.from({ length: 10 }, () => button.click()));
    await said(page, "Saved");
    assert.equal(page.traffic.filter(({ method }) => method === "PATCH").length, 1);
});

test("the browser asks before unsaved hours are left", async t => {
    const whose = await owner("client", { hours: WEEK });
    const page = await hours(t, whose);
    await type(page, "Monday, hours 1: from", "10:00");
    let asked;
    page.once("dialog", dialog => {
        asked = dialog.type();
        return dialog.accept();
    });
    await page.reload();
    assert.equal(asked, "beforeunload");
    await ready(page);
    // Saved, it does not ask: a dialog that nobody answers would end the test.
    page.on("dialog", dialog => assert.fail(`asked: ${dialog.type()}`));
    await page.reload();
    await ready(page);
});

test("another zone is asked about and keeps the clock", async t => {
    const whose = await owner("client", { hours: WEEK, timezone: "Europe/Madrid" });
    const page = await hours(t, whose);
    const zone = page.getByRole("combobox", { name: "Time zone of these hours" });
    await zone.fill("tokyo");
    await page.getByRole("option", { name: /Tokyo/ }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    assert.match(await zone.inputValue(), /Madrid/);
    await zone.fill("tokyo");
    await page.getByRole("option", { name: /Tokyo/ }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Change time zone" }).click();
    assert.match(await zone.inputValue(), /Tokyo/);
    assert.equal(await zoneOf(whose), "Europe/Madrid");
    await save(page).click();
    await said(page, "Saved");
    assert.deepEqual([await zoneOf(whose), await stored(whose)], ["Asia/Tokyo", WEEK]);
});

test("a save says what is free then", async t => {
    const whose = await owner("client", { hours: everyDay(["09:00", "10:00"]) });
    const page = await hours(t, whose);
    const free = page.getByRole("region", { name: "Free in the next two weeks" });
    // Thirteen days at least, as today's hour may have passed.
    await waitFor("the hours of two weeks", async () => (await free.getByText("9:00 – 10:00 AM").count()) >= 13);
    for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]) {
        await page.getByRole("switch", { name: day }).click();
    }
    await save(page).click();
    await page.getByText("No day is open").waitFor();
    await waitFor("nothing free", async () => (await free.getByText("Nothing free").count()) === 14);
});

for (const mode of MODES) {
    test(`days are closed, given hours and left as usual again (${mode})`, async t => {
        const whose = await owner(mode, { hours: WEEK });
        const page = await hours(t, whose);
        const [first, last] = [dayPlus(3), dayPlus(5)];
        await pick(page, first);
        await page.getByLabel("Last day").fill(last);
        await page.getByRole("radio", { name: "Closed" }).check();
        await page.getByLabel("Reason (optional)").fill('<img src=x onerror="window.hurt = 1">');
        await inForm(page).getByRole("button", { name: "Save" }).click();
        await inForm(page).waitFor({ state: "detached" });
        const reason = '<img src=x onerror="window.hurt = 1">';
        assert.deepEqual(await daysOf(whose), [first, dayPlus(4), last].map(day => ({ day, windows: [], reason })));
        assert.equal(await page.evaluate(() => window.hurt), undefined);

        await pick(page, dayPlus(4));
        await page.getByRole("radio", { name: "Other hours" }).check();
        await inForm(page).getByRole("button", { name: "Save" }).click();
        await inForm(page).waitFor({ state: "detached" });
        assert.equal((await daysOf(whose))[1].windows.length > 0, true);

        await pick(page, first);
        await page.getByLabel("Last day").fill(last);
        await page.getByRole("radio", { name: "As usual" }).check();
        await inForm(page).getByRole("button", { name: "Save" }).click();
        await inForm(page).waitFor({ state: "detached" });
        assert.deepEqual(await daysOf(whose), []);
    });

    test(`a day that somebody else has changed meanwhile is not written over (${mode})`, async t => {
        const whose = await owner(mode, { hours: WEEK });
        const page = await hours(t, whose);
        const day = dayPlus(3);
        await pick(page, day);
        await page.getByRole("radio", { name: "Closed" }).check();
        const windows = [{ start: "20:00", end: "21:00" }];
        await sql(`insert into scheduling.availability_overrides (${whose.names.key}, day, windows) values ($1, $2, $3)`, whose.id, day, JSON.stringify(windows));
        await inForm(page).getByRole("button", { name: "Save" }).click();
        await page.getByText("Somebody has changed these days meanwhile.").waitFor();
        assert.deepEqual((await daysOf(whose))[0].windows, windows);
        // Seen now, it may be.
        await inForm(page).getByRole("button", { name: "Save" }).click();
        await inForm(page).waitFor({ state: "detached" });
        assert.deepEqual((await daysOf(whose))[0].windows, []);
    });
}

test("the keyboard alone changes hours and closes a day", async t => {
    const whose = await owner("client", { hours: WEEK });
    const page = await hours(t, whose);
    await page.getByRole("switch", { name: "Monday" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await page.getByRole("listbox", { name: "Monday, hours 1: from" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.equal(await field(page, "Monday, hours 1: from").inputValue(), "9:15 AM");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Escape");
    assert.equal(await field(page, "Monday, hours 1: from").inputValue(), "9:15 AM", "Escape picks nothing");
    await save(page).focus();
    await page.keyboard.press("Enter");
    await said(page, "Saved");
    await page.locator("scheduling-month").evaluate(month => month.focus({ target: "day" }));
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await inForm(page).waitFor();
    await waitFor("the focus at the form's heading", () => page.evaluate(() => {
        let node = document.activeElement;
        while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
        return node?.id === "days-form";
    }));
    await page.getByRole("radio", { name: "As usual" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.getByLabel("Reason (optional)").focus();
    await page.keyboard.press("Enter");
    await inForm(page).waitFor({ state: "detached" });
    const [row] = await daysOf(whose);
    assert.deepEqual(row.windows, []);
});

test("a server that is slow, refuses or lies is told of in words", async t => {
    const whose = await owner("client", { hours: WEEK });
    const page = await settings(t, "availability", whose, { answers: [500, 502, 503] });
    await ready(page);
    const answers = [
        [{ status: 503, json: { code: "PT503", message: "m", details: "reconnect_required: x", hint: null } }, "The calendar has to be connected again."],
        [{ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }, "No answer came. Please try again."],
        [{ status: 500, json: { code: "XX000", message: "m", details: null, hint: null } }, "That did not work. Please try again."],
        [{ status: 200, contentType: "application/json", body: "{" }, "That did not work. Please try again."],
    ];
    for (const [answer, text] of answers) {
        await page.unrouteAll();
        await page.route("**/rpc/available_slots*", route => route.fulfill({ headers: { "Access-Control-Allow-Origin": "*" }, ...answer }));
        await page.evaluate(() => document.querySelector("[data-settings]").refresh());
        await page.getByRole("region", { name: "Free in the next two weeks" }).getByText(text).waitFor();
    }
});

for (const [what, more] of [["in English", {}], ["in Arabic", { lang: "ar", dir: "rtl", locale: "ar" }]]) {
    test(`axe finds nothing in any state ${what}`, async t => {
        const whose = await owner("client", { hours: WEEK });
        await sql(
            `insert into scheduling.availability_overrides (client_id, day, windows) values ($1, $2, '[]'), ($1, $3, '[{"start": "09:00", "end": "10:00"}]')`,
            whose.id, dayPlus(1), dayPlus(2),
        );
        const page = await settings(t, "availability", whose, more);
        await page.locator("scheduling-hours input[role=switch]").first().waitFor();
        await page.locator(".free-times li").first().waitFor();
        await axe(page);
        await page.locator("#monday-0-start").click();
        await axe(page, { schemes: ["light"] });
        await page.locator("#monday-0-end").fill("8:00");
        await page.keyboard.press("Tab");
        await page.locator("#monday-copy").click();
        await page.locator(".copy").waitFor();
        await axe(page);
        await page.keyboard.press("Escape");
        await page.locator("scheduling-month td button:not([disabled])").last().click();
        await page.locator("scheduling-days input[value=off]").check();
        await page.locator("scheduling-days .check input").uncheck();
        await axe(page);
    });
}

for (const width of [320, 360]) {
    test(`nothing is lost at ${width} px`, async t => {
        const whose = await owner("client", { hours: WEEK });
        const page = await hours(t, whose, { viewport: { width, height: 640 } });
        await page.locator("scheduling-month td button:not([disabled])").last().click();
        await page.getByRole("radio", { name: "Time off" }).check();
        await page.getByRole("checkbox", { name: "Whole days" }).uncheck();
        await page.getByRole("button", { name: "Copy the hours of Monday to other days" }).click();
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    });
}
