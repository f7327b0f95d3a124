// The whole way, as guests go it: from the page that the database serves, by the mail, to another time and to
// none. What a single state shows is tried in the files of the elements.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";

import { mailTo, MODES, open, owner, served, sql } from "./stage/index.mjs";

const times = page => page.locator("scheduling-time-list button");

/** Picks the n-th time that is listed; the instant that its button carries. */
async function pick(page, n = 0) {
    const button = times(page).nth(n);
    const at = new Date(Number(await button.getAttribute("data-at")));
    await button.click();
    return at;
}

/** Fills the form in and books. */
async function fill(page, { name = "Ada Guest", email }, { label = {} } = {}) {
    await page.locator("input[autocomplete=name]").fill(name);
    await page.locator("input[autocomplete=email]").fill(email);
    await page.getByRole("button", { name: label.book ?? "Book", exact: true }).click();
}

const manageLink = mail => mail.links.find(link => link.includes("/rpc/manage_page#manage="));

for (const mode of MODES) {
    test(`a_visitor_books_from_slug_to_mail_in_both_modes (${mode})`, async t => {
        const { slug, names, id } = await owner(mode, { timezone: "America/New_York" });
        const email = `${randomUUID()}@guest.example`;
        const meeting = () =>
            sql(`select id, status, starts_at, timezone, cancel_reason from scheduling.${names.meetings} where ${names.key} = $1`, id);

        // From the slug to the confirmation.
        const page = await open(t, { timezoneId: "Asia/Kolkata", locale: "en-GB" });
        await page.goto(served("booking_page", { slug }));
        await times(page).first().waitFor();
        assert.deepEqual(await meeting(), []);
        const first = await pick(page, 1);
        await fill(page, { email });
        await page.getByRole("heading", { name: "Booked" }).waitFor();
        const [booked] = await meeting();
        assert.deepEqual([booked.status, booked.starts_at], ["confirmed", first]);
        // Chromium's own spelling of the zone.
        assert.ok(["Asia/Kolkata", "Asia/Calcutta"].includes(booked.timezone), booked.timezone);

        // By the link in the mail, on another device.
        const mail = await mailTo(email, "confirmation");
        const link = manageLink(mail);
        assert.ok(link, mail.links.join("\n"));
        const phone = await open(t, { viewport: { width: 360, height: 740 }, timezoneId: "Asia/Kolkata", locale: "en-GB" });
        await phone.goto(link);
        await phone.getByRole("button", { name: "Move to another time" }).click();
        await times(phone).first().waitFor();
        assert.deepEqual(await meeting(), [booked], "looking changes nothing");
        const second = await pick(phone, 4);
        assert.notDeepEqual(second, first);
        await phone.getByRole("button", { name: "Confirm the new time" }).click();
        await phone.getByText("Your booking has been moved").first().waitFor();
        const [moved] = await meeting();
        assert.deepEqual([moved.id, moved.status, moved.starts_at], [booked.id, "confirmed", second]);
        assert.ok(manageLink(await mailTo(email, "rescheduled")));

        // And off, with a reason that the owner reads.
        await phone.getByRole("button", { name: "Cancel booking" }).click();
        await phone.getByLabel("Reason").fill("The train is late");
        await phone.getByRole("button", { name: "Cancel booking" }).last().click();
        await phone.getByText("Your booking has been cancelled").first().waitFor();
        const [off] = await meeting();
        assert.deepEqual([off.status, off.cancel_reason], ["cancelled", "The train is late"]);
        await mailTo(email, "cancelled");

        // The old link, opened once more, says what has become of it.
        const later = await open(t);
        await later.goto(link);
        await later.getByText("cancelled", { exact: false }).first().waitFor();
        assert.equal(await later.getByRole("button", { name: "Cancel booking" }).count(), 0);
    });
}

test("two browsers race for one slot, and one is told so and books another", async t => {
    const { slug, names, id } = await owner("client");
    const [one, two] = [await open(t, { answers: [409] }), await open(t, { answers: [409] })];
    for (const page of [one, two]) {
        await page.goto(served("booking_page", { slug }));
        await times(page).first().waitFor();
    }
    assert.deepEqual(await pick(one), await pick(two));
    const emails = [`${randomUUID()}@guest.example`, `${randomUUID()}@guest.example`];
    await Promise.all([fill(one, { email: emails[0] }), fill(two, { email: emails[1] })]);
    const booked = page => page.getByRole("heading", { name: "Booked" });
    const taken = page => page.getByRole("alert").filter({ hasText: "just been taken" });
    await Promise.all([one, two].map(page => booked(page).or(taken(page)).first().waitFor()));
    const rows = () => sql(`select status from scheduling.${names.meetings} where ${names.key} = $1`, id);
    assert.equal((await rows()).length, 1);
    const [loser] = (await booked(one).count()) ? [two] : [one];
    assert.equal(await taken(loser).count(), 1);
    // What was typed is still there, so one press on a time and one on Book are enough.
    await pick(loser, 6);
    assert.notEqual(await loser.locator("input[autocomplete=email]").inputValue(), "");
    await loser.getByRole("button", { name: "Book", exact: true }).click();
    await booked(loser).waitFor();
    assert.equal((await rows()).length, 2);
});
