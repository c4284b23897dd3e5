/**
 * Loaded into a service ahead of it (NODE_OPTIONS=--import): shifts the host's clock for this process, by what a file says
 * now. Clocks that count from the start of the process (performance.now, timers) go on, as they do on a host whose clock is
 * set. The services know nothing of it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { readShiftFile } from './config.ts';

const POLL_MS = 20;

const file = readShiftFile();
let shiftMs = 0;
const realNow = Date.now.bind(Date);
const shiftedNow = (): number => realNow() + shiftMs;

globalThis.Date = new Proxy(Date, {
  construct: (target, given: unknown[], made): object =>
    Reflect.construct(target, given.length === 0 ? [shiftedNow()] : given, made) as object,
  get: (target, name): unknown => (name === 'now' ? shiftedNow : Reflect.get(target, name)),
});

function follow(): void {
  const wantedMs = Number(readFileSync(file, 'utf8'));
  if (wantedMs === shiftMs) return;
  shiftMs = wantedMs;
  // Tells that it took place.
  writeFileSync(`${file}.${process.pid}`, String(shiftMs));
}

follow();
setInterval(follow, POLL_MS).unref();
