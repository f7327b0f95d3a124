// Builds web/dist: one minified script a page, in which everything is, and the hashes of all of them. The same
// sources give the same bytes, so that what is committed can be compared with what they give.
//
//     node build.mjs [--out DIRECTORY] [NAME…]
//     node build.mjs --package          web/package: modules for bundlers, which bring the libraries themselves

import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = import.meta.dirname;
const all = ['booking', 'manage', 'owner', 'embed'];
const browsers = ['chrome123', 'firefox120', 'safari17.5'];

const { values, positionals } = parseArgs({
  options: { out: { type: 'string', default: 'dist' }, package: { type: 'boolean', default: false } },
  allowPositionals: true,
});

/** What no script may have in it that stands in a page: browsers would end it there, or read other bytes. */
const MISPLACED = [/<\/script/i, /<script/i, /<!--/, /\r/, /\0/, /[\u2028\u2029\ufeff]/];

async function scripts(names, out) {
  await mkdir(out, { recursive: true });
  const hashes = {};
  for (const name of names) {
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      build: {
        outDir: out,
        emptyOutDir: false,
        copyPublicDir: false,
        target: browsers,
        // An IIFE is minified whole, which libraries as ES modules are not.
        lib: { entry: resolve(root, `src/${name}.ts`), formats: ['iife'], name: 'scheduling', fileName: () => `${name}.js` },
      },
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    const script = await readFile(resolve(out, `${name}.js`));
    const text = script.toString('utf8');
    for (const wrong of MISPLACED) {
      if (wrong.test(text)) throw new Error(`${name}.js has ${wrong} in it, and could not stand in a page`);
    }
    hashes[name] = `sha256-${createHash('sha256').update(script).digest('base64')}`;
    console.log(`${name}.js  ${script.length} bytes, ${gzipSync(script, { level: 9 }).length} gzipped`);
  }
  // Some alone are for looking at: the hashes are those of all.
  if (names.length === all.length) await writeFile(resolve(out, 'hashes.json'), `${JSON.stringify(hashes, null, 2)}\n`);
}

async function modules(out) {
  await rm(out, { recursive: true, force: true });
  const { dependencies } = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8'));
  const libraries = new RegExp(`^(${Object.keys(dependencies).join('|')})(/|$)`);
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: out,
      copyPublicDir: false,
      target: browsers,
      minify: false,
      lib: {
        entry: Object.fromEntries(['index', ...all].map((name) => [name, resolve(root, `src/${name}.ts`)])),
        formats: ['es'],
      },
      rolldownOptions: { external: libraries },
    },
  });
}

if (values.package) await modules(resolve(root, 'package'));
else await scripts(positionals.length ? positionals : all, resolve(root, values.out));
