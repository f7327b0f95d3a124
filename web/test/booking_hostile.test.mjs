// Text that means harm, in all places where an owner or an address can put some: it is shown, and does nothing.
// Every page here is under a policy without exceptions, and fails its test on the first directive that is broken.
import assert from "node:assert/strict";
import test from "node:test";

import { api, heading, introduce, one, open, owner, pick, send, served, times, visit } from "./stage/index.mjs";

const HARM = `"><img src=x onerror="window.harmed=1"><script>window.harmed=1</script>\${window.harmed=1}{{7*7}}`;
const harmed = page => page.evaluate(() => window.harmed);

test("hostile_titles_questions_names_and_zones_run_nothing", async t => {
    const mine = await owner("client", {
        name: HARM,
        link: {
            title: HARM, description: `${HARM}\njavascript:alert(1) https://a.example/"onmouseover="window.harmed=1`,
            location: HARM,
            questions: [
                { id: "a", label: HARM, help: HARM, placeholder: HARM },
                { id: "b", label: HARM, type: "choice", options: [HARM, "B"] },
                { id: "c", label: HARM, type: "choice", options: [HARM, "2", "3", "4", "5", "6", "7"] },
            ],
        },
    });
    for (const go of [
        async () => visit(t, mine.slug),
        async () => {
            const page = await open(t);
            await page.goto(served("booking_page", { slug: mine.slug, name: HARM, timezone: HARM, locale: HARM, theme: HARM }, `notes=${encodeURIComponent(HARM)}`));
            return page;
        },
    ]) {
        const page = await go();
        await pick(page);
        assert.ok((await page.locator("scheduling-booking h2").first().textContent()).includes("<script>"), "shown as it is");
        await introduce(page);
        await page.locator("#field-answers_a").fill(HARM);
        await page.locator("#field-answers_b").check();
        await page.locator("#field-answers_c").selectOption(HARM);
        await send(page).click();
        await heading(page, "done").waitFor();
        assert.equal(await harmed(page), undefined);
        assert.equal(await page.locator("scheduling-booking img, scheduling-booking script").count(), 0);
    }
    const answers = await one(`select answers from scheduling.meetings where client_id = $1 limit 1`, mine.id);
    assert.deepEqual(answers, { a: HARM, b: HARM, c: HARM });
});

test("javascript_addresses_never_become_links", async t => {
    const mine = await owner("user", {
        link: { description: "javascript:alert(1) JAVASCRIPT://x data:text/html,x https://good.example/x.", location: "javascript:alert(1)" },
    });
    const page = await visit(t, mine.slug, {
        attributes: 'redirect="javascript:window.harmed=1"',
        before: page => page.route(/rpc\/get_booking$/, async route => {
            const answer = await route.fetch();
            await route.fulfill({ response: answer, json: (await answer.json()).map(row => ({ ...row, meeting_url: "javascript:window.harmed=1" })) });
        }),
    });
    const links = () => page.locator("scheduling-booking a").evaluateAll(all => all.map(a => a.href));
    await times(page).first().waitFor();
    assert.deepEqual(await links(), ["https://good.example/x"]);
    await pick(page);
    await introduce(page);
    await send(page).click();
    await heading(page, "done").waitFor();
    await page.waitForFunction(() => true);
    for (const href of await links()) assert.match(href, /^https:/);
    assert.equal(await page.getByText("Continue").count(), 0);
});

test("no_token_is_in_address_referrer_log_storage_or_message", async t => {
    const mine = await owner("client");
    const logged = [];
    const page = await visit(t, mine.slug, {
        before: async page => {
            page.on("console", message => logged.push(message.text()));
            await page.addInitScript(() => {
                window.told = [];
                for (const type of ["ready", "day", "time", "submit", "booked", "refused", "close", "redirect", "back"]) {
                    addEventListener(`scheduling-${type}`, event => window.told.push(JSON.stringify([type, event.detail])));
                }
            });
        },
    });
    await pick(page);
    const email = await introduce(page, { name: "Secretive Guest" });
    await send(page).click();
    await heading(page, "done").waitFor();
    const book = page.traffic.find(({ url, method }) => url.endsWith("/rpc/book") && method === "POST");
    const [{ manage_token: token }] = await (await book.request.response()).json();
    const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie, location.href, window.told]));
    assert.match(kept, /"booked/);
    for (const secret of [token, email, "Secretive"]) {
        assert.ok(!kept.includes(secret), secret);
        assert.ok(!logged.join().includes(secret), secret);
        assert.ok(page.traffic.every(({ url, request }) => !url.includes(secret) && !(request.headers().referer ?? "").includes(secret)));
    }
    assert.ok(page.traffic.every(({ url, request }) => !url.startsWith(api) || !request.headers().referer), "no referrer");
});
