// The page to manage a booking, by keyboard, by ear, in narrow and in coloured-over windows.
import assert from "node:assert/strict";
import test from "node:test";

import { axe, MODES, sql } from "./stage/index.mjs";
import { focused, managed } from "./manage/page.mjs";

const press = async (page, ...keys) => {
    for (const key of keys) await page.keyboard.press(key);
};

/** Presses Tab until this has the focus. */
async function tabTo(page, name) {
    for (let n = 0; n < 40; n++) {
        if (name.test(await focused(page))) return;
        await page.keyboard.press("Tab");
    }
    assert.fail(`Tab never came to ${name}`);
}

/** Each sentence that the live regions have said, in order. */
const listen = page =>
    page.evaluate(() => {
        window.said = [];
        const { shadowRoot } = document.querySelector("scheduling-manage");
        const heard = new Map();
        const look = () => {
            for (const region of shadowRoot.querySelectorAll('[role="status"], [role="alert"]')) {
                const text = region.textContent.trim();
                if (heard.get(region) !== text && text) window.said.push(`${region.role ?? region.getAttribute("role")}: ${text}`);
                heard.set(region, text);
            }
        };
        new MutationObserver(look).observe(shadowRoot, { subtree: true, childList: true, characterData: true });
    });

for (const mode of MODES) {
    test(`keyboard_alone_moves_and_cancels (${mode})`, async t => {
        const { page, meeting, row } = await managed(t, mode, { at: 70 });
        await page.getByText("Confirmed").waitFor();
        await tabTo(page, /^Move to another time$/);
        await press(page, "Enter");
        await page.locator("scheduling-time-list button").first().waitFor();
        assert.equal(await focused(page), "Choose a new time");
        // To the days, one further, and into its times.
        await tabTo(page, /^\d{1,2}$/);
        await press(page, "ArrowRight", "Enter");
        await page.waitForFunction(() => document.querySelector("scheduling-manage").shadowRoot.activeElement?.matches(".day"));
        await tabTo(page, /AM|PM/);
        const first = await focused(page);
        await press(page, "ArrowRight", "ArrowDown", "End", "Home");
        assert.equal(await focused(page), first);
        await press(page, "ArrowRight");
        const second = await focused(page);
        assert.notEqual(second, first);
        await press(page, "Enter");
        await page.getByRole("heading", { name: "Move your booking to this time?" }).waitFor();
        assert.equal(await focused(page), "Move your booking to this time?");
        await tabTo(page, /^Confirm the new time$/);
        await press(page, "Enter");
        await page.getByText("Your booking has been moved").first().waitFor();
        assert.notDeepEqual((await meeting()).starts_at, row.starts_at);
        assert.equal(await focused(page), "Your booking");
        await tabTo(page, /^Cancel booking$/);
        await press(page, "Enter");
        assert.equal(await focused(page), "Cancel this booking?");
        await press(page, "Tab");
        await page.keyboard.type("Ill");
        await tabTo(page, /^Cancel booking$/);
        await press(page, "Enter");
        await page.getByText("Your booking has been cancelled").first().waitFor();
        assert.equal(await focused(page), "Your booking");
        const { status, cancel_reason } = await meeting();
        assert.deepEqual([status, cancel_reason], ["cancelled", "Ill"]);
    });
}

test("the_times_are_one_stop_for_tab_and_mirror_with_the_page", async t => {
    for (const [dir, forward] of [["ltr", "ArrowRight"], ["rtl", "ArrowLeft"]]) {
        const { page } = await managed(t, "client", { dir, at: 70 });
        await page.getByRole("button", { name: "Move to another time" }).click();
        const times = page.locator("scheduling-time-list button");
        await times.first().waitFor();
        assert.equal(await page.locator('scheduling-time-list button[tabindex="0"]').count(), 1);
        await times.first().focus();
        await press(page, forward);
        assert.equal(await focused(page), (await times.nth(1).textContent()).trim());
    }
});

test("focus_lands_where_the_table_says_in_each_state", async t => {
    const { page } = await managed(t, "client", { page: { answers: [409] } });
    await page.getByText("Confirmed").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true, "loading moves no focus");
    const button = name => page.getByRole("button", { name });
    await button("Move to another time").click();
    assert.equal(await focused(page), "Choose a new time");
    await button("Back").click();
    assert.equal(await focused(page), "Move to another time");
    await button("Cancel booking").click();
    assert.equal(await focused(page), "Cancel this booking?");
    await button("Keep booking").click();
    assert.equal(await focused(page), "Cancel booking");
    await button("Move to another time").click();
    await page.locator("scheduling-time-list button").first().click();
    assert.equal(await focused(page), "Move your booking to this time?");
    await button("Choose another time").click();
    await page.locator("scheduling-time-list button").first().waitFor();
    assert.equal(await focused(page), "Choose a new time");
});

test("each_state_is_spoken_once", async t => {
    const { page } = await managed(t, "client", { at: 70 });
    await page.getByText("Confirmed").waitFor();
    await listen(page);
    await page.getByRole("button", { name: "Move to another time" }).click();
    await page.locator("scheduling-time-list button").first().click();
    await page.getByRole("button", { name: "Confirm the new time" }).click();
    await page.getByText("Your booking has been moved").first().waitFor();
    await page.getByRole("button", { name: "Cancel booking" }).click();
    await page.getByRole("button", { name: "Cancel booking" }).click();
    await page.getByText("Your booking has been cancelled").first().waitFor();
    assert.deepEqual(await page.evaluate(() => window.said), [
        "status: Moving…", "status: Your booking has been moved", "status: Cancelling…", "status: Your booking has been cancelled",
    ]);
});

