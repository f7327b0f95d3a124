// The page on which a guest sees, moves and cancels a booking.
import assert from "node:assert/strict";
import test from "node:test";

import { api, book, embed, mailTo, MODES, one, open, owner, served, sql, starts, STRICT, waitFor } from "./stage/index.mjs";
import { choose, HOSTILE, instantOf, managed, markup, shown } from "./manage/page.mjs";

const heading = (page, name) => page.getByRole("heading", { name });

for (const mode of MODES) {
    test(`opening_any_mailed_link_changes_nothing (${mode})`, async t => {
        for (const link of [
            (address, token) => `${address}#manage=${token}`,
            (address, token) => `${address}?manage_token=${token}`,
        ]) {
            let before;
            const { page, meeting, row } = await managed(t, mode, {
                link,
                before: async ({ whose, row }) => {
                    // The worker writes of the booking itself first.
                    const booked = await waitFor("the confirmation", async () => {
                        const [now] = await sql(`select * from scheduling.${whose.names.meetings} where id = $1`, row.meeting_id);
                        return now.confirmation_sent_at && now;
                    });
                    before = { meeting: booked, mails: await mailsOf(row.meeting_id) };
                },
            });
            await page.getByText("Confirmed").waitFor();
            await page.getByRole("button", { name: "Cancel booking" }).click();
            await page.getByRole("button", { name: "Keep booking" }).click();
            await page.getByRole("button", { name: "Move to another time" }).click();
            await page.locator("scheduling-time-list button").first().click();
            const asked = page.traffic.filter(({ url }) => url.includes("/rpc/")).map(({ url }) => new URL(url).pathname);
            assert.deepEqual(
                new Set(asked), new Set(["/rpc/get_booking", "/rpc/booking_slots", "/rpc/get_booking_link"]),
                "nothing that writes is asked for",
            );
            assert.deepEqual(await meeting(), before.meeting);
            assert.equal(await mailsOf(row.meeting_id), before.mails);
        }
    });

    test(`a_booking_moves_after_both_times_were_shown (${mode})`, async t => {
        const { page, meeting, row } = await managed(t, mode, {
            guest: { timezone: "Asia/Tokyo" }, page: { locale: "en-GB" }, at: 40,
        });
        await page.evaluate(() => {
            addEventListener("scheduling-moved", event => (window.told = event.detail));
        });
        await page.getByRole("button", { name: "Move to another time" }).click();
        const picked = page.locator("scheduling-time-list button").nth(2);
        const wanted = await instantOf(picked);
        await picked.click();
        const shown = at =>
            new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit" }).format(at);
        await page.locator(".old").getByText(shown(row.starts_at)).waitFor();
        await page.locator(".new").getByText(shown(wanted)).waitFor();
        assert.deepEqual((await meeting()).starts_at, row.starts_at, "choosing moves nothing");
        await page.getByRole("button", { name: "Confirm the new time" }).click();
        await page.getByText("Your booking has been moved").first().waitFor();
        assert.deepEqual((await meeting()).starts_at, wanted);
        const told = await page.evaluate(() => window.told);
        assert.deepEqual(Object.keys(told).sort(), ["ends_at", "meeting_id", "starts_at"]);
        assert.equal(new Date(told.starts_at).getTime(), wanted.getTime());
    });

    test(`a_booking_moves_onto_its_own_old_time (${mode})`, async t => {
        const { page, meeting, row } = await managed(t, mode, {
            owner: { link: { duration_minutes: 60, slot_interval_minutes: 30 } }, at: 61,
        });
        await page.getByRole("button", { name: "Move to another time" }).click();
        const half = row.starts_at.getTime() + 30 * 60_000;
        await page.locator(`scheduling-time-list button[data-at="${half}"]`).click();
        await page.getByRole("button", { name: "Confirm the new time" }).click();
        await page.getByText("Your booking has been moved").first().waitFor();
        assert.equal((await meeting()).starts_at.getTime(), half);
    });

    test(`a_booking_is_cancelled_with_its_reason (${mode})`, async t => {
        const { page, meeting } = await managed(t, mode, { attributes: 'booking-path="https://book.example/"' });
        await page.getByRole("button", { name: "Cancel booking" }).click();
        await page.getByLabel("Reason").fill("  My plans have changed.  ");
        assert.equal((await meeting()).status, "confirmed", "a question is no answer");
        await page.getByRole("button", { name: "Cancel booking" }).click();
        await page.getByText("Your booking has been cancelled").first().waitFor();
        const { status, cancel_reason, cancelled_by } = await meeting();
        assert.deepEqual({ status, cancel_reason, cancelled_by }, {
            status: "cancelled", cancel_reason: "My plans have changed.", cancelled_by: "guest",
        });
        assert.match(await page.getByRole("link", { name: "Book again" }).getAttribute("href"), /^https:\/\/book\.example\/link-/);
        assert.equal(await page.getByRole("button", { name: /move|cancel/i }).count(), 0);
        assert.equal(await page.getByText("Add to calendar").count(), 0, "what is cancelled goes into no calendar");
    });
}

