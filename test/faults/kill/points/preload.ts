/**
 * Loaded into a service ahead of it (NODE_OPTIONS=--import): makes the process kill itself at a named point, and tells a
 * file so. The services know nothing of it.
 */
import { appendFileSync } from 'node:fs';
import { readPreloadSettings } from './config.ts';
import type { KillPoint } from './kill-points.ts';
import { shortenSessions, watchProduce } from './watch-kafka.ts';
import { watchHttp } from './watch-http.ts';
import { watchRedis } from './watch-redis.ts';

const { point, nth, reportFile, sessionMs } = readPreloadSettings();
let times = 0;

function reached(here: KillPoint): void {
  if (here !== point) return;
  times += 1;
  if (times < nth) return;
  appendFileSync(reportFile, `${here}\n`);
  process.kill(process.pid, 'SIGKILL');
}

if (sessionMs > 0) shortenSessions(sessionMs);
if (point !== '') {
  watchRedis(reached);
  watchProduce(reached);
  watchHttp(reached);
}
