// graphile-worker as a peer of ours: a job is one HTTP POST of a kilobyte, fifty at a time, with the
// batching that its documents begin with (worker.graphile.org/docs/performance). It says "ready" when it
// listens, and leaves when its input ends.
//
//     NPM=… PGHOST=… node graphile.mjs DATABASE URL [migrate]      migrate: makes its schema, and leaves
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.NPM}/`);
const { run, runMigrations } = require('graphile-worker');
const { Agent, fetch, setGlobalDispatcher } = require('undici');

const [database, url, order] = process.argv.slice(2);
const CONCURRENCY = 50;
const connectionString = `postgres://postgres@/${database}?host=${encodeURIComponent(process.env.PGHOST)}`;
const preset = {
  worker: {
    connectionString,
    concurrentJobs: CONCURRENCY,
    maxPoolSize: CONCURRENCY + 1,
    pollInterval: 2000,
    localQueue: { size: CONCURRENCY + 1 },
    completeJobBatchDelay: 250,
    failJobBatchDelay: 250,
  },
};

if (order === 'migrate') {
  await runMigrations({ preset });
  process.exit(0);
}

setGlobalDispatcher(new Agent({ keepAliveTimeout: 60_000 }));
const post = async ({ body }) => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.text();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
};
const runner = await run({ preset, taskList: { post }, noHandleSignals: true });
process.stdin.on('end', () => runner.stop().finally(() => process.exit(0)));
process.stdin.resume();
console.log('ready');