const mailsOf = meeting => one("select count(*)::int from scheduling.emails where meeting_id = $1", meeting);

test("the_served_page_shows_moves_and_cancels_under_its_own_policy", async t => {
    const { slug } = await owner("client");
    for (const to of [token => served("manage_page", {}, `manage=${token}`), token => served("manage_page", { manage_token: token })]) {
        const { manage_token } = await book(slug, (await starts(slug))[60]);
        const page = await open(t);
        await page.goto(to(manage_token));
        await page.locator('[aria-level="1"]').getByText("Your booking").waitFor();
        assert.equal(page.url(), served("manage_page"));
        await choose(page);
        await page.getByRole("button", { name: "Confirm the new time" }).click();
        await page.getByText("Your booking has been moved").first().waitFor();
        await page.getByRole("button", { name: "Cancel booking" }).click();
        await page.getByRole("button", { name: "Cancel booking" }).click();
        await page.getByText("Your booking has been cancelled").first().waitFor();
        await page.getByRole("link", { name: "Book again" }).click();
        await page.waitForURL(served("booking_page", { slug }));
        page.quiet();
    }
});

test("a_booking_is_shown_in_the_guests_zone_with_the_owners_beside", async t => {
    const { page } = await managed(t, "client", {
        owner: { timezone: "America/New_York", link: { title: "Check-up", location: "12 Main Street", booking_window_days: 3650 } },
        at: "2035-01-14T20:30:00Z", guest: { timezone: "Asia/Kolkata", name: "Ada Guest", email: `ada.${Date.now()}@guest.example` },
        page: { locale: "en-GB", timezoneId: "Pacific/Niue" },
    });
    // UTC+5:30 and UTC-5, by hand.
    await page.getByText("Monday, 15 January 2035").or(page.getByText("Monday 15 January 2035")).waitFor();
    await page.getByText("02:00").first().waitFor();
    await page.getByText(/India Standard Time/).waitFor();
    await page.getByText(/Sun,? 14 Jan, 15:30.16:00 GMT-5 for Acme Dental/).waitFor();
    for (const text of ["Check-up", "12 Main Street", "Ada Guest"]) await page.getByText(text).first().waitFor();
});

test("what_is_past_its_notice_says_so", async t => {
    const said = async (link, before) => {
        const { page } = await managed(t, "client", { owner: { link }, before, at: 3 });
        await page.getByRole("heading", { name: "Your booking" }).waitFor();
        await page.getByText(/Confirmed|Past/).first().waitFor();
        return {
            text: await page.locator("section p.muted").allTextContents(),
            buttons: await page.getByRole("button", { name: /Move to|Cancel booking/ }).allTextContents(),
        };
    };
    const late = await said({ cancel_notice_minutes: 10_000, reschedule_notice_minutes: 10_000 });
    assert.match(late.text[0], /could be moved or cancelled until .+ Please contact .*Acme Dental/);
    assert.deepEqual(late.buttons, []);
    const never = await said({ cancel_notice_minutes: null, reschedule_notice_minutes: null });
    assert.match(never.text[0], /cannot be moved or cancelled here\. Please contact .*Acme Dental/);
    assert.deepEqual(never.buttons, []);
    const one_of_them = await said({ cancel_notice_minutes: null, reschedule_notice_minutes: 30 });
    assert.match(one_of_them.text[0], /can move this booking until/);
    assert.match(one_of_them.text[1], /cannot be cancelled here/);
    assert.deepEqual(one_of_them.buttons.map(text => text.trim()), ["Move to another time"]);
    const over = await said({}, ({ whose, row }) =>
        sql(
            `update scheduling.${whose.names.meetings} set starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'
             where id = $1`, row.meeting_id,
        ));
    assert.deepEqual([over.text[0], over.buttons], ["This booking has begun or is over. It can no longer be changed.", []]);
});

