// Verifies webhooks with npm's standardwebhooks: JSON lines of secret, headers and body; one word each.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { Webhook } = createRequire(process.env.NPM + "/package.json")("standardwebhooks");

for await (const line of createInterface({ input: process.stdin })) {
    const { secret, headers, body } = JSON.parse(line);
    try {
        new Webhook(secret).verify(body, headers);
        console.log("good");
    } catch (error) {
        console.log(`bad: ${error.message}`);
    }
}
