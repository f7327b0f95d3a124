// The booking page by keyboard, by ear, in dark, from right to left, in narrow windows and in forced colours.
import assert from "node:assert/strict";
import test from "node:test";

import {
    axe, book, everyDay, focused, heading, introduce, one, owner, pick, said, send, times, visit, waitFor, wholeDays,
} from "./stage/index.mjs";

const focusIs = (page, what) => waitFor(`the focus on ${what}`, async () => (await focused(page)) === what);
/** Presses Tab until this has the focus. */
async function tabTo(page, what, key = "Tab") {
    for (let n = 0; n < 60; n += 1) {
        if (what.test(await focused(page))) return;
        await page.keyboard.press(key);
    }
    assert.fail(`${what} is not to be reached: ${await focused(page)}`);
}

test("keyboard_alone_books", async t => {
    const mine = await owner("client", {
        link: { questions: [{ id: "kind", label: "Kind", type: "choice", options: ["A", "B"], required: true }] },
    });
    const page = await visit(t, mine.slug);
    await times(page).first().waitFor();
    await tabTo(page, /AM|PM/);
    const stop = await focused(page);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.notEqual(await focused(page), stop);
    const wanted = await focused(page);
    await page.keyboard.press("Enter");
    await focusIs(page, "form");
    await tabTo(page, /^field-name$/);
    await page.keyboard.type("Ada Guest");
    await tabTo(page, /^field-email$/);
    await page.keyboard.type("ada@guest.example");
    await tabTo(page, /^field-answers_kind$/);
    await page.keyboard.press("ArrowDown");
    await tabTo(page, /^Book$/);
    await page.keyboard.press("Enter");
    await focusIs(page, "done");
    const { answers, starts_at } = (await one(
        `select to_json(m) from scheduling.${mine.names.meetings} m where ${mine.names.key} = $1`, mine.id,
    ));
    assert.deepEqual(answers, { kind: "B" });
    const label = new Date(starts_at).toLocaleTimeString("en-US", { timeZone: "UTC", hour: "numeric", minute: "2-digit" });
    assert.equal(wanted.replaceAll("\u202f", " "), label.replaceAll("\u202f", " "));
});

test("focus_lands_where_the_table_says_in_each_state_and_each_is_spoken", async t => {
    const mine = await owner("user");
    const page = await visit(t, mine.slug, { answers: [409] });
    await times(page).first().waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.localName), "body", "arrival moves no focus");
    assert.equal(await said(page).textContent(), "");
    const day = page.locator("calendar-month button[part~=free]").last();
    await day.click();
    await focusIs(page, "times");
    assert.match(await said(page).textContent(), /, \d+ times$/);
    const at = await pick(page, 1);
    await focusIs(page, "form");
    assert.match(await said(page).textContent(), /picked$/);
    await send(page).click();
    await focusIs(page, "field-name");
    assert.equal(await page.locator("[role=alert]", { hasText: "2 fields need your attention." }).count(), 1);
    await introduce(page);
    await book(mine.slug, new Date(at));
    await send(page).click();
    await focusIs(page, "times");
    assert.equal(await page.locator("[role=alert]").count(), 1);
    await pick(page, 0);
    await page.getByRole("button", { name: "Change" }).click();
    await focusIs(page, "times");
    await pick(page, 0);
    await send(page).click();
    await focusIs(page, "done");
    await page.getByRole("button", { name: "Book another time" }).click();
    await focusIs(page, "times");
});

