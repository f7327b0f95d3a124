// The stage that tests of the pages stand on: a real browser in front of a real PostgREST and PostgreSQL.
// How to write a test is told in pgrx-tests/README.md.
export { axe } from "./axe.mjs";
export { browser, open, served } from "./browser.mjs";
export { one, sql, waitFor } from "./database.mjs";
export { embed, host, STRICT } from "./host.mjs";
export { api } from "./machine.mjs";
export { mailTo } from "./mails.mjs";
export { AROUND_MIDNIGHT, book, everyDay, link, MODES, owner, starts, wholeDays } from "./owners.mjs";
export { overflow, signedIn } from "./signed-in.mjs";
export { sign, tokenOf } from "./tokens.mjs";
export { asked, focused, heading, introduce, pick, said, send, times, visit } from "./booking.mjs";
