// Visits the demo's pages in Chromium as people do: books by what stands on the page, follows the link in the
// mail, moves the booking, cancels it, and opens the owner's page. Says each step, and leaves a picture of it.
//
//     SITE=… INBOX=… OWNER_TOKEN=… PICTURES=… visit.mjs SLUG DAY ADDRESS
//
// Ends with 3 where the browser cannot be started, which says nothing of the pages.
// The owner's token goes into the address's fragment and nowhere else.
import { createRequire } from "node:module";
import { join } from "node:path";

const { NPM, CHROMIUM, SITE, INBOX, OWNER_TOKEN, PICTURES } = process.env;
const { chromium } = createRequire(join(NPM, "package.json"))("playwright-core");
const [slug, day, address] = process.argv.slice(2);

// No sandbox, as root cannot have it; every page here is of this machine.
const browser = await chromium
    .launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] })
    .catch(error => {
        console.log(`  ${CHROMIUM} cannot be started here: ${error.message.split("\n")[0]}`);
        process.exit(3);
    });

const open = async (more = {}) => {
    const context = await browser.newContext({
        locale: "en-GB", timezoneId: "Europe/Lisbon", viewport: { width: 1120, height: 760 }, ...more,
    });
    context.setDefaultTimeout(15_000);
    return context.newPage();
};

const SECTIONS = { meetings: "Meetings", links: "Booking links", availability: "Availability", calendars: "Calendars" };

let number = 0;
/** Says a step; what is seen now becomes a picture. */
async function step(page, name, words) {
    number += 1;
    const file = `${String(number).padStart(2, "0")}-${name}.png`;
    await page.screenshot({ path: join(PICTURES, file), animations: "disabled" });
    console.log(`  ${words.padEnd(64)} ${file}`);
}

const booking = `${SITE}/rpc/booking_page?slug=${slug}`;
const times = page => page.locator("scheduling-time-list button");

/** Waits for a mail of this kind to the visitor. */
async function mailed(kind) {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
        const { mails } = await (await fetch(`${INBOX}/state`)).json();
        if (mails.some(mail => mail.recipient === address && mail.kind === kind)) return;
        await new Promise(done => setTimeout(done, 100));
    }
    throw new Error(`no mail "${kind}" has come`);
}

async function book() {
    const page = await open();
    await page.goto(booking);
    await times(page).first().waitFor();
    await step(page, "times", "the page opens on the first free day");
    // Of today there may be little left to move to.
    await page.goto(`${booking}&date=${day}`);
    await times(page).first().click();
    await page.getByLabel("Name", { exact: false }).first().fill("Ada Byron");
    await page.getByLabel("E-mail address").first().fill(address);
    await step(page, "form", "a time is picked, and the form filled in");
    await page.getByRole("button", { name: "Book", exact: true }).click();
    await page.getByRole("heading", { name: "Booked" }).waitFor();
    await step(page, "booked", "it is booked");
    await page.context().close();
}

async function inbox() {
    await mailed("confirmation");
    const page = await open();
    await page.goto(INBOX);
    const subject = page.getByRole("button", { name: address }).filter({ hasText: "confirmation" });
    await subject.first().click();
    const link = page.frameLocator("iframe").locator(`a[href*="/rpc/manage_page"]`).first();
    await link.waitFor();
    await step(page, "inbox", "the mail is there, and the event in the calendar");
    const manage = await link.getAttribute("href");
    await page.context().close();
    return manage;
}

async function manage(link) {
    const page = await open();
    await page.goto(link);
    await page.getByRole("button", { name: "Move to another time" }).click();
    await times(page).nth(2).click();
    await step(page, "move", "another time is picked by the link in the mail");
    await page.getByRole("button", { name: "Confirm the new time" }).click();
    await page.getByText("Your booking has been moved").first().waitFor();
    await step(page, "moved", "the booking is moved");
    await page.getByRole("button", { name: "Cancel booking" }).click();
    await page.getByLabel("Reason").fill("I feel better already");
    await page.getByRole("button", { name: "Cancel booking" }).last().click();
    await page.getByText("Your booking has been cancelled").first().waitFor();
    await step(page, "cancelled", "and cancelled");
    await page.context().close();
}

async function looks() {
    const page = await open({ viewport: { width: 390, height: 844 }, colorScheme: "dark", locale: "de-DE" });
    await page.goto(booking);
    await times(page).first().waitFor();
    await step(page, "phone", "the page on a telephone, at night, in German");
    await page.context().close();
    const right = await open({ locale: "ar" });
    await right.goto(booking);
    await times(right).first().waitFor();
    await step(right, "arabic", "and in Arabic");
    await right.context().close();
}

async function owner() {
    const page = await open({ viewport: { width: 1120, height: 900 } });
    await page.goto(`${SITE}/rpc/owner_page#token=${OWNER_TOKEN}`);
    for (const [section, name] of Object.entries(SECTIONS)) {
        await page.getByRole("navigation").getByRole("link", { name }).click();
        await page.locator(`scheduling-${section}`).getByRole("heading").first().waitFor();
        await page.waitForLoadState("networkidle");
        await step(page, `owner-${section}`, `the owner's ${name.toLowerCase()}`);
    }
    await page.context().close();
}

try {
    await book();
    await manage(await inbox());
    await looks();
    await owner();
} finally {
    await browser.close();
}
console.log(`\nPictures: ${PICTURES}/`);