test("days_are_called_in_full_with_how_many_times_they_have", async t => {
    const { page } = await managed(t, "client", { at: "2035-01-14T12:00:00Z", owner: { link: { booking_window_days: 3650 } } });
    await page.getByRole("button", { name: "Move to another time" }).click();
    await page.getByRole("button", { name: "Sunday, January 14, 2035, 47 times" }).waitFor();
    await page.getByRole("button", { name: "Next month" }).click();
    await page.getByRole("button", { name: "Thursday, February 1, 2035, 48 times" }).waitFor();
    await page.getByRole("button", { name: "Previous month" }).click();
    await page.getByRole("button", { name: "Monday, January 15, 2035, 48 times" }).waitFor();
});

/** Opens each state of the page in turn, and has it looked at. */
async function everyState(t, more, look) {
    const { page, whose, row } = await managed(t, "client", {
        ...more, at: 70,
        owner: { timezone: "America/New_York", link: { title: "Check-up", description: "Bring your X-ray: https://acme.example/x", location: "12 Main Street" } },
    });
    await page.locator("#move").waitFor();
    await look(page, "seen");
    await page.locator("#cancel").click();
    await look(page, "cancelling");
    await page.locator("form button[type=button]").click();
    await page.locator("#move").click();
    await page.locator("scheduling-time-list button").first().waitFor();
    await look(page, "choosing");
    // A word makes the list short: of four hundred rows axe would look at each.
    await page.locator("scheduling-zone-picker input").fill("new");
    await page.locator("scheduling-zone-picker li").first().waitFor();
    await look(page, "picking a zone");
    await page.keyboard.press("Escape");
    await page.locator("scheduling-time-list button").first().click();
    await look(page, "confirming");
    await page.locator("button.primary").click();
    await page.locator(".notice.success").waitFor();
    await look(page, "moved");
    await sql("update scheduling.booking_links set cancel_notice_minutes = null where slug = $1", whose.slug);
    await page.locator("#cancel").click();
    await page.locator("form button.danger").click();
    await page.getByRole("alert").waitFor();
    await look(page, "refused");
    await sql("update scheduling.booking_links set cancel_notice_minutes = 0 where slug = $1", whose.slug);
    await sql("select scheduling.cancel_booking($1, 'Ill')", row.manage_token);
    await page.reload();
    await page.locator(".status.ended").waitFor();
    await look(page, "cancelled");
    await page.evaluate(() => (location.hash = "#manage=nothing"));
    await page.waitForFunction(() => !document.querySelector("scheduling-manage").shadowRoot.querySelector(".status"));
    await look(page, "gone");
}

for (const [lang, dir] of [["en", "ltr"], ["ar", "rtl"]]) {
    test(`axe_finds_nothing_in_any_state_light_dark_and_rtl (${lang})`, async t => {
        await everyState(t, { lang, dir, page: { answers: [404, 409] } }, page => axe(page));
    });
}

for (const width of [320, 360]) {
    test(`nothing_is_lost_at_320_px_or_400_percent (${width})`, async t => {
        await everyState(t, { page: { answers: [404, 409], viewport: { width, height: 640 } } }, async (page, state) => {
            const { wide, small } = await page.evaluate(() => {
                const { shadowRoot } = document.querySelector("scheduling-manage");
                const all = root => [...root.querySelectorAll("*")].flatMap(one => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
                const buttons = all(shadowRoot).filter(one => one.matches("button, input, textarea, a.button, [role=option]") && one.checkVisibility());
                return {
                    wide: document.documentElement.scrollWidth - innerWidth,
                    small: buttons.map(one => [one.textContent.trim(), one.getBoundingClientRect()])
                        .filter(([, { width, height }]) => height < 44 || width < 24).map(([text, box]) => `${text} ${box.width}x${box.height}`),
                };
            });
            assert.ok(wide <= 0, `${state} scrolls sideways by ${wide} px`);
            assert.deepEqual(small, [], `${state} has targets that are hard to hit`);
        });
    });
}

test("forced_colors_tell_free_from_taken", async t => {
    const { page } = await managed(t, "client", { page: { forcedColors: "active" }, at: 70 });
    await page.getByRole("button", { name: "Move to another time" }).click();
    await page.locator("scheduling-time-list button").first().waitFor();
    const edge = name => page.getByRole("button", { name }).first().evaluate(button => {
        const { borderTopWidth, borderTopStyle, color } = getComputedStyle(button);
        return [borderTopStyle !== "none" && parseFloat(borderTopWidth) >= 2, color].join();
    });
    assert.notEqual(await edge(/, \d+ times/), await edge(/, no times/));
});

test("the_zone_is_found_and_picked_by_keyboard", async t => {
    const { page } = await managed(t, "client", { guest: { timezone: "Europe/Berlin" }, at: 70 });
    await page.getByRole("button", { name: "Move to another time" }).click();
    await page.locator("scheduling-time-list button").first().waitFor();
    const requests = page.traffic.length;
    const zone = page.getByRole("combobox", { name: "Time zone" });
    await zone.focus();
    await page.keyboard.type("calcutta");
    await page.getByRole("option", { name: /Kolkata/ }).waitFor();
    assert.equal(await zone.getAttribute("aria-expanded"), "true");
    await press(page, "Escape");
    assert.equal(await zone.getAttribute("aria-expanded"), "false");
    assert.match(await zone.inputValue(), /Berlin/, "Escape leaves it as it was");
    await zone.focus();
    await page.keyboard.type("+5:45");
    await page.getByRole("option", { name: /Kathmandu/ }).waitFor();
    await press(page, "Enter");
    assert.match(await zone.inputValue(), /Kathmandu/);
    await page.getByText("Times are shown in Nepal Time.").waitFor();
    assert.equal(page.traffic.length, requests, "nothing is asked for");
});