test("the_notice_that_passes_while_the_page_is_open_is_said_on_pressing", async t => {
    const { page, whose, meeting } = await managed(t, "user", { page: { answers: [409] } });
    await choose(page);
    await sql("update scheduling.booking_links set reschedule_notice_minutes = 1000000 where slug = $1", whose.slug);
    await page.getByRole("button", { name: "Confirm the new time" }).click();
    await page.getByText(/could be moved until/).waitFor();
    await page.getByRole("alert").getByText("This is no longer possible.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Move to another time" }).count(), 0);
    await page.getByRole("button", { name: "Cancel booking" }).waitFor();
    assert.equal((await meeting()).status, "confirmed");
});

test("a_link_that_opens_nothing_says_so_and_nothing_more", async t => {
    for (const token of ["nonsense", "x".repeat(66), "x".repeat(500_000), "%00", "<b>bold</b>"]) {
        const { page } = await managed(t, "client", { page: { answers: [400, 404, 413] }, link: address => `${address}#manage=${token}` });
        await heading(page, "This link is no longer valid").waitFor();
        assert.doesNotMatch(await shown(page), /Acme|bold|PT404/);
    }
    const { page } = await managed(t, "client", { link: address => address });
    await heading(page, "This link is no longer valid").waitFor();
    assert.equal(page.traffic.filter(({ url }) => url.includes("/rpc/")).length, 0, "without a token there is nothing to ask");
});

test("no_token_is_in_address_referrer_log_storage_or_message", async t => {
    for (const link of [(address, token) => `${address}#manage=${token}`, (address, token) => `${address}?manage_token=${token}&x=1`]) {
        const { page, row } = await managed(t, "client", { link });
        const token = row.manage_token;
        await page.evaluate(() => {
            window.heard = [];
            for (const name of ["ready", "moved", "cancelled", "refused"]) {
                addEventListener(`scheduling-${name}`, event => window.heard.push(JSON.stringify(event.detail)));
            }
            addEventListener("message", event => window.heard.push(JSON.stringify(event.data)));
        });
        await choose(page);
        await page.getByRole("button", { name: "Confirm the new time" }).click();
        await page.getByText("Your booking has been moved").first().waitFor();
        const seen = await page.evaluate(() => ({
            address: location.href,
            storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
            heard: window.heard.join(),

        }));
        seen.page = await markup(page);
        assert.match(seen.page, /Your booking has been moved/);
        for (const [where, text] of Object.entries(seen)) assert.ok(!text.includes(token), `it is in the ${where}`);
        assert.match(seen.heard, /meeting_id/);
        const own = new URL(page.url()).origin;
        for (const { url, request } of page.traffic) {
            if (new URL(url).origin !== own) {
                assert.ok(!url.includes(token), `it is in the address ${url}`);
                assert.equal((await request.allHeaders()).referer, undefined);
            }
        }
    }
});

test("a_reload_shows_the_booking_again_and_a_newer_link_wins", async t => {
    const { page, row, address } = await managed(t, "client", { owner: { link: { title: "First visit" } } });
    await page.getByText("First visit").waitFor();
    await page.reload();
    await page.getByText("First visit").waitFor();
    assert.equal(page.url(), address);
    const other = await managed(t, "client", { owner: { link: { title: "Second visit" } } });
    // The page is the same to the browser, which loads nothing anew.
    await page.evaluate(token => (location.hash = `#manage=${token}`), other.row.manage_token);
    await page.getByText("Second visit").waitFor();
    assert.ok(!page.url().includes(other.row.manage_token) && !page.url().includes(row.manage_token));
});

