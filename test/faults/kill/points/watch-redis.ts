import { Command, Redis } from 'ioredis';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { KillPoint, Reached } from './kill-points.ts';
import { wrapMethod } from './wrap-method.ts';

interface Step {
  readonly before: KillPoint;
  readonly sent?: KillPoint;
  readonly answered: KillPoint;
}

const SERVICES = join(import.meta.dirname, '..', '..', '..', '..', 'services');

const stepsByScript = new Map<string, Step>([
  ...ofScript('platform/redis/scripts/commit-batch-n.lua', {
    before: 'before commit',
    sent: 'commit sent',
    answered: 'commit answered',
  }),
  ...ofScript('platform/redis/scripts/trim-outbox-2.lua', { before: 'before trim', answered: 'trim answered' }),
  ...ofScript('retention/redis/scripts/create-order-8.lua', {
    before: 'before create',
    sent: 'create sent',
    answered: 'create answered',
  }),
  ...ofScript('retention/redis/scripts/update-order-6.lua', {
    before: 'before update',
    sent: 'update sent',
    answered: 'update answered',
  }),
]);
/** By which retention trims its outbox. */
const XDEL: Step = { before: 'before trim', answered: 'trim answered' };

export function watchRedis(reached: Reached): void {
  wrapMethod(Redis, 'sendCommand', (call, args, self) => {
    const [command] = args;
    const step = command instanceof Command ? stepOf(command) : undefined;
    if (step === undefined || !(command instanceof Command)) return call(args);
    const { before, sent, answered } = step;
    reached(before);
    // Ahead of whoever waits for it in the service. What failed was no answer.
    command.promise.then(
      () => {
        reached(answered);
      },
      () => undefined,
    );
    const reply = call(args);
    const stream: unknown = typeof self === 'object' && self !== null ? Reflect.get(self, 'stream') : undefined;
    if (sent !== undefined && stream instanceof Writable) {
      // Called when all that was written before it has gone to the kernel, so ahead of any answer.
      stream.write(Buffer.alloc(0), () => {
        reached(sent);
      });
    }
    return reply;
  });
}

function stepOf({ name, args }: Command): Step | undefined {
  const lower = name.toLowerCase();
  if (lower === 'xdel') return XDEL;
  const [script] = args;
  return lower.startsWith('eval') && typeof script === 'string' ? stepsByScript.get(script) : undefined;
}

/** A script is sent by its hash, or in full where the server does not know it. */
function ofScript(path: string, step: Step): [string, Step][] {
  const source = readFileSync(join(SERVICES, path), 'utf8');
  return [source, createHash('sha1').update(source).digest('hex')].map((sentAs) => [sentAs, step]);
}
