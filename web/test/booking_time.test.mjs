// Times on the booking page: one zone for all that is shown, days that are the guest's, and clocks that change.
import assert from "node:assert/strict";
import test from "node:test";

import { AROUND_MIDNIGHT, asked, everyDay, heading, introduce, one, owner, pick, send, times, visit, waitFor, wholeDays } from "./stage/index.mjs";

/** Picks a zone by what is typed. */
async function choose(page, words, city) {
    const input = page.locator("scheduling-zone-picker input");
    await input.click();
    await input.fill(words);
    await page.locator("scheduling-zone-picker [role=option]", { hasText: city }).first().click();
}
const instants = page => times(page).evaluateAll(all => all.map(button => Number(button.dataset.at)));
const dayIn = (at, timeZone) => new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(at);

test("a_zone_switch_asks_nothing_and_keeps_the_instant", async t => {
    const mine = await owner("client", { hours: AROUND_MIDNIGHT });
    const page = await visit(t, mine.slug, { timezoneId: "Europe/Madrid" });
    await times(page).first().waitFor();
    await waitFor("the next month", () => asked(page, "link_slots").filter(({ status }) => status === 200).length === 2);
    const [first] = await instants(page);
    const before = page.traffic.length;
    for (const [words, city, zone] of [["tokyo", "Tokyo", "Asia/Tokyo"], ["calcutta", "Kolkata", "Asia/Kolkata"], ["UTC", "UTC", "UTC"], ["niue", "Niue", "Pacific/Niue"]]) {
        await choose(page, words, city);
        await waitFor(`the first time in ${zone}`, async () => (await instants(page)).includes(first));
        const same = (await instants(page)).every(at => dayIn(at, zone) === dayIn(first, zone));
        assert.ok(same, `one day of ${zone}`);
    }
    assert.equal(page.traffic.length, before, "no request");
    await page.locator(`[data-at="${first}"]`).click();
    const email = await introduce(page);
    await send(page).click();
    await heading(page, "done").waitFor();
    const [zone, at] = await Promise.all(["timezone", "starts_at"].map(column =>
        one(`select m.${column} from scheduling.meetings m join scheduling.contacts c on c.id = m.contact_id where c.email = $1`, email)));
    assert.deepEqual([zone, at.getTime()], ["Pacific/Niue", first]);
    // The choice is the tab's.
    await page.reload();
    await times(page).first().waitFor();
    assert.match(await page.locator("scheduling-zone-picker input").inputValue(), /Niue/);
});

for (const zone of ["Pacific/Kiritimati", "Pacific/Niue"]) {
    test(`days_belong_to_the_visitors_zone_in_kiritimati_and_niue (${zone})`, async t => {
        // The month after the first one is whole: it ends within the window.
        const mine = await owner("client", { link: { minimum_notice_minutes: 3 * 1440, booking_window_days: 120, duration_minutes: 60 } });
        const page = await visit(t, mine.slug, { timezoneId: zone });
        await times(page).first().waitFor();
        await page.locator("calendar-date").getByRole("button", { name: "Next month" }).click();
        for (const which of ["first", "last"]) {
            const free = page.locator("calendar-month button[part~=free]");
            await free[which]().waitFor();
            await free[which]().click();
            await waitFor("the day", async () => new Set((await instants(page)).map(at => dayIn(at, zone))).size === 1 && (await instants(page)).length === 24);
        }
    });
}

test("a_repeated_hour_is_listed_twice_and_told_apart_and_a_skipped_one_is_not_listed", async t => {
    const mine = await owner("client", { link: { booking_window_days: 3650, duration_minutes: 60 } });
    for (const [day, count, labels] of [["2035-11-04", 25, ["1:00 AM EDT", "1:00 AM EST"]], ["2035-03-11", 23, ["1:00 AM", "3:00 AM"]]]) {
        const page = await visit(t, mine.slug, { timezoneId: "America/New_York", attributes: `date="${day}"` });
        await times(page).first().waitFor();
        const texts = (await times(page).allInnerTexts()).map(text => text.replaceAll("\u202f", " "));
        assert.equal(texts.length, count, day);
        assert.deepEqual(texts.slice(1, 3), labels);
        assert.ok(await page.getByText("Clocks change on this day.").isVisible());
    }
});

test("twelve_and_twenty_four_hours_are_a_press_apart", async t => {
    const mine = await owner("client", { hours: everyDay(["13:00", "14:00"]), link: { minimum_notice_minutes: wholeDays() } });
    const page = await visit(t, mine.slug);
    await times(page).first().waitFor();
    await page.getByRole("button", { name: "24 h" }).click();
    assert.deepEqual(await times(page).allInnerTexts(), ["13:00", "13:30"]);
    await pick(page);
    assert.ok(await page.getByText("13:00").first().isVisible());
});
