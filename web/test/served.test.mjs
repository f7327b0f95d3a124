// The pages as PostgREST serves them, in a browser: what is there without a script, what their policy lets happen,
// who may frame them, and where they look for the functions. What the elements do is in the files beside.
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import test from "node:test";

import { api, axe, host, MODES, one, open, owner, served, sql } from "./stage/index.mjs";

const PAGES = ["booking_page", "manage_page", "owner_page"];
const ELEMENTS = { booking_page: "scheduling-booking", manage_page: "scheduling-manage", owner_page: "scheduling-owner" };

/** Has the element of a served page run, and waits until it shows something. */
const shown = (page, name) =>
    page.waitForFunction(tag => document.querySelector(tag)?.shadowRoot?.textContent.trim(), ELEMENTS[name]);

for (const mode of MODES) {
    test(`each page runs its script under its own policy (${mode})`, async t => {
        const { slug } = await owner(mode);
        for (const name of PAGES) {
            const page = await open(t);
            await page.goto(served(name, name === "booking_page" ? { slug } : {}));
            await shown(page, name);
            // From nowhere but here, and nothing but the page and the functions.
            assert.ok(page.traffic.every(({ url }) => url.startsWith(`${api}/`) || url.startsWith("data:")));
            page.quiet();
        }
    });

    test(`the booking page asks for free times alone (${mode})`, async t => {
        const { slug } = await owner(mode);
        const page = await open(t);
        await page.goto(served("booking_page", { slug }));
        await shown(page, "booking_page");
        await page.waitForLoadState("networkidle");
        const asked = page.traffic.map(({ url }) => new URL(url).pathname);
        assert.ok(asked.includes("/rpc/link_slots"), asked.join());
        assert.ok(!asked.includes("/rpc/get_booking_link"), asked.join());
    });

    test(`hostile texts run nothing in the page and are read as they are (${mode})`, async t => {
        const text = `</script><script>window.hit=1</script><img src=x onerror="window.hit=2">{{ 7 * 7 }}<!--`;
        const { slug, names, id } = await owner(mode, {
            name: text,
            link: {
                title: text, description: `${text}\n${text}`, location: text,
                questions: [{ id: "q", label: text, type: "choice", options: [text, "b"], help: text }],
            },
        });
        const page = await open(t);
        await page.goto(served("booking_page", { slug }));
        await shown(page, "booking_page");
        assert.equal(await page.evaluate(() => window.hit), undefined);
        const heading = page.locator("scheduling-booking").getByText(text).first();
        assert.ok((await heading.textContent()).includes(text));
        assert.equal(await page.evaluate(() => document.querySelectorAll("img").length), 0);
        assert.equal(await one(`select count(*)::int from scheduling.${names.owners} where ${names.id} = $1`, id), 1);
    });
}

test("without a script a page says what it is, and that it needs one", async t => {
    const { slug } = await owner("client", {
        link: { title: "First visit", description: "Bring your card.\nNothing else.", location: "Room 5", duration_options: [15, 60] },
    });
    const page = await open(t, { javaScriptEnabled: false, locale: "de-DE", extraHTTPHeaders: { "Accept-Language": "de" } });
    await page.goto(served("booking_page", { slug }));
    const body = await page.locator("body").innerText();
    for (const said of ["First visit", "Acme Dental", "15 Min., 30 Min., 60 Min.", "Room 5", "Bring your card.\nNothing else.", "JavaScript"]) {
        assert.ok(body.includes(said), `${said}: ${body}`);
    }
    assert.equal(await page.title(), "First visit · Acme Dental");
    for (const name of PAGES.slice(1)) {
        await page.goto(served(name));
        assert.match(await page.locator("body").innerText(), /JavaScript/);
    }
});

for (const [language, dir, heading] of [
    ["en-US", "ltr", "This booking page does not exist or is closed"],
    ["ar", "rtl", "صفحة الحجز هذه غير موجودة أو مغلقة"],
]) {
    test(`a closed link is a readable 404 (${language})`, async t => {
        const { slug, linkId } = await owner("user");
        await sql("update scheduling.booking_links set is_active = false where id = $1", linkId);
        for (const width of [1280, 320]) {
            const page = await open(t, { locale: language, answers: [404], viewport: { width, height: 600 } });
            const answer = await page.goto(served("booking_page", { slug }));
            assert.equal(answer.status(), 404);
            assert.equal(await page.locator("h1").innerText(), heading);
            assert.equal(await page.evaluate(() => document.documentElement.dir), dir);
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
            assert.equal(overflow, false);
            await axe(page);
        }
    });
}

/** What is seen in a frame of a page elsewhere: the text of its heading, or nothing. */
async function framed(t, address, before = async () => {}) {
    const origin = await host(t, { "/": `<!doctype html><title>x</title><iframe src="${address}" title="x"></iframe>` });
    await before(origin);
    const page = await open(t, { mayLog: [/frame-ancestors/, /X-Frame-Options/, /Refused to frame/] });
    await page.goto(origin);
    await page.waitForTimeout(700);
    const frame = page.frames().find(one => one !== page.mainFrame());
    return frame.evaluate(() => document.querySelector("main")?.textContent.trim() ?? "").catch(() => "");
}

test("manage and owner pages refuse frames, and the booking page all but those that the site names", async t => {
    const { slug } = await owner("client");
    const address = served("booking_page", { slug });
    assert.equal(await framed(t, address), "");
    const named = await framed(t, address, origin =>
        sql("update scheduling.site_settings set embed_origins = embed_origins || $1::text", origin));
    assert.match(named, /Intro call/);
    for (const name of PAGES.slice(1)) {
        const seen = await framed(t, served(name), origin =>
            sql("update scheduling.site_settings set embed_origins = embed_origins || $1::text", origin));
        assert.equal(seen, "", name);
    }
});

/** A proxy before PostgREST that takes this prefix away; its origin. */
async function proxy(t, prefix) {
    const to = new URL(api);
    const server = createServer((asked, answered) => {
        if (!asked.url.startsWith(`${prefix}/`)) {
            answered.writeHead(404).end();
            return;
        }
        const passed = request(
            { host: to.hostname, port: to.port, method: asked.method, path: asked.url.slice(prefix.length), headers: asked.headers },
            answer => {
                answered.writeHead(answer.statusCode, answer.headers);
                answer.pipe(answered);
            },
        );
        asked.pipe(passed);
    });
    await new Promise(done => server.listen(0, "127.0.0.1", done));
    server.unref();
    t.after(() => {
        server.closeAllConnections();
        server.close();
    });
    return `http://127.0.0.1:${server.address().port}`;
}

for (const prefix of ["", "/rest/v1"]) {
    test(`a page finds the functions one above itself (${prefix || "at the root"})`, async t => {
        const { slug } = await owner("user");
        const origin = await proxy(t, prefix);
        const page = await open(t);
        await page.goto(`${origin}${prefix}/rpc/booking_page?slug=${slug}`);
        await shown(page, "booking_page");
        await page.waitForLoadState("networkidle");
        const asked = page.traffic.filter(({ url }) => url.includes("/rpc/link_slots"));
        assert.ok(asked.length > 0);
        for (const { url, status } of asked) {
            assert.ok(url.startsWith(`${origin}${prefix}/rpc/link_slots?`), url);
            assert.equal(status, 200);
        }
    });
}
