// The form of a booking: what it asks, what it fills in, what it makes of a refusal, and what it never sends.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";

import {
    asked, focused, heading, introduce, one, open, owner, pick, send, served, sql, times, visit, waitFor,
} from "./stage/index.mjs";

const QUESTIONS = [
    { id: "company", label: "Your company", required: true, max_length: 20 },
    { id: "story", label: "Your story", type: "long_text", help: "Take your time." },
    { id: "size", label: "How many are you?", type: "choice", options: ["1-10", "11+"] },
    { id: "city", label: "Which city?", type: "choice", options: ["A", "B", "C", "D", "E", "F", "G"] },
    { id: "days", label: "Which days suit?", type: "choices", options: ["Mon", "Tue", "Wed"] },
    { id: "first", label: "The first time?", type: "boolean", required: true },
    { id: "weight", label: "Weight", type: "number" },
    { id: "boss", label: "Your boss", type: "email" },
    { id: "desk", label: "Your desk", type: "phone" },
    { id: "site", label: "Your site", type: "url" },
    { id: "since", label: "Since when?", type: "date" },
];
const meeting = ({ names, id }) => sql(`select * from scheduling.${names.meetings} where ${names.key} = $1`, id);
const bookings = page => asked(page, "book").filter(({ method }) => method === "POST");

test("each_question_type_round_trips", async t => {
    const mine = await owner("client", { link: { questions: QUESTIONS } });
    const page = await visit(t, mine.slug);
    await pick(page);
    await introduce(page);
    await page.getByLabel("Your company").fill(" Engines & Co ");
    await page.getByLabel("Your story").fill("Two\nlines");
    await page.getByRole("radio", { name: "11+" }).check();
    await page.getByLabel("Which city?").selectOption("G");
    await page.getByRole("checkbox", { name: "Wed" }).check();
    await page.getByRole("checkbox", { name: "Mon" }).check();
    await page.getByRole("radio", { name: "No", exact: true }).check();
    await page.getByLabel("Weight").fill("1,5");
    await page.getByLabel("Your boss").fill("boss@guest.example");
    await page.getByLabel("Your desk").fill("+34 600 000 000");
    await page.getByLabel("Your site").fill("https://guest.example/me");
    await page.getByLabel("Since when?").fill("2020-02-29");
    await send(page).click();
    await heading(page, "done").waitFor();
    const [{ answers }] = await meeting(mine);
    assert.deepEqual(answers, {
        company: "Engines & Co", story: "Two\nlines", size: "11+", city: "G", days: ["Mon", "Wed"], first: false,
        weight: 1.5, boss: "boss@guest.example", desk: "+34 600 000 000", site: "https://guest.example/me",
        since: "2020-02-29",
    });
});

test("what_is_wrong_is_said_at_its_field_and_sent_nowhere", async t => {
    const mine = await owner("user", { link: { questions: QUESTIONS } });
    const page = await visit(t, mine.slug);
    await pick(page);
    await page.getByLabel("Your company").fill("x".repeat(21));
    await page.getByLabel("Weight").fill("heavy");
    await page.getByLabel("Your site").fill("guest.example");
    await send(page).click();
    await waitFor("the focus", async () => (await focused(page)) === "field-name");
    const faults = await page.locator("form p.error").allTextContents();
    assert.deepEqual(faults, [
        "Please enter your name.", "Please enter an e-mail address, such as ada@example.com.",
        "Please use at most 20 characters.", "Please choose an answer.", "Please enter a number.",
        "Please enter an address that begins with https://.",
    ]);
    assert.ok(await page.getByText("6 fields need your attention.").isVisible());
    for (const id of ["field-name", "field-email", "field-answers_company"]) {
        const said = await page.locator(`#${id}`).evaluate(input => {
            const fault = input.getRootNode().getElementById(input.getAttribute("aria-describedby").split(" ").at(-1));
            return [input.getAttribute("aria-invalid"), fault.className];
        });
        assert.deepEqual(said, ["true", "error"], id);
    }
    // What is mended is seen to be.
    await page.locator("#field-name").fill("Ada");
    assert.equal(await page.locator("form p.error").count(), 5);
    assert.equal(bookings(page).length, 0);
});

/** So many rows for guests. Each is focused once it is drawn, and what is typed goes to what is focused. */
async function addGuests(page, count) {
    for (let n = 0; n < count; n += 1) {
        await page.getByRole("button", { name: "Add a guest" }).click();
        await page.locator(`#field-guests_${n}_:focus`).waitFor();
    }
}

test("an_empty_guest_row_does_not_block", async t => {
    const mine = await owner("client");
    const page = await visit(t, mine.slug);
    await pick(page);
    await introduce(page);
    await addGuests(page, 3);
    await page.getByLabel("E-mail address of guest 2").fill("bob@guest.example");
    await page.getByRole("button", { name: "Remove guest 3" }).click();
    await send(page).click();
    await heading(page, "done").waitFor();
    assert.deepEqual((await meeting(mine))[0].guests, ["bob@guest.example"]);
    assert.ok(await page.getByText("One guest is invited as well.").isVisible());
});

test("a_link_without_guests_asks_for_none", async t => {
    const mine = await owner("client");
    const page = await visit(t, mine.slug, {
        before: page => page.route(/get_booking_link/, async route => {
            const answer = await route.fetch();
            await route.fulfill({ response: answer, json: [{ ...(await answer.json())[0], max_guests: 0 }] });
        }),
    });
    await pick(page);
    assert.equal(await page.getByRole("button", { name: "Add a guest" }).count(), 0);
});

