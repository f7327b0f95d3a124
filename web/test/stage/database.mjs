// One session of a superuser in the database behind the pages, opened when first asked. What a test sets
// up or looks at, and no visitor could, goes this way.
import { after } from "node:test";

import { databaseUrl, packaged } from "./machine.mjs";

const { Client } = packaged("pg");

let session;

const connected = () => {
    session ??= (async () => {
        const client = new Client({ connectionString: databaseUrl, application_name: "browser" });
        await client.connect();
        return client;
    })();
    return session;
};

after(async () => {
    if (session) await (await session).end();
});

/** The rows of a statement: `sql("select … where id = $1", id)`. */
export async function sql(statement, ...values) {
    const { rows } = await (await connected()).query(statement, values);
    return rows;
}

/** The only column of the only row. */
export async function one(statement, ...values) {
    const rows = await sql(statement, ...values);
    if (rows.length !== 1) throw new Error(`${rows.length} rows, where one was to come: ${statement}`);
    return Object.values(rows[0])[0];
}

/** Asks until there is an answer that is neither false, null nor undefined, and returns it. */
export async function waitFor(what, ask, seconds = 15) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
        const answer = await ask();
        if (answer !== false && answer !== null && answer !== undefined) return answer;
        if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
        await new Promise(done => setTimeout(done, 50));
    }
}
