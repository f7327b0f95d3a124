// What has been written to somebody: the extension keeps its mails instead of sending them.
import { sql, waitFor } from "./database.mjs";
import { packaged } from "./machine.mjs";

const parser = import(packaged.resolve("postal-mime")).then(module => module.default);

const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** An attribute's text, as a browser reads what our mails write. */
const plain = text =>
    text.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/gi, (all, hex, decimal, name) =>
        name ? (NAMED[name] ?? all) : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)));

/**
 * The newest mail of this kind to this address, waited for: `subject`, `text`, `html`, `links` (the addresses in
 * its HTML) and `attachments`.
 */
export async function mailTo(address, kind, seconds) {
    const message = await waitFor(`the mail "${kind}" to ${address}`, async () => {
        const [mail] = await sql(
            `select message from scheduling.emails where recipient = $1 and kind = $2 order by id desc limit 1`,
            address, kind,
        );
        return mail?.message;
    }, seconds);
    const mail = await (await parser).parse(message);
    const hrefs = [...(mail.html ?? "").matchAll(/href="([^"]*)"/g)].map(([, href]) => plain(href));
    return { ...mail, links: [...new Set(hrefs)] };
}
