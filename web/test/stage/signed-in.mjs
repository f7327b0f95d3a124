// An element of owners on a site of somebody else, with somebody signed in: the token goes into the property, as
// applications hand it over.
import { open } from "./browser.mjs";
import { embed } from "./host.mjs";
import { api } from "./machine.mjs";

/**
 * A page that holds `<tag>` for this owner, and the element's locator as `page.element`. `attributes` stand in the
 * tag (`owner` is the owner's key unless given), `token` is the owner's member's unless given; null is nobody's.
 */
export async function signedIn(t, tag, who, { attributes = {}, token = who.token(), lang = "en", script = "owner.js", ...more } = {}) {
    const page = await open(t, { locale: lang, ...more });
    const all = Object.entries({ api, owner: who.key, ...attributes })
        .filter(([, value]) => value !== null)
        .map(([name, value]) => `${name}="${value}"`)
        .join(" ");
    page.address = await embed(t, script, `<${tag} ${all}></${tag}>`, { lang, dir: lang === "ar" ? "rtl" : "ltr" });
    await page.goto(page.address);
    page.element = page.locator(tag);
    await page.evaluate(name => customElements.whenDefined(name).then(() => null), tag);
    if (token !== null) await page.element.evaluate((element, token) => { element.token = token; }, token);
    return page;
}

/** Whether anything is cut off, or the page can be moved sideways. */
export function overflow(page) {
    return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