for (const [lang, dir] of [["en", "ltr"], ["ar", "rtl"]]) {
    test(`axe_finds_nothing_in_any_state_light_dark_and_rtl (${lang})`, async t => {
        // Few times: axe looks at each.
        const mine = await owner("client", {
            hours: everyDay(["09:00", "11:00"]),
            link: {
                minimum_notice_minutes: wholeDays(), duration_options: [60], location: "https://meet.example/x", description: "Hello\nhttps://a.example.",
                questions: [
                    { id: "a", label: "Kind", type: "choice", options: ["A", "B"], help: "Any" },
                    { id: "b", label: "Days", type: "choices", options: ["A", "B"] },
                    { id: "c", label: "City", type: "choice", options: ["1", "2", "3", "4", "5", "6", "7"] },
                ],
            },
        });
        const page = await visit(t, mine.slug, { answers: [409, 503], site: { lang, dir }, locale: lang });
        await times(page).first().waitFor();
        await axe(page);
        await page.locator("scheduling-zone-picker input").click();
        await page.locator("scheduling-zone-picker [role=option]").first().waitFor();
        await axe(page, { schemes: ["dark"] });
        await page.keyboard.press("Escape");
        const at = await pick(page, 1);
        await page.locator(".add").click();
        await send(page).click();
        await page.locator("p.error").first().waitFor();
        await axe(page);
        await introduce(page);
        await page.locator("#field-answers_a").check();
        await book(mine.slug, new Date(at));
        await send(page).click();
        await page.locator(".times [role=alert]").waitFor();
        await axe(page);
        await page.route("**/rpc/book", route => route.abort());
        await pick(page, 1);
        page.complaints.length = 0;
        await send(page).click();
        await page.locator("form [role=alert]").waitFor();
        await axe(page);
        page.complaints.splice(0);
        await page.unroute("**/rpc/book");
        await send(page).click();
        await heading(page, "done").waitFor();
        await axe(page);
    });
}

for (const width of [320, 360]) {
    // 1280 pixels at 400 percent are 320.
    test(`nothing_is_lost_at_${width}_px_or_400_percent`, async t => {
        const mine = await owner("client", {
            name: "Extraordinarily-Long-Names-GmbH-&-Co-KG-without-any-space-at-all",
            link: { title: "Anunusuallylongtitlethatdoesnotbreakanywhereatall", duration_options: [15, 60, 90], location: "x".repeat(90) },
        });
        const page = await visit(t, mine.slug, { viewport: { width, height: 640 }, attributes: 'locale="de"' });
        const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        await times(page).first().waitFor();
        assert.equal(await wide(), 0, "times");
        const small = await times(page).evaluateAll(all => all.filter(each => each.getBoundingClientRect().height < 48).length);
        assert.equal(small, 0, "times are 48 pixels high");
        await pick(page, 0);
        assert.equal(await wide(), 0, "the form");
        // What has the focus is not beneath the button that sticks to the end.
        for (const id of ["field-name", "field-email", "field-phone", "field-notes"]) {
            await page.locator(`#${id}`).focus();
            const hidden = await page.locator(`#${id}`).evaluate(input => {
                const { left, bottom, width } = input.getBoundingClientRect();
                const at = input.getRootNode().elementFromPoint(left + width / 2, Math.min(bottom, innerHeight) - 6);
                return at !== input;
            });
            assert.ok(!hidden, `${id} is hidden`);
        }
        await introduce(page);
        await send(page).click();
        await heading(page, "done").waitFor();
        assert.equal(await wide(), 0, "the confirmation");
    });
}

test("forced_colors_tell_free_from_taken", async t => {
    const hours = { ...everyDay(["09:00", "17:00"]), sunday: { enabled: false } };
    const mine = await owner("client", { hours });
    const page = await visit(t, mine.slug, { forcedColors: "active" });
    await times(page).first().waitFor();
    const border = locator => locator.first().evaluate(button => getComputedStyle(button).borderTopWidth);
    await page.locator("calendar-date").getByRole("button", { name: /Next|Nächster/ }).click();
    const free = page.locator("calendar-month button[part~=free]:not([part~=selected])");
    await free.first().waitFor();
    assert.notEqual(await border(free), await border(page.locator("calendar-month button[part~=disallowed]")));
});

test("loading_moves_nothing_that_is_there", async t => {
    const mine = await owner("client");
    let release;
    const held = new Promise(done => (release = done));
    const page = await visit(t, mine.slug, {
        before: page => page.route(/link_slots/, async route => {
            await held;
            await route.continue();
        }),
    });
    await page.locator("scheduling-month").waitFor();
    const place = () => page.locator("scheduling-month").evaluate(month => {
        const { top, left, width, height } = month.getBoundingClientRect();
        return [top, left, width, height].map(Math.round);
    });
    const before = await place();
    release();
    await times(page).first().waitFor();
    assert.deepEqual(await place(), before);
});
