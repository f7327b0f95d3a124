// Builds web/dist: one minified script a page, in which everything is but the texts of other languages than English;
// those as texts.json, of which a page that the database serves holds one language; and the hashes of the scripts.
// The same sources give the same bytes, so that what is committed can be compared with what they give.
//
//     node build.mjs [--out DIRECTORY] [NAME…]
//     node build.mjs --package          web/package: modules for bundlers, which bring the libraries themselves

import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { shorterTemplates } from './templates.mjs';

const root = import.meta.dirname;
const all = ['booking', 'manage', 'owner', 'embed'];
const rooms = ['guest', 'owner'];

const { values, positionals } = parseArgs({
  options: { out: { type: 'string', default: 'dist' }, package: { type: 'boolean', default: false } },
  allowPositionals: true,
});

/** What no script may have in it that stands in a page: browsers would end it there, or read other bytes. */
const MISPLACED = [/<\/script/i, /<script/i, /<!--/, /\r/, /\0/, /[\u2028\u2029\ufeff]/];

/** Two of the scripts on one page have elements in common, cally's among them: who comes second leaves them be. */
const ONCE = `const customElements = {
  define: (name, element) => window.customElements.get(name) ?? window.customElements.define(name, element),
  get: (name) => window.customElements.get(name),
};`;

const shared = { root, configFile: false, logLevel: 'warn' };
const target = ['chrome123', 'firefox120', 'safari17.5'];

async function script(name, out) {
  await build({
    ...shared,
    plugins: [shorterTemplates()],
    build: {
      outDir: out,
      emptyOutDir: false,
      copyPublicDir: false,
      target,
      // An IIFE is minified whole, which libraries as ES modules are not.
      lib: {
        entry: resolve(root, `src/${name}.ts`),
        formats: ['iife'],
        name: 'scheduling',
        fileName: () => `${name}.js`,
      },
      rolldownOptions: { output: { intro: ONCE } },
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const built = await readFile(resolve(out, `${name}.js`));
  for (const wrong of MISPLACED) {
    if (wrong.test(built.toString('utf8'))) throw new Error(`${name}.js has ${wrong} in it, and could not stand in a page`);
  }
  console.log(`${name}.js  ${built.length} bytes, ${gzipSync(built, { level: 9 }).length} gzipped`);
  return `sha256-${createHash('sha256').update(built).digest('base64')}`;
}

/** `{ de: { guest: {…}, owner: {…} } }`: the texts of each language beside English that has any. */
async function texts() {
  const languages = {};
  for (const room of rooms) {
    const { output } = (
      await build({
        ...shared,
        build: { write: false, minify: false, lib: { entry: resolve(root, `src/text/${room}/others.ts`), formats: ['es'], fileName: 'others' } },
      })
    )[0];
    const { others } = await import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
    for (const language of Object.keys(others).sort()) {
      if (Object.keys(others[language]).length) (languages[language] ??= {})[room] = others[language];
    }
  }
  return languages;
}

async function modules(out) {
  await rm(out, { recursive: true, force: true });
  const { dependencies } = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8'));
  const libraries = new RegExp(`^(${Object.keys(dependencies).join('|')})(/|$)`);
  await build({
    ...shared,
    build: {
      outDir: out,
      copyPublicDir: false,
      target,
      minify: false,
      lib: {
        entry: Object.fromEntries(['index', ...all].map((name) => [name, resolve(root, `src/${name}.ts`)])),
        formats: ['es'],
      },
      rolldownOptions: { external: libraries },
    },
  });
}

if (values.package) {
  await modules(resolve(root, 'package'));
} else {
  const out = resolve(root, values.out);
  await mkdir(out, { recursive: true });
  const hashes = {};
  for (const name of positionals.length ? positionals : all) hashes[name] = await script(name, out);
  // Some alone are for looking at: what is written down is of all.
  if (!positionals.length) {
    await writeFile(resolve(out, 'texts.json'), `${JSON.stringify(await texts(), null, 1)}\n`);
    await writeFile(resolve(out, 'hashes.json'), `${JSON.stringify(hashes, null, 2)}\n`);
  }
}
