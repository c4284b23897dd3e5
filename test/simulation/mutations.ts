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
    foundBy: /invariant 2: .* committed, but .* is the owner/,
    scripts: [script('platform/redis/scripts/commit-batch-n.lua', { find: 'control[1] ~= ARGV[1]', put: 'false' })],
  },
  {
    name: 'a commit is taken at any place of the chain',
    foundBy: /invariant 2: the sequence went from \d+ to \d+/,
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
    foundBy: /invariants 1 and 4: \w+ is \d+ at offset undefined/,
    scripts: [script('platform/redis/scripts/commit-batch-n.lua', { find: "'next', ARGV[3], ", put: '' })],
  },
  {
    name: 'an outbox is trimmed by anybody',
    foundBy: /invariant 2: .* trimmed the outbox, but .* is the owner/,
    scripts: [
      script('platform/redis/scripts/trim-outbox-2.lua', {
        find: "redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1]",
        put: 'false',
      }),
    ],
  },
  {
    name: 'an outbox is trimmed whatever stands in it',
    foundBy: /invariant 1: .* was decided, and is neither in the outbox nor on its topic/,
    scripts: [
      script('platform/redis/scripts/trim-outbox-2.lua', {
        find: "redis.call('LINDEX', KEYS[2], count - 1) ~= ARGV[3]",
        put: 'false',
      }),
    ],
  },
  {
    name: 'an order is created though there is one',
    foundBy: /work-order: .* stands for two contents/,
    scripts: [
      script('retention/redis/scripts/create-order-8.lua', {
        find: "redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 or redis.call('HEXISTS', KEYS[3], ARGV[4]) == 1",
        put: 'false',
      }),
    ],
  },
  {
    name: 'an order is changed whatever its version',
    foundBy: /work-order: .* stands for two contents|a version after \d+ of .* was told|a later one was acknowledged/,
    scripts: [
      script('retention/redis/scripts/update-order-6.lua', {
        find: "redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2]",
        put: 'false',
      }),
    ],
  },
  {
    name: 'an event that comes again is not recognised',
    foundBy: /each event once: \d+ are folded, of \d+ different ids/,
    ofRecord: withIdOfItsOwn,
  },
  {
    name: 'scores and alerts are published before the commit',
    foundBy: /invariant 1: .* was told before it was decided/,
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
    foundBy: /invariant 1: .* was decided, and is neither in the outbox nor on its topic/,
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
    name: 'an outbox is sent with its newest entries first',
    foundBy: /order: a .* that was decided after .* was told before it/,
    ofPublish: (publish) => (partition, owner, deps) => {
      let inOrder: readonly Uint8Array[] = [];
      return publish(partition, owner, {
        ...deps,
        store: {
          async readOutbox(of, count) {
            inOrder = await deps.store.readOutbox(of, count);
            return inOrder.toReversed();
          },
          trimOutbox: (of, by) => deps.store.trimOutbox(of, by, inOrder),
        },
      });
    },
  },
  {
    name: 'a commit does not wait until records are parked',
    foundBy: /invariant 8: .* was passed before it was parked/,
    ofPark: (park) => (partition, parked) => {
      void park(partition, parked).catch(() => undefined);
      return Promise.resolve();
    },
  },
  {
    name: "reading goes on where Kafka's group stands, not Redis",
    foundBy: /invariant 3: .* is passed over/,
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
    foundBy: /invariants 1 and 4: \w+ is \d+ at offset \d+/,
    ofScorerHandlers: (handlers) => ({
      ...handlers,
      onBatch: (batch) => handlers.onBatch({ ...batch, fetchedFrom: 0n }),
    }),
  },
  {
    name: 'a position of retention is written before its records are handled',
    foundBy: /invariant 7: the alert .* was passed without an order/,
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
