// A real browser, one for each file of tests, and pages that are watched: whatever a page complains of (an
// error, a word in the console, a directive of its policy broken, an answer with a status that the test did
// not expect) makes the test fail that opened it.
import { after } from "node:test";

import { api, chromium as program, packaged } from "./machine.mjs";

const { chromium } = packaged("playwright-core");

let running;

/** The browser itself, for what `open` cannot do. */
export const browser = () => {
    // No sandbox, as root cannot have it; no page here asks for anything but from this machine.
    running ??= chromium.launch({
        executablePath: program, args: ["--no-sandbox", "--disable-dev-shm-usage"], handleSIGTERM: false,
    });
    return running;
};

// Asked to end, it does not wait for what the test waits for; the browser ends with it.
process.once("SIGTERM", () => process.exit(143));

after(async () => {
    if (running) await (await running).close();
});

/**
 * A new page in a context of its own, closed with the test. `more` goes to the context (`locale`, `timezoneId`,
 * `viewport`, `colorScheme`, …); `answers` are statuses of 400 and above that are expected ([409]), `mayLog`
 * are expressions for what else the page may complain of. The page has besides what playwright gives it:
 * `complaints` (texts so far), `traffic` ({method, url, status} of each request, in order) and `quiet()`, which
 * throws what there is to complain of now instead of at the end.
 */
export async function open(t, { answers = [], mayLog = [], ...more } = {}) {
    const context = await (await browser()).newContext({
        locale: "en-US", timezoneId: "UTC", colorScheme: "light", viewport: { width: 1280, height: 800 }, ...more,
    });
    // Longer than anything takes on a machine that does much else.
    context.setDefaultTimeout(20_000);
    const complaints = [];
    const complain = text => {
        if (!mayLog.some(expected => expected.test(text))) complaints.push(text);
    };
    await context.exposeBinding("toldByPolicy", (_, text) => complain(`policy: ${text}`));
    await context.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", event => {
            window.toldByPolicy(
                `${event.effectiveDirective} refuses ${event.blockedURI} ${event.sample} (${event.sourceFile}:${event.lineNumber})`,
            );
        });
    });
    context.on("weberror", error => complain(`error: ${error.error().stack ?? error.error()}`));
    context.on("console", message => {
        if (!["error", "warning", "assert"].includes(message.type())) return;
        // Each answer with such a status is looked at below.
        if (/^Failed to load resource: the server responded with a status/.test(message.text())) return;
        complain(`console: ${message.text()} (${message.location().url})`);
    });
    const page = await context.newPage();
    const traffic = [];
    context.on("request", request => {
        traffic.push({ method: request.method(), url: request.url(), request, status: null });
    });
    context.on("response", response => {
        const seen = traffic.find(({ request }) => request === response.request());
        if (seen) seen.status = response.status();
        if (response.status() >= 400 && !answers.includes(response.status())) {
            complain(`status ${response.status()}: ${response.request().method()} ${response.url()}`);
        }
    });
    const quiet = () => {
        if (complaints.length) throw new Error(`the page complains:\n  ${complaints.splice(0).join("\n  ")}`);
    };
    t.after(async () => {
        // A request may be in a test's hands still, whose failure would be some test's.
        for (const open of context.pages()) await open.unrouteAll({ behavior: "ignoreErrors" });
        await context.unrouteAll({ behavior: "ignoreErrors" }).catch(() => {}); // of a page that the test has closed
        await context.close();
        quiet();
    });
    return Object.assign(page, { complaints, traffic, quiet });
}

/** The address of a page that PostgREST serves: `served("booking_page", { slug })`, `served("owner_page", {}, "jwt=…")`. */
export function served(page, parameters = {}, fragment = "") {
    const query = new URLSearchParams(parameters).toString();
    return `${api}/rpc/${page}${query && `?${query}`}${fragment && `#${fragment}`}`;
}
