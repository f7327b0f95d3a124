// An element of the owner's settings on a page of somebody else's site, as an application embeds it: by getToken().
import { api, embed, open } from "./stage/index.mjs";

const APP = `
    const element = document.querySelector("[data-settings]");
    // One that lives longer than the script is a way for the test to reach the element.
    element.getToken = renew => window.session(renew);
`;

/**
 * The page of `element` for this owner. `session(renew)` brings the token (that of the owner's member, unless told
 * otherwise), `before(page)` is called before it is opened; what else there is goes to `open` of the stage. The page has `again()`, which opens it anew in the
 * same browser, in a tab of its own.
 */
export async function settings(t, element, whose, more = {}) {
    const { session = () => whose.token(), attributes = "", owner = whose.key, lang = "en", dir = "ltr", query = "", before = () => {}, ...rest } = more;
    const address = await embed(
        t, "owner.js",
        `<scheduling-${element} data-settings api="${api}" ${owner ? `owner="${owner}"` : ""} ${attributes}></scheduling-${element}>
         <script type="module" src="/app.js"></script>`,
        {
            lang, dir, files: { "/app.js": APP, "/page.css": "body { margin: 0; } :root { color-scheme: light dark; background: Canvas; color: CanvasText; }" },
            head: '<link rel="stylesheet" href="/page.css">',
        },
    );
    const page = await open(t, rest);
    await page.context().exposeFunction("session", renew => session(renew));
    await before(page);
    await page.goto(address + query);
    const again = async () => {
        const other = await page.context().newPage();
        await other.goto(address);
        return other;
    };
    return Object.assign(page, { address, again });
}
