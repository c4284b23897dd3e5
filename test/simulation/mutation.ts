import type { PartitionHandlers } from '../../services/platform/kafka/partition-consumer.ts';
import type { PositionedBatchesDeps } from '../../services/platform/kafka/positioned-batches.ts';
import type { PartitionStore } from '../../services/platform/redis/partition-store.ts';
import type { publishOutbox } from '../../services/scorer/publish-outbox.ts';
import type { InputRecord, ParkRecords } from '../../services/scorer/ports.ts';
import type { MutatedScript } from './redis/mutate-script.ts';

export type PublishOutbox = typeof publishOutbox;

/** Sends entries to their topics, from wherever. */
export type PublishEntries = (partition: number, entries: readonly Uint8Array[]) => Promise<void>;

/** A protection taken away, in all instances: by other text of a script, or by what is handed to the service's parts. */
export interface Mutation {
  readonly name: string;
  /** What a check says of it: a run that only breaks down or never ends shows nothing. */
  readonly foundBy: RegExp;
  readonly scripts?: readonly MutatedScript[];
  readonly ofStore?: (store: PartitionStore, publish: PublishEntries) => PartitionStore;
  readonly ofPublish?: (publish: PublishOutbox) => PublishOutbox;
  readonly ofPark?: (park: ParkRecords) => ParkRecords;
  readonly ofScorerHandlers?: (handlers: PartitionHandlers) => PartitionHandlers;
  readonly ofBatches?: (deps: PositionedBatchesDeps) => PositionedBatchesDeps;
  /** As every worker reads the log, the undisturbed one included. */
  readonly ofRecord?: (record: InputRecord) => InputRecord;
}
