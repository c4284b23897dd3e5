import { awaitKafka } from '../kafka/await-kafka.ts';
import type { AwaitKafkaOptions, AwaitedKafka } from '../kafka/await-kafka.ts';
import { awaitModel } from '../onnx/await-model.ts';
import type { LoadedRiskModel } from '../onnx/risk-model.ts';
import { awaitPartitionCount } from '../redis/await-partition-count.ts';
import { awaitRedis } from '../redis/await-redis.ts';
import type { RedisSettings } from '../redis/client.ts';
import type { Part } from './part-board.ts';
import type { ProcessLife } from './run-process.ts';

export interface StatePartsOptions {
  readonly redisSettings: RedisSettings;
  readonly keyspace: string;
  readonly kafka: Omit<AwaitKafkaOptions, 'part' | 'signal'>;
  readonly modelDirectory: string;
  readonly parts: { readonly redis: Part; readonly kafka: Part; readonly model: Part };
}

export interface StateParts extends AwaitedKafka {
  readonly redis: Awaited<ReturnType<typeof awaitRedis>>;
  readonly model: LoadedRiskModel;
}

/**
 * Waits, side by side, for the parts of a service that works on the subscribers' states; they close with the process.
 *
 * @throws StartRefusal where one of them is there and does not fit.
 */
export async function awaitStateParts(options: StatePartsOptions, life: ProcessLife): Promise<StateParts> {
  const { redisSettings, keyspace, kafka, modelDirectory, parts } = options;
  const { signal, onClose } = life;
  const [redis, { partitionCount, producer, offsets }, model] = await Promise.all([
    awaitRedis({ settings: redisSettings, keyspace, part: parts.redis, signal }),
    awaitKafka({ ...kafka, part: parts.kafka, signal }),
    awaitModel(modelDirectory, parts.model, signal),
  ]);
  onClose(() => {
    redis.disconnect();
    return undefined;
  });
  onClose(() => Promise.all([producer.close(), offsets.close(), model.close()]));
  await awaitPartitionCount({ redis, keyspace, partitionCount, part: parts.redis, signal });
  parts.model.up(`${model.modelVersion}, SHA-256 ${model.sha256.slice(0, 12)}`);
  return { redis, partitionCount, producer, offsets, model };
}
