// The booking element on a site of somebody else, as most tests of it begin, and what a guest does there.
import { randomUUID } from "node:crypto";

import { open } from "./browser.mjs";
import { embed } from "./host.mjs";
import { api } from "./machine.mjs";

/** A page that holds the element of this link; `attributes` are more of its own, `site` goes to `embed`. */
export async function visit(t, slug, { attributes = "", site = {}, before = async () => {}, ...more } = {}) {
    const page = await open(t, more);
    await before(page);
    await page.goto(
        await embed(
            t, "booking.js",
            `<scheduling-booking api="${api}" slug="${slug}" ${attributes}></scheduling-booking>`, site,
        ),
    );
    return page;
}

/** The buttons of the times that are listed. */
export const times = page => page.locator("scheduling-time-list button");

/** Picks one of the times that are listed; the instant. */
export async function pick(page, nth = 0) {
    const button = times(page).nth(nth);
    const at = Number(await button.getAttribute("data-at"));
    await button.click();
    await page.locator("form").waitFor();
    return at;
}

/** Types in what every form asks; the address. */
export async function introduce(page, { name = "Ada Guest", email = `${randomUUID()}@guest.example` } = {}) {
    await page.locator("#field-name").fill(name);
    await page.locator("#field-email").fill(email);
    return email;
}

/** The button at the form's end, whatever it says now. */
export const send = page => page.locator("form .send button");

/** The heading with this id, in the element. */
export const heading = (page, id) => page.locator(`scheduling-booking #${id}`);

/** What the live region says. */
export const said = page => page.locator("scheduling-booking [role=status].hidden").first();

/** The id, or the name, of what has the focus, inside of elements too. */
export const focused = page =>
    page.evaluate(() => {
        let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at?.id || at?.getAttribute("aria-label") || at?.textContent?.trim() || at?.localName;
    });

/** Requests of one function so far. */
export const asked = (page, name) => page.traffic.filter(({ url }) => new URL(url).pathname.endsWith(`/rpc/${name}`));
