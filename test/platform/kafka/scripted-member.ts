import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';

const load = createRequire(import.meta.url);
const MOST_FETCHES = 1_000;

/** What a broker is asked by a member of a group, in the order of its asking; `left` is the end of its membership. */
export type Asked = 'join' | 'sync' | 'heartbeat' | 'fetch' | 'left';

export interface MemberScript {
  /** Called before a request is answered, with how many of its kind there have been; its throw is the answer. */
  answer(asked: Asked, count: number): Promise<void> | void;
  /** Brokers that are there. */
  brokers?(): readonly number[];
}

export interface ScriptedMember {
  readonly asked: readonly Asked[];
  /** Why the client gave up. */
  readonly crash: Promise<unknown>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The client's own loop and group, and a cluster that answers as told. One partition is assigned. */
export function createScriptedMember(script: MemberScript): ScriptedMember {
  const asked: Asked[] = [];
  const crash = Promise.withResolvers<unknown>();
  const ask = async (what: Asked): Promise<void> => {
    asked.push(what);
    await script.answer(what, asked.filter((one) => one === what).length);
  };
  const { MemberAssignment } = parts('kafkajs/src/consumer/assignerProtocol');
  const coordinator = {
    isConnected: () => true,
    offsetFetch: () =>
      Promise.resolve({ responses: [{ topic: 'topic', partitions: [{ partition: 0, offset: '0' }] }] }),
    async joinGroup() {
      await ask('join');
      return { generationId: 1, leaderId: 'another', memberId: 'member', members: [], groupProtocol: 'any' };
    },
    async syncGroup() {
      await ask('sync');
      return { memberAssignment: call(MemberAssignment, 'encode', { version: 1, assignment: { topic: [0] } }) };
    },
    heartbeat: () => ask('heartbeat'),
    leaveGroup: () => ask('left'),
  };
  const broker = {
    async fetch() {
      await setImmediate();
      await ask('fetch');
      return { responses: [] };
    },
  };
  const committed = { topic: { 0: '0' } };
  const brokers = (): readonly number[] => script.brokers?.() ?? [1];
  const cluster = {
    connect: nothing,
    refreshMetadata: nothing,
    refreshMetadataIfNecessary: nothing,
    getNodeIds: brokers,
    findGroupCoordinator: () => Promise.resolve(coordinator),
    findBroker: () => Promise.resolve(broker),
    findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
    committedOffsets: () => committed,
  };
  const logger = { namespace: () => logger, debug: ignore, info: ignore, warn: ignore, error: ignore };
  const shared = {
    logger,
    instrumentationEmitter: { emit: ignore },
    retry: { initialRetryTime: 1, maxRetryTime: 1, retries: 3, factor: 0, multiplier: 1 },
    autoCommit: false,
  };
  const group = construct('kafkajs/src/consumer/consumerGroup', {
    ...shared,
    cluster,
    groupId: 'group',
    topics: ['topic'],
    topicConfigurations: { topic: { fromBeginning: true } },
    assigners: [{ name: 'any', protocol: () => ({}) }],
    sessionTimeout: 30_000,
    rebalanceTimeout: 60_000,
    metadataMaxAge: 8_000,
  });
  const runner = construct('kafkajs/src/consumer/runner', {
    ...shared,
    consumerGroup: group,
    concurrency: 1,
    heartbeatInterval: 0,
    onCrash: crash.resolve,
    eachBatch: nothing,
  });
  boundFetches(runner);
  return {
    asked,
    crash: crash.promise,
    async start() {
      await call(runner, 'start');
    },
    async stop() {
      await call(runner, 'stop');
    },
  };
}

/** Fetches that never let the event loop turn would hold up any time limit. */
function boundFetches(runner: object): void {
  const fetch: unknown = Reflect.get(runner, 'fetch');
  assert.ok(typeof fetch === 'function');
  let count = 0;
  Reflect.set(runner, 'fetch', (...args: unknown[]): unknown => {
    count += 1;
    if (count > MOST_FETCHES) {
      process.stderr.write(`${MOST_FETCHES} fetches: they do not end\n`);
      process.exit(1);
    }
    const fetched: unknown = Reflect.apply(fetch, runner, args);
    return fetched;
  });
}

function parts(module: string): Readonly<Record<string, object>> {
  const loaded: unknown = load(module);
  assert.ok(typeof loaded === 'object' && loaded !== null);
  return Object.fromEntries(
    Object.entries(loaded).filter((entry): entry is [string, object] => typeof entry[1] === 'object'),
  );
}

function construct(module: string, options: object): object {
  const made: unknown = load(module);
  assert.ok(typeof made === 'function');
  const instance: unknown = Reflect.construct(made, [options]);
  assert.ok(typeof instance === 'object' && instance !== null);
  return instance;
}

function call(of: object | undefined, method: string, ...args: unknown[]): unknown {
  assert.ok(of);
  const found: unknown = Reflect.get(of, method);
  assert.ok(typeof found === 'function');
  const result: unknown = Reflect.apply(found, of, args);
  return result;
}

function nothing(): Promise<void> {
  return Promise.resolve();
}

function ignore(): void {
  // Nobody looks at it.
}
