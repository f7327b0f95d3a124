// JSON web tokens as the application's sign-in makes them, with the secret that PostgREST was started with.
import { createHmac } from "node:crypto";

import { jwtSecret } from "./machine.mjs";

const part = json => Buffer.from(JSON.stringify(json)).toString("base64url");

/** A token with these claims. */
export function sign(claims) {
    const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
    return `${signed}.${createHmac("sha256", jwtSecret).update(signed).digest("base64url")}`;
}

/** A token of this person; `{ exp }` makes one that ends. */
export const tokenOf = (person, claims = {}) => sign({ role: "authenticated", sub: person, ...claims });
