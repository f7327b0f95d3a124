// axe-core over a page as it is now, in light and in dark: what it finds makes the test fail.
import assert from "node:assert/strict";

import { packaged } from "./machine.mjs";

const { AxeBuilder } = packaged("@axe-core/playwright");

// What a page shows while it changes is half there; each shadow tree knows of its own changes only.
const settled = page =>
    page.evaluate(() => {
        const trees = root =>
            [root, ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? trees(shadowRoot) : []))];
        const changes = trees(document).flatMap(root => root.getAnimations())
            .filter(change => change.effect.getComputedTiming().endTime !== Infinity);
        return Promise.all(changes.map(change => change.finished.catch(() => null)));
    });

/** Fails with what axe finds, in both colour schemes; the page is left in the scheme that it had. */
export async function axe(page, { schemes = ["light", "dark"], exclude = [] } = {}) {
    const before = await page.evaluate(() => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
    for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme });
        await settled(page);
        const builder = new AxeBuilder({ page });
        exclude.forEach(selector => builder.exclude(selector));
        const { violations } = await builder.analyze();
        const found = violations.flatMap(({ id, help, nodes }) =>
            nodes.map(node => `${scheme}: ${id} (${help}) at ${node.target.flat().join(" ")}: ${node.failureSummary}`));
        assert.deepEqual(found, [], found.join("\n"));
    }
    await page.emulateMedia({ colorScheme: before });
}
