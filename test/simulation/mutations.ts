import { decodeLogRecord, encodeLogRecord } from '../../services/contracts/log-record.ts';
import type { PositionedBatchesDeps } from '../../services/platform/kafka/positioned-batches.ts';
import type { InputRecord } from '../../services/scorer/ports.ts';
import type { Mutation } from './mutation.ts';
import { mutateScript } from './redis/mutate-script.ts';
import type { MutatedScript, ScriptEdit } from './redis/mutate-script.ts';

/** Every protection of the service whose lack a run must show, each taken away alone. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a commit is taken from anybody',
    scripts: [script('platform/redis/scripts/commit-batch-n.lua', { find: 'control[1] ~= ARGV[1]', put: 'false' })],
  },
  {
    name: 'a commit is taken at any place of the chain',
    scripts: [
      script(
        'platform/redis/scripts/commit-batch-n.lua',
        { find: 'tonumber(control[2]) == seq + 1', put: 'false' },
        { find: 'tonumber(control[2]) ~= seq', put: 'false' },
      ),
    ],
  },
  {
    name: 'a commit leaves the next offset as it was',
    scripts: [script('platform/redis/scripts/commit-batch-n.lua', { find: "'next', ARGV[3], ", put: '' })],
  },
  {
    name: 'an outbox is trimmed by anybody',
    scripts: [
      script('platform/redis/scripts/trim-outbox-2.lua', {
        find: "redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1]",
        put: 'false',
      }),
    ],
  },
  {
    name: 'an outbox is trimmed whatever stands in it',
    scripts: [
      script('platform/redis/scripts/trim-outbox-2.lua', {
        find: "redis.call('LINDEX', KEYS[2], count - 1) ~= ARGV[3]",
        put: 'false',
      }),
    ],
  },
  {
    name: 'an order is created though there is one',
    scripts: [
      script('retention/redis/scripts/create-order-8.lua', {
        find: "redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 or redis.call('HEXISTS', KEYS[3], ARGV[4]) == 1",
        put: 'false',
      }),
    ],
  },
  {
    name: 'an order is changed whatever its version',
    scripts: [
      script('retention/redis/scripts/update-order-6.lua', {
        find: "redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2]",
        put: 'false',
      }),
    ],
  },
  { name: 'an event that comes again is not recognised', ofRecord: withIdOfItsOwn },
  {
    name: 'scores and alerts are published before the commit',
    ofStore: (store, publish) => ({
      ...store,
      async commit(partition, commit) {
        await publish(partition, commit.outbox);
        return store.commit(partition, commit);
      },
    }),
  },
  {
    name: 'an outbox is trimmed before it is sent',
    ofPublish: (publish) => (partition, owner, deps) =>
      publish(partition, owner, {
        ...deps,
        store: {
          async readOutbox(of, count) {
            const entries = await deps.store.readOutbox(of, count);
            await deps.store.trimOutbox(of, owner, entries);
            return entries;
          },
          trimOutbox: () => Promise.resolve(true),
        },
      }),
  },
  {
    name: 'a commit does not wait until records are parked',
    ofPark: (park) => (partition, parked) => {
      void park(partition, parked).catch(() => undefined);
      return Promise.resolve();
    },
  },
  {
    name: "reading goes on where Kafka's group stands, not Redis",
    ofScorerHandlers: (handlers) => ({
      ...handlers,
      positionOf: () => Promise.resolve(undefined),
      async onBatch(batch) {
        const next = await handlers.onBatch(batch);
        return next.type === 'seek' ? { type: 'continue-at', offset: batch.nextOffset } : next;
      },
    }),
  },
  {
    name: 'what is missing before a batch is taken for a hole',
    ofScorerHandlers: (handlers) => ({
      ...handlers,
      onBatch: (batch) => handlers.onBatch({ ...batch, fetchedFrom: 0n }),
    }),
  },
  {
    name: 'a position of retention is written before its records are handled',
    ofBatches: (deps) => ({
      ...deps,
      async handleBatch(batch) {
        const last = batch.records.at(-1);
        if (last !== undefined) await writePosition(deps, batch.partition, last.offset + 1n);
        await deps.handleBatch(batch);
      },
    }),
  },
];

function script(path: string, ...edits: readonly ScriptEdit[]): MutatedScript {
  return mutateScript(new URL(`../../services/${path}`, import.meta.url), edits);
}

async function writePosition(
  { positions }: PositionedBatchesDeps,
  partition: number,
  nextOffset: bigint,
): Promise<boolean> {
  if (positions === undefined) throw new Error('no positions are kept');
  return await positions.write(partition, nextOffset, (await positions.read(partition)).serverLife);
}

/** The print that an event is known by comes from its id. */
function withIdOfItsOwn(record: InputRecord): InputRecord {
  const decoded = record.value === null ? undefined : decodeLogRecord(record.value);
  if (decoded?.ok !== true) return record;
  const eventId = `${decoded.value.eventId}@${record.offset}`;
  return { ...record, value: Buffer.from(encodeLogRecord({ ...decoded.value, eventId })) };
}
