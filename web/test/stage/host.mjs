// A site of somebody else, on an origin of its own: pages of a test's making that embed ours, and the files
// of web/dist. It serves nothing else of this machine.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, extname, join } from "node:path";

import { api, root } from "./machine.mjs";

const TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".json": "application/json",
};

/** As strict as what served pages have, but for scripts from files. */
export const STRICT = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", `connect-src 'self' ${api}`, "img-src data:",
    `frame-src 'self' ${api}`, "form-action 'none'", "base-uri 'none'", "require-trusted-types-for 'script'",
    "trusted-types lit-html",
].join("; ");

/**
 * Serves `files` ({"/": html, "/page.js": text}) and /dist/… until the test ends; its origin. `csp` is the policy
 * of its pages, null for none.
 */
export async function host(t, files = {}, { csp = STRICT } = {}) {
    const server = createServer(async (request, response) => {
        const path = new URL(request.url, "http://host").pathname;
        const file = path.startsWith("/dist/") ? join(root, "web/dist", basename(path)) : null;
        const body = file ? await readFile(file).catch(() => null) : (files[path] ?? null);
        if (body === null) {
            response.writeHead(404).end();
            return;
        }
        const type = TYPES[extname(path) || ".html"] ?? "application/octet-stream";
        response.writeHead(200, {
            "Content-Type": type, "Cache-Control": "no-store", ...(csp ? { "Content-Security-Policy": csp } : {}),
        });
        response.end(body);
    });
    await new Promise(done => server.listen(0, "127.0.0.1", done));
    // Of a test that fails, not all that was to follow is done; the run ends nevertheless.
    server.unref();
    t.after(() => {
        server.closeAllConnections();
        server.close();
    });
    return `http://127.0.0.1:${server.address().port}`;
}

/**
 * The address of a page on a site of its own that holds `body`, brings all texts and runs /dist/`script`:
 * `embed(t, "booking.js", '<scheduling-booking api="…" slug="…"></scheduling-booking>')`.
 */
export async function embed(t, script, body, { lang = "en", dir = "ltr", head = "", files = {}, csp } = {}) {
    const page = `<!doctype html><html lang="${lang}" dir="${dir}"><head><meta charset="utf-8"><title>A site</title>
        <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">${head}
        <script type="module" src="/elements.js"></script></head><body><main><h1>A site</h1>${body}</main></body></html>`;
    const elements = `globalThis.schedulingTexts = await (await fetch("/dist/texts.json")).json();
        await import("/dist/${script}");`;
    const origin = await host(t, { "/": page, "/elements.js": elements, ...files }, csp === undefined ? {} : { csp });
    return `${origin}/`;
}
