// Where things are: the servers that a test speaks to, by the environment, and the packages and the
// browser, by the environment or by what `make setup` wrote. It starts nothing.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The clone's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

const written = (() => {
    const file = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "setup.env");
    try {
        return Object.fromEntries(
            readFileSync(file, "utf8")
                .split("\n")
                .filter(line => line.includes("="))
                .map(line => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
        );
    } catch {
        return {};
    }
})();

const needed = name => {
    const value = process.env[name] || written[name];
    if (!value) {
        throw new Error(`${name} is not set: run by "make e2e T=browser", or see pgrx-tests/README.md`);
    }
    return value;
};

/** PostgREST's address, without a slash at its end. */
export const api = needed("SCHEDULING_API").replace(/\/$/, "");
/** A superuser's address of the database behind it. */
export const databaseUrl = needed("DATABASE_URL");
/** What PostgREST verifies tokens with. */
export const jwtSecret = needed("JWT_SECRET");
/** The browser's program. */
export const chromium = needed("CHROMIUM");
/** The packages of pgrx-tests/setup/package.json. */
export const packaged = createRequire(join(needed("NPM"), "package.json"));
