// How large the pages' scripts may be, with gzip: one over its limit fails `make size`. A page that the database
// serves has the texts of one language with its script; the largest counts.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMITS = { booking: 59_000, manage: 55_000, owner: 120_000, embed: 2_000 };

const read = (file) => readFile(resolve(import.meta.dirname, 'dist', file), 'utf8');
const texts = Object.values(JSON.parse(await read('texts.json'))).map(({ guest = {}, owner = {} }) => ({ guest, owner }));

for (const [name, limit] of Object.entries(LIMITS)) {
  const script = await read(`${name}.js`);
  const beside = name === 'embed' ? [] : texts.map(({ guest, owner }) => JSON.stringify(name === 'owner' ? { guest, owner } : { guest }));
  const size = Math.max(...['', ...beside].map((text) => gzipSync(text + script, { level: 9 }).length));
  console.log(`${name}.js  ${size} of ${limit} bytes`);
  if (size > limit) {
    console.error(`${name}.js has ${size} bytes with gzip, and may have ${limit}`);
    process.exitCode = 1;
  }
}
