// A booking and the page that its guest manages it on, as tests of that page begin.
import { api, book, embed, open, owner, sql, starts } from "../stage/index.mjs";

/** Texts that would be seen to run, or to turn the page around, were they more than text. */
export const HOSTILE = `<img src=x onerror="document.title='run'"></script><script>document.title='run'</script>{{7*7}}\u202e`;

/**
 * A booking of a new owner's link and a page open on it. `more` may have `owner` and `guest` (as the stage's `owner`
 * and `book` take them), `at` (the free start to take: its place among all, or an ISO text), `attributes` of the
 * element, `page` (as the stage's `open` takes it), `lang`, `dir` and `link(address, token)`, the address to open.
 */
export async function managed(t, mode, more = {}) {
    const whose = await owner(mode, more.owner);
    const at = typeof more.at === "string" ? more.at : (await starts(whose.slug))[more.at ?? 60];
    const row = await book(whose.slug, at, more.guest);
    await more.before?.({ whose, row });
    const page = await open(t, more.page);
    const address = await embed(
        t, "manage.js",
        `<scheduling-manage api="${api}" ${more.attributes ?? ""}></scheduling-manage>`,
        { lang: more.lang, dir: more.dir },
    );
    const link = (more.link ?? ((page, token) => `${page}#manage=${token}`))(address, row.manage_token);
    await page.goto(link);
    const meeting = async () =>
        (await sql(`select * from scheduling.${whose.names.meetings} where id = $1`, row.meeting_id))[0];
    return { page, whose, row, meeting, address, link };
}

/** Presses until a time is chosen: the `n`th that is listed. */
export async function choose(page, n = 0) {
    await page.getByRole("button", { name: "Move to another time" }).click();
    await page.locator("scheduling-time-list button").nth(n).click();
    await page.getByRole("heading", { name: "Move your booking to this time?" }).waitFor();
}

/** The instant that a button of the list carries. */
export const instantOf = async button => new Date(Number(await button.getAttribute("data-at")));

/** What has the focus, in whichever shadow tree. */
export const focused = page =>
    page.evaluate(() => {
        let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at?.textContent?.trim().replace(/\s+/g, " ") || at?.id || at?.localName;
    });

/** All that a page is made of, shadow trees included, as HTML. */
export const markup = page =>
    page.evaluate(() => {
        const of = root => {
            const inner = [...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? [of(shadowRoot)] : []));
            return [root.innerHTML ?? root.documentElement.outerHTML, ...inner].join("\n");
        };
        return of(document);
    });

/** The text that the element shows. */
export const shown = page =>
    page.evaluate(() => {
        const { shadowRoot } = document.querySelector("scheduling-manage");
        return [...shadowRoot.children].map(child => child.innerText).join("\n");
    });
