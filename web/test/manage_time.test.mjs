// Days, hours and zones as the page to manage a booking shows them; the parts are those of the booking page.
import assert from "node:assert/strict";
import test from "node:test";

import { instantOf, managed, shown } from "./manage/page.mjs";

/** Days far ahead, whose weekdays and clock changes are known, can be booked as long as this is read. */
const WINDOW = { link: { booking_window_days: 3650 } };

/** The page at its times, on the day of the booking. */
async function choosing(t, more) {
    const all = await managed(t, "client", { ...more, owner: { ...WINDOW, ...more.owner } });
    await all.page.getByRole("button", { name: "Move to another time" }).click();
    const times = all.page.locator("scheduling-time-list button");
    await times.first().waitFor();
    const listed = async () => (await times.allTextContents()).map(text => text.trim().replace(/\s/g, " "));
    return { ...all, times, listed };
}

const zone = async (page, name) => {
    await page.getByRole("combobox", { name: "Time zone" }).fill(name);
    await page.keyboard.press("Enter");
};

test("a_zone_switch_asks_nothing_and_keeps_the_instant", async t => {
    const { page, times } = await choosing(t, { guest: { timezone: "Europe/Berlin" }, at: "2035-01-14T12:00:00Z" });
    const first = await instantOf(times.first());
    const asked = page.traffic.length;
    await zone(page, "kiritimati");
    // 13 hours on: what began on the 14th in Berlin begins there on the 14th in the afternoon.
    await page.getByRole("heading", { name: "Sunday, January 14, 2035" }).waitFor();
    assert.equal(await page.locator(`scheduling-time-list button[data-at="${first.getTime()}"]`).textContent().then(text => text.trim().replace(/\s/g, " ")), "1:00 PM");
    await zone(page, "niue");
    // 24 hours back: that was on the 13th at noon.
    await page.getByRole("heading", { name: "Saturday, January 13, 2035" }).waitFor();
    await page.getByText("Times are shown in Niue Time.").waitFor();
    await zone(page, "berlin");
    await page.getByRole("heading", { name: "Sunday, January 14, 2035" }).waitFor();
    assert.equal(page.traffic.length, asked, "nothing is asked for");
});

test("days_belong_to_the_visitors_zone_in_kiritimati_and_niue", async t => {
    for (const [timezone, day, from] of [
        ["Pacific/Kiritimati", "Monday, January 15, 2035", "2035-01-14T10:00:00.000Z"],
        ["Pacific/Niue", "Sunday, January 14, 2035", "2035-01-14T11:00:00.000Z"],
    ]) {
        const { page, times, listed } = await choosing(t, { guest: { timezone }, at: "2035-01-14T20:30:00Z" });
        await page.getByRole("heading", { name: day }).waitFor();
        assert.equal((await instantOf(times.first())).toISOString(), from, "the day begins at its own midnight");
        assert.equal((await listed()).length, 47, "and is whole but for the time that is booked");
    }
});

test("a_repeated_hour_is_listed_twice_and_told_apart", async t => {
    // Sydney sets its clocks back from 3:00 to 2:00 on 1 April 2035, at 16:00 UTC of the day before.
    const { listed } = await choosing(t, { guest: { timezone: "Australia/Sydney" }, at: "2035-04-01T04:00:00Z" });
    const hours = (await listed()).filter(label => /^2:\d\d AM/.test(label));
    assert.deepEqual(hours, ["2:00 AM GMT+11", "2:30 AM GMT+11", "2:00 AM GMT+10", "2:30 AM GMT+10"]);
});

test("a_skipped_hour_is_not_listed", async t => {
    // Berlin's clocks go from 2:00 to 3:00 on 25 March 2035.
    const { page, listed } = await choosing(t, { guest: { timezone: "Europe/Berlin" }, at: "2035-03-25T12:00:00Z" });
    await page.getByText("Clocks change on this day.").waitFor();
    const labels = await listed();
    assert.deepEqual(labels.filter(label => /^2:\d\d AM/.test(label)), []);
    assert.ok(labels.includes("1:30 AM") && labels.includes("3:00 AM"));
});

test("a_wrong_client_clock_offers_nothing_past", async t => {
    for (const days of [-3, 2]) {
        const { page } = await managed(t, "client", { owner: WINDOW, at: 200 });
        await page.getByText("Confirmed").waitFor();
        await page.evaluate(off => {
            const now = Date.now.bind(Date);
            Date.now = () => now() + off * 86_400_000;
        }, days);
        await page.getByRole("button", { name: "Move to another time" }).click();
        await page.locator("scheduling-time-list button").first().waitFor();
        const earliest = await page.locator("scheduling-manage").evaluate(element => {
            const { marks } = element.shadowRoot.querySelector("scheduling-month");
            return [...marks.keys()].sort()[0];
        });
        assert.ok(earliest >= new Date().toISOString().slice(0, 10), `${earliest} is over`);
    }
});

test("weeks_start_as_the_locale_says", async t => {
    for (const [locale, first] of [["en-US", "Sunday"], ["en-GB", "Monday"], ["en-EG", "Saturday"]]) {
        const { page } = await managed(t, "client", { page: { locale }, attributes: `locale="${locale}"`, at: 70 });
        await page.locator("#move").click();
        await page.locator("scheduling-time-list button").first().waitFor();
        assert.match(await page.locator("calendar-month th").first().textContent(), new RegExp(`^${first}`));
    }
});

test("utc_can_be_chosen_and_kolkata_is_shown_as_it_was_picked", async t => {
    const { page } = await choosing(t, { guest: { timezone: "Asia/Calcutta" }, at: 70 });
    const box = page.getByRole("combobox", { name: "Time zone" });
    assert.match(await box.inputValue(), /^(Kolkata|Calcutta), India Standard Time/);
    await zone(page, "utc");
    assert.match(await box.inputValue(), /^UTC/);
    await zone(page, "kolkata");
    assert.match(await box.inputValue(), /^Kolkata/);
});

test("persian_and_thai_readers_see_gregorian_cells_and_labels", async t => {
    // Their texts are English; their browsers' dates would be of other calendars.
    for (const locale of ["fa-IR", "th-TH"]) {
        const { page } = await choosing(t, { page: { locale }, at: "2035-01-14T12:00:00Z" });
        await page.getByRole("button", { name: "Sunday, January 14, 2035, 47 times" }).waitFor();
        assert.match(await shown(page), /January/);
    }
});