test("a_booking_changed_in_another_tab_is_shown_when_this_one_wakes", async t => {
    const { page, row } = await managed(t, "client");
    await page.getByText("Confirmed").waitFor();
    await sql("select scheduling.cancel_booking($1)", row.manage_token);
    await page.evaluate(() => {
        const later = Date.now() + 120_000;
        Date.now = () => later;
        document.dispatchEvent(new Event("visibilitychange"));
    });
    await page.locator(".notice").getByText("This booking has been changed in the meantime.").waitFor();
    await page.getByText("Cancelled").waitFor();
});

test("the_invitation_is_saved_as_the_servers_file", async t => {
    const { page, row } = await managed(t, "client");
    const [download] = await Promise.all([
        page.waitForEvent("download"), page.getByRole("button", { name: "Calendar file" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "booking.ics");
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const file = Buffer.concat(chunks).toString();
    assert.match(file, /^BEGIN:VCALENDAR/);
    assert.ok(file.includes(row.starts_at.toISOString().replace(/[-:]|\.000/g, "")));
    const google = new URL(await page.getByRole("link", { name: "Google Calendar" }).getAttribute("href"));
    assert.ok(google.searchParams.get("dates").startsWith(row.starts_at.toISOString().replace(/[-:]|\.000/g, "")));
});

test("hostile_titles_questions_names_and_zones_run_nothing", async t => {
    const { page } = await managed(t, "client", {
        owner: { name: HOSTILE, link: { title: HOSTILE, description: HOSTILE, location: "javascript:document.title='run'" } },
        guest: { name: HOSTILE },
    });
    await page.getByText("Confirmed").waitFor();
    assert.ok((await shown(page)).includes("{{7*7}}"));
    const addresses = await page.locator("scheduling-manage a").evaluateAll(links => links.map(link => link.href));
    assert.deepEqual(addresses.filter(address => !address.startsWith("https://")), []);
    await page.getByRole("button", { name: "Cancel booking" }).click();
    await page.getByLabel("Reason").fill(HOSTILE);
    await page.getByRole("button", { name: "Cancel booking" }).click();
    await page.getByText("Your booking has been cancelled").first().waitFor();
    assert.equal(await page.title(), "A site");
    assert.equal(await page.locator("scheduling-manage img, scheduling-manage script").count(), 0);
});

test("two_scripts_on_one_page_share_their_elements", async t => {
    const { slug } = await owner("client");
    const { manage_token } = await book(slug, (await starts(slug))[60]);
    const page = await open(t);
    const head = '<script type="module" src="/dist/manage.js"></script>';
    const body = `<scheduling-booking api="${api}" slug="${slug}"></scheduling-booking>
        <scheduling-manage api="${api}" token="${manage_token}"></scheduling-manage>`;
    // Each script brings its own Lit, and with it a policy of the same name.
    const csp = STRICT.replace("trusted-types lit-html", "trusted-types lit-html 'allow-duplicates'");
    await page.goto(await embed(t, "booking.js", body, { head, csp }));
    await page.locator("scheduling-booking scheduling-time-list button").first().waitFor();
    await page.getByRole("button", { name: "Move to another time" }).click();
    await page.locator("scheduling-manage scheduling-time-list button").first().waitFor();
    assert.equal(await page.locator("scheduling-manage").getAttribute("token"), null, "a token stays in no attribute");
});

test("mails_lead_to_the_page_after_a_move", async t => {
    const email = `moved.${Date.now()}@guest.example`;
    const { page } = await managed(t, "client", { guest: { email } });
    await choose(page);
    await page.getByRole("button", { name: "Confirm the new time" }).click();
    await page.getByText(`We write to ${email} with the new time.`).waitFor();
    assert.ok(await mailTo(email, "rescheduled"));
});
