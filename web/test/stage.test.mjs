// The stage itself: that it shows what is there, and lets nothing pass that it is to catch.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";

import { api, axe, book, host, mailTo, MODES, one, open, owner, starts, waitFor } from "./stage/index.mjs";

for (const mode of MODES) {
    test(`a page on another origin asks for a link and books it (${mode})`, async t => {
        const { slug } = await owner(mode, { timezone: "Europe/Madrid" });
        const [first] = await starts(slug);
        const page = await open(t);
        await page.goto(await host(t, { "/": "<!doctype html><title>Elsewhere</title>" }));
        const ask = (path, body) =>
            page.evaluate(async ([url, body]) => {
                const post = { method: "POST", headers: { "Content-Type": "application/json" }, body };
                const answer = await fetch(url, body ? post : {});
                return [answer.status, await answer.json()];
            }, [api + path, body && JSON.stringify(body)]);
        const [status, [link]] = await ask(`/rpc/get_booking_link?slug=${slug}`);
        assert.deepEqual([status, link.timezone, link.mode], [200, "Europe/Madrid", mode]);
        const email = `${randomUUID()}@guest.example`;
        const [, [booked]] = await ask("/rpc/book", { slug, starts_at: first, email, name: "Ada" });
        assert.equal(booked.status, "confirmed");
        const mail = await mailTo(email, "confirmation");
        assert.match(mail.text, /Intro call/);
        assert.ok(mail.attachments.some(({ mimeType }) => mimeType === "text/calendar"));
    });
}

test("members' tokens open their own rows and no others", async () => {
    const [mine, other] = [await owner("client"), await owner("client")];
    const asked = await fetch(`${api}/clients?select=id`, { headers: { Authorization: `Bearer ${mine.token()}` } });
    assert.deepEqual(await asked.json(), [{ id: mine.id }]);
    const ended = { Authorization: `Bearer ${other.token({ exp: 1 })}` };
    assert.equal((await fetch(`${api}/clients`, { headers: ended })).status, 401);
});

test("a booking made for a test is one", async () => {
    const { slug, names } = await owner("user");
    const [first] = await starts(slug);
    const { meeting_id } = await book(slug, first);
    assert.deepEqual(await one(`select starts_at from scheduling.${names.meetings} where id = $1`, meeting_id), first);
});

/** What a page that does this is said to complain of. */
async function complaints(t, does, options = {}) {
    const page = await open(t, options);
    const files = { "/": '<!doctype html><title>x</title><body><script src="/it.js"></script>', "/it.js": does };
    await page.goto(await host(t, files));
    // Rejections and broken directives are told a moment later.
    await page.waitForTimeout(200);
    return page.complaints.splice(0).join("\n");
}

test("what a page complains of is heard", async t => {
    assert.equal(await complaints(t, "console.log('all is well')"), "");
    assert.match(await complaints(t, "throw new Error('thrown')"), /^error: Error: thrown/);
    assert.match(await complaints(t, "Promise.reject(new Error('dropped'))"), /^error: Error: dropped/);
    assert.match(await complaints(t, "console.error('said')"), /^console: said/);
    assert.match(await complaints(t, "fetch('/nowhere')"), /status 404: GET .*\/nowhere/);
    assert.equal(await complaints(t, "fetch('/nowhere')", { answers: [404] }), "");
    assert.match(
        await complaints(t, "document.documentElement.setAttribute('style', 'color: red')"), /policy: style-src-attr/,
    );
    assert.match(await complaints(t, "document.body.innerHTML = '<b>x</b>'"), /policy: require-trusted-types-for/);
    assert.match(await complaints(t, "setTimeout('1')"), /policy: /);
});

test("a complaint fails the test that opened the page", async t => {
    const hooks = [];
    const page = await open({ after: hook => hooks.push(hook) });
    await page.goto(await host(t, { "/": "<!doctype html><title>x</title><img src=//127.0.0.1:9/x>" }));
    await assert.rejects(Promise.all(hooks.map(hook => hook())), /the page complains:[^]*img-src/);
});

test("axe finds what is wrong in either scheme", async t => {
    const page = await open(t);
    const css = ":root { color-scheme: light dark; background: Canvas; } p { color: light-dark(black, #333); }";
    const html = '<!doctype html><html lang="en"><title>x</title><link rel="stylesheet" href="/it.css"><main><h1>Elsewhere</h1><p>Told in grey</p>';
    await page.goto(await host(t, { "/": html, "/it.css": css }));
    await axe(page, { schemes: ["light"] });
    await assert.rejects(axe(page), /dark: color-contrast/);
});

test("the page of a test is watched from its first request", async t => {
    const page = await open(t);
    const address = await host(t, { "/": '<!doctype html><title>x</title><script src="/it.js"></script>', "/it.js": "fetch('/').then(answer => answer.text())" });
    await page.goto(address);
    await waitFor("the last answer", () => page.traffic.length === 3 && page.traffic[2].status);
    assert.deepEqual(page.traffic.map(({ method, url, status }) => [method, url.replace(address, ""), status]), [
        ["GET", "/", 200], ["GET", "/it.js", 200], ["GET", "/", 200],
    ]);
});
