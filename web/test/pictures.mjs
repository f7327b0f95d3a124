// Pictures of the pages for the documents, written into the directory PICTURES by `make pictures`. Tries nothing.
import { join } from "node:path";
import test from "node:test";

import { api, book, everyDay, link, open, owner, served, sql, starts } from "./stage/index.mjs";

const directory = process.env.PICTURES;
const times = page => page.locator("scheduling-time-list button");

/** What is seen now, or this much of it, twice as fine as it is wide; not the caret, nor what moves. */
async function picture(page, name, { height } = {}) {
    await page.waitForLoadState("networkidle");
    await page.evaluate(() => document.activeElement?.blur());
    await page.evaluate(() => scrollTo(0, 0));
    const tall = height ?? await page.evaluate(() => Math.ceil(document.querySelector("main").getBoundingClientRect().bottom + 24));
    await page.setViewportSize({ width: page.viewportSize().width, height: Math.min(Math.max(tall, 320), 1200) });
    await page.screenshot({ path: join(directory, `${name}.png`), animations: "disabled" });
}

const acme = await owner("client", {
    name: "Acme Dental", timezone: "Europe/Madrid",
    hours: { ...everyDay(["09:00", "13:00"], ["15:00", "18:00"]), saturday: { enabled: false }, sunday: { enabled: false } },
    link: {
        slug: "dental-check-up", title: "Dental check-up", duration_minutes: 30, duration_options: [45, 60], location: "Calle Mayor 1, Madrid",
        description: "A look at your teeth, and an answer to what you would like to know.\nPlease bring your insurance card.",
        minimum_notice_minutes: 24 * 60, booking_window_days: 90,
        questions: [
            { id: "first", label: "Is this your first visit?", type: "boolean", required: true },
            { id: "insurance", label: "Insurance", type: "choice", options: ["Public", "Private", "None"] },
        ],
    },
});

const { slug } = acme;

/** A day in the middle of a week, in a month that has most of its days before it. */
const day = (() => {
    const date = new Date();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + 1);
    date.setUTCDate(9 + ((10 - date.getUTCDay()) % 7));
    return date.toISOString().slice(0, 10);
})();
const booking = served("booking_page", { slug, date: day });

const answers = { first: true, insurance: "Private" };

const LOOKS = {
    "booking": {},
    "booking-dark": { colorScheme: "dark" },
    "booking-phone": { viewport: { width: 390, height: 800 } },
    "booking-arabic": { locale: "ar-EG", timezoneId: "Africa/Cairo" },
};
const here = { locale: "en-GB", timezoneId: "Europe/Lisbon", viewport: { width: 1080, height: 720 }, deviceScaleFactor: 2 };

test("the booking page", async t => {
    for (const [name, look] of Object.entries(LOOKS)) {
        const page = await open(t, { ...here, ...look });
        await page.goto(booking);
        await times(page).first().waitFor();
        await picture(page, name, { height: look.viewport?.height });
    }
    const page = await open(t, here);
    await page.goto(booking);
    await times(page).nth(2).click();
    await page.locator("input[autocomplete=name]").fill("Grace Hopper");
    await page.locator("input[autocomplete=email]").fill("grace@navy.example");
    await page.getByLabel("Yes").check();
    await page.getByLabel("Private").check();
    await picture(page, "booking-form");
    await page.getByRole("button", { name: "Book", exact: true }).click();
    await page.getByRole("heading", { name: "Booked" }).waitFor();
    await picture(page, "booking-confirmed");
});

test("the page to manage a booking", async t => {
    const { manage_token } = await book(slug, (await starts(slug))[3], {
        email: "grace@navy.example", name: "Grace Hopper", timezone: "Europe/Lisbon", answers,
    });
    const page = await open(t, here);
    await page.goto(served("manage_page", {}, `manage=${manage_token}`));
    await page.getByRole("button", { name: "Move to another time" }).waitFor();
    await picture(page, "manage");
    await page.getByRole("button", { name: "Move to another time" }).click();
    await times(page).nth(4).click();
    await page.getByRole("button", { name: "Confirm the new time" }).waitFor();
    await picture(page, "manage-move");
});

test("the owner's page", async t => {
    await link(acme, { title: "Cleaning", duration_minutes: 45, slug: "cleaning" });
    await link(acme, { slug: "second-opinion", title: "Second opinion", duration_minutes: 20, conferencing: "google_meet", is_active: false });
    const free = await starts(acme.slug);
    const guests = ["Grace Hopper", "Ada Lovelace", "Mary Somerville", "Katherine Johnson"];
    for (const [n, name] of guests.entries()) {
        await book(acme.slug, free[n * 5 + 1], { name, email: `${name.split(" ")[0].toLowerCase()}@guest.example`, answers });
    }
    await sql(
        `insert into scheduling.calendar_connections (client_id, provider, access_token, refresh_token, token_expires_at,
             calendar_id, connected_email, busy_synced_at, busy_due_at)
         values ($1, 'google', 'x', 'y', now() + interval '1 day', 'primary', 'testuser@gmail.com', now(), 'infinity')`, acme.id,
    );
    // Where a site of somebody's has them.
    await sql("select scheduling.configure_site('https://acme.example', '/book/', '/manage/', api_url => $1)", api);
    const page = await open(t, { ...here, answers: [502, 503], mayLog: [/./] });
    await page.goto(served("owner_page", {}, `token=${acme.token()}`));
    const sections = { meetings: "Meetings", links: "Booking links", availability: "Availability", calendars: "Calendars" };
    for (const [section, name] of Object.entries(sections)) {
        await page.getByRole("navigation").getByRole("link", { name }).click();
        await page.locator(`scheduling-${section}`).getByRole("heading").first().waitFor();
        await picture(page, `owner-${section}`);
    }
});
