// How large the pages' scripts may be, with gzip: one over its limit fails `make size`. A page that the database
// serves has the texts of one language with its script; the largest counts.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMITS = {
  'served/booking': 55_000,
  'served/manage': 55_000,
  'served/owner': 120_000,
  embed: 2_000,
  // for pages of others, in all languages
  booking: 80_000,
  manage: 80_000,
  owner: 200_000,
};

const read = (file) => readFile(resolve(import.meta.dirname, 'dist', file), 'utf8');
const texts = Object.values(JSON.parse(await read('texts.json'))).map(({ guest = {}, owner = {} }) => ({ guest, owner }));

for (const [name, limit] of Object.entries(LIMITS)) {
  const script = await read(`${name}.js`);
  const beside = !name.startsWith('served/')
    ? ['']
    : ['', ...texts.map(({ guest, owner }) => JSON.stringify(name.endsWith('owner') ? { guest, owner } : { guest }))];
  const size = Math.max(...beside.map((text) => gzipSync(text + script, { level: 9 }).length));
  console.log(`${name}.js  ${size} of ${limit} bytes`);
  if (size > limit) {
    console.error(`${name}.js has ${size} bytes with gzip, and may have ${limit}`);
    process.exitCode = 1;
  }
}