test("the_field_that_the_server_names_gets_focus", async t => {
    const mine = await owner("client", { link: { questions: [{ id: "company", label: "Your company" }] } });
    const page = await visit(t, mine.slug, { answers: [400] });
    await pick(page);
    const email = await introduce(page, { name: "Ada https://spam.example" });
    await send(page).click();
    await page.locator("#field-name-fault").waitFor();
    await waitFor("the focus", async () => (await focused(page)) === "field-name");
    await page.locator("#field-name").fill("Ada");
    // The second of two guests that are sent, in the third of three rows.
    await addGuests(page, 3);
    await page.getByLabel("E-mail address of guest 1").fill("bob@guest.example");
    await page.getByLabel("E-mail address of guest 3").fill("<b>@guest..example");
    await send(page).click();
    await page.locator("#field-guests_2_-fault").waitFor();
    await waitFor("the focus", async () => (await focused(page)) === "field-guests_2_");
    assert.equal(await page.locator("#field-email").inputValue(), email);
    assert.equal((await meeting(mine)).length, 0);
});

test("prefill_is_visible_editable_and_leaves_the_address", async t => {
    const mine = await owner("client", {
        link: { questions: QUESTIONS.map(question => ({ ...question, required: false })), duration_options: [60] },
    });
    const email = `${randomUUID()}@guest.example`;
    const page = await open(t);
    const parameters = {
        slug: mine.slug, name: "Ada Lovelace", email, phone: "+44 1", guest: "bob@guest.example", duration: "60",
        utm_source: "letter", gclid: "stays",
    };
    // PostgREST knows no such arguments; and no server sees what stands there.
    const fragment = new URLSearchParams({
        notes: "Hello", "a.company": "Engines", "a.size": "11+", "a.city": "Atlantis", "a.nobody": "x",
    });
    await page.goto(served("booking_page", parameters, fragment));
    await times(page).first().waitFor();
    assert.deepEqual(Object.fromEntries(new URL(page.url()).searchParams), { slug: mine.slug, duration: "60", gclid: "stays" });
    assert.equal(new URL(page.url()).hash, "");
    assert.ok(await page.getByRole("button", { name: "1 hour", pressed: true }).isVisible());
    assert.ok(page.traffic.slice(1).every(({ url }) => !url.includes("Lovelace") && !url.includes(email)), "nothing is sent");
    await pick(page);
    const values = await page.locator("form").evaluate(form =>
        [...form.querySelectorAll("input:not([type=radio], [type=checkbox]), textarea")].map(input => input.value));
    for (const value of ["Ada Lovelace", email, "+44 1", "Hello", "bob@guest.example", "Engines"]) {
        assert.ok(values.includes(value), value);
    }
    assert.ok(await page.getByRole("radio", { name: "11+" }).isChecked());
    assert.equal(await page.getByLabel("Which city?").inputValue(), "", "what is not offered is not chosen");
    await page.locator("#field-name").fill("Ada King");
    await send(page).click();
    await heading(page, "done").waitFor();
    const [made] = await meeting(mine);
    assert.deepEqual([made.answers, made.notes], [{ company: "Engines", size: "11+" }, "Hello"]);
    assert.equal(made.ends_at - made.starts_at, 3_600_000);
    const name = await one(`select name from scheduling.${mine.names.guests} where email = $1`, email);
    assert.equal(name, "Ada King");
});

test("unknown_parameters_reach_no_answer", async t => {
    const mine = await owner("user");
    const page = await open(t);
    await page.goto(served("booking_page", { slug: mine.slug, utm_medium: "m".repeat(400) }, "a.secret=1&answers=x"));
    await pick(page);
    await introduce(page);
    await send(page).click();
    await heading(page, "done").waitFor();
    const [made] = await meeting(mine);
    assert.deepEqual(made.answers, {});
    const sent = bookings(page)[0].request.postDataJSON();
    assert.equal(sent.answers, undefined);
    assert.deepEqual(sent.attribution, { utm_medium: "m".repeat(255) });
});

test("back_leads_from_the_form_to_the_times_and_keeps_what_was_typed", async t => {
    const mine = await owner("client");
    const page = await open(t);
    await page.goto(served("booking_page", { slug: mine.slug }));
    await pick(page, 1);
    await introduce(page, { name: "Ada" });
    await page.goBack();
    await times(page).first().waitFor();
    await pick(page, 2);
    assert.equal(await page.locator("#field-name").inputValue(), "Ada");
    await page.getByRole("button", { name: "Change" }).click();
    await times(page).first().waitFor();
    assert.ok(page.url().includes(mine.slug));
});

test("pending_and_unverified_never_read_as_booked", async t => {
    for (const [status, heard] of [
        ["pending", "Request sent"], ["unverified", "Confirm your address"], ["declined", "This request was declined"],
        ["expired", "This booking has expired"],
    ]) {
        const mine = await owner("client");
        const page = await visit(t, mine.slug, {
            before: page => page.route(/rpc\/(book|get_booking)$/, async route => {
                const answer = await route.fetch();
                const rows = await answer.json();
                const changed = rows.map(row => ({ ...row, status, expires_at: new Date(Date.now() + 3_600_000).toISOString() }));
                await route.fulfill({ response: answer, json: changed });
            }),
        });
        await pick(page);
        await introduce(page);
        await send(page).click();
        await heading(page, "done").waitFor();
        assert.equal(await heading(page, "done").textContent(), heard);
        assert.equal(await page.locator("scheduling-booking").getByText(/\bBooked\b/).count(), 0, status);
        assert.equal(await page.getByText("Add to calendar").count(), 0, status);
    }
});
