// Builds web/dist: one minified script a page, in which everything is, and the hashes of all of them.
//
//     node build.mjs [--out DIRECTORY] [NAME…]

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = import.meta.dirname;
const all = ['booking', 'manage', 'owner', 'embed'];

const { values, positionals } = parseArgs({ options: { out: { type: 'string', default: 'dist' } }, allowPositionals: true });
const out = resolve(root, values.out);

const hashes = {};
for (const name of positionals.length ? positionals : all) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: out,
      emptyOutDir: false,
      target: ['chrome123', 'firefox120', 'safari17.5'],
      // One script that a page can hold: an IIFE is minified whole, which libraries as ES modules are not.
      lib: { entry: resolve(root, `src/${name}.ts`), formats: ['iife'], name: 'scheduling', fileName: () => `${name}.js` },
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const script = await readFile(resolve(out, `${name}.js`));
  hashes[name] = `sha256-${createHash('sha256').update(script).digest('base64')}`;
  console.log(`${name}.js  ${script.length} bytes, ${gzipSync(script, { level: 9 }).length} gzipped`);
}
if (!positionals.length) await writeFile(resolve(out, 'hashes.json'), `${JSON.stringify(hashes, null, 2)}\n`);
