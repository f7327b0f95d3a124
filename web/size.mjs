// How large the pages' scripts may be, with gzip: a script over its limit fails `make size`.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMITS = { booking: 55_000, manage: 55_000, owner: 120_000, embed: 2_000 };

for (const [name, limit] of Object.entries(LIMITS)) {
  const script = await readFile(resolve(import.meta.dirname, 'dist', `${name}.js`));
  const size = gzipSync(script, { level: 9 }).length;
  console.log(`${name}.js  ${size} of ${limit} bytes`);
  if (size > limit) {
    console.error(`${name}.js has ${size} bytes with gzip, and may have ${limit}`);
    process.exitCode = 1;
  }
}
