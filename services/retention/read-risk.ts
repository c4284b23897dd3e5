import { asOfFor } from '../core/features/feature-view.ts';
import { FEATURES } from '../core/features/registry.ts';
import { buildVector } from '../core/features/vector.ts';
import { parsePartitionRecord } from '../core/partition/partition-record.ts';
import type { PartitionRecord } from '../core/partition/partition-record.ts';
import type { Policy } from '../core/policy/policy.ts';
import { alertIdOf } from '../core/risk/decide-risk.ts';
import type { Reason, RiskScore } from '../core/risk/risk.ts';
import { decodeSubscriber } from '../core/subscriber/subscriber-codec.ts';
import type { SubscriberState } from '../core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../core/time/civil-calendar.ts';
import { START_OF_TIME, staleFeedsOf } from '../core/time/partition-time.ts';
import type { PartitionTime } from '../core/time/partition-time.ts';
import type { PartitionStore } from '../platform/redis/partition-store.ts';
import { UnknownCursorError } from './risk-reader.ts';
import type {
  EpisodeState,
  FeatureValue,
  ListedBand,
  PartitionHealth,
  RiskAnswer,
  RiskPage,
  RiskReader,
} from './risk-reader.ts';

export interface RiskReaderDeps {
  readonly store: Pick<PartitionStore, 'readStates' | 'readPosition' | 'listBand' | 'countBand'>;
  readonly model: {
    readonly modelVersion: string;
    scoreBatch(rows: Float32Array, count: number): Promise<Float32Array>;
    reasonsOf(vector: Float32Array, limit: number): readonly Reason[];
  };
  readonly policy: Policy;
  readonly partitionCount: number;
  readonly partitionOf: (subscriberId: string) => number;
}

interface KnownSubscriber {
  readonly subscriberId: string;
  readonly state: SubscriberState;
  readonly asOfMs: number;
  readonly vector: Float32Array;
}

/**
 * Reads the scorers' states and computes score, features and reasons from them at the time of asking, by the code that
 * the stream runs: all three speak of one vector and one as-of. Band and episode are what the stream decided last.
 */
export function createRiskReader(deps: RiskReaderDeps): RiskReader {
  const { store, model, policy, partitionCount } = deps;
  const calendar = createCivilCalendar(policy.timeZone);

  async function timeOf(partition: number): Promise<PartitionTime> {
    const { record: text } = await store.readPosition(partition);
    const record: PartitionRecord | undefined = text === undefined ? undefined : parsePartitionRecord(text);
    return record?.time ?? START_OF_TIME;
  }

  async function readKnown(partition: number, ids: readonly string[], time: PartitionTime): Promise<KnownSubscriber[]> {
    const values = await store.readStates(partition, ids);
    return ids.flatMap((subscriberId, i) => {
      const value = values[i];
      if (value === undefined) return [];
      const state = decodeSubscriber(value);
      if (state.risk.riskScore === undefined) return [];
      const asOfMs = asOfFor(state, time.watermarkMs ?? 0);
      return [{ subscriberId, state, asOfMs, vector: buildVector(state, asOfMs, calendar) }];
    });
  }

  async function scoreAll(known: readonly KnownSubscriber[], time: PartitionTime): Promise<RiskScore[]> {
    const rows = new Float32Array(known.length * FEATURES.length);
    known.forEach(({ vector }, i) => {
      rows.set(vector, i * FEATURES.length);
    });
    const scores = known.length === 0 ? rows : await model.scoreBatch(rows, known.length);
    const staleFeeds = staleFeedsOf(time, policy.time).map(({ feed }) => feed);
    return known.map(({ subscriberId, state, asOfMs }, i) => ({
      subscriberId,
      riskScore: scores[i] ?? Number.NaN,
      riskBand: state.risk.band,
      asOfMs,
      cause: 'query',
      modelVersion: model.modelVersion,
      policyVersion: policy.version,
      staleFeeds,
      watermarkMs: time.watermarkMs,
      episode: state.risk.episode,
    }));
  }

  return {
    async read(subscriberId): Promise<RiskAnswer | undefined> {
      const partition = deps.partitionOf(subscriberId);
      const time = await timeOf(partition);
      const known = await readKnown(partition, [subscriberId], time);
      const [score] = await scoreAll(known, time);
      const [subscriber] = known;
      if (score === undefined || subscriber === undefined) return undefined;
      return {
        score,
        reasons: model.reasonsOf(subscriber.vector, policy.reasons.limit),
        features: toFeatureValues(subscriber.vector),
        health: toHealth(partition, time, policy),
        episode: toEpisode(subscriberId, subscriber.state),
      };
    },

    async list(band, after, limit): Promise<RiskPage> {
      const start = after === undefined ? FIRST : parseCursor(after);
      if (start === undefined) throw new UnknownCursorError('after: expected what a page gave as next');
      const scores: RiskScore[] = [];
      let next: string | undefined;
      for (let partition = start.partition; partition < partitionCount && next === undefined; partition++) {
        const from = partition === start.partition ? start.subscriberId : '';
        const ids = await store.listBand(partition, band, from, limit - scores.length + 1);
        const page = ids.slice(0, limit - scores.length);
        const time = await timeOf(partition);
        scores.push(...(await scoreAll(await readKnown(partition, page, time), time)));
        if (ids.length > page.length) next = formatCursor(partition, page.at(-1) ?? from);
      }
      return { scores, next, total: await countAll(band) };
    },

    feeds: async () =>
      Promise.all(
        Array.from({ length: partitionCount }, async (_, partition) =>
          toHealth(partition, await timeOf(partition), policy),
        ),
      ),
  };

  async function countAll(band: ListedBand): Promise<number> {
    const counts = await Promise.all(Array.from({ length: partitionCount }, (_, p) => store.countBand(p, band)));
    return counts.reduce((sum, count) => sum + count, 0);
  }
}

function toFeatureValues(vector: Float32Array): FeatureValue[] {
  return FEATURES.map(({ name, unit, meaning }, i) => {
    const value = vector[i] ?? Number.NaN;
    return { name, value: Number.isNaN(value) ? undefined : value, unit, meaningEn: meaning.en, meaningZh: meaning.zh };
  });
}

function toHealth(partition: number, time: PartitionTime, policy: Policy): PartitionHealth {
  const stale = new Map(staleFeedsOf(time, policy.time).map((entry) => [entry.feed, entry]));
  const names = new Set([...Object.keys(time.feeds), ...stale.keys()]);
  return {
    partition,
    watermarkMs: time.watermarkMs,
    feeds: [...names].toSorted().map((feed) => {
      const completeThroughMs = time.feeds[feed];
      return { feed, completeThroughMs, staleSinceMs: stale.has(feed) ? completeThroughMs : undefined };
    }),
  };
}

function toEpisode(subscriberId: string, { risk }: SubscriberState): EpisodeState | undefined {
  if (risk.episode === 0 || risk.episodeOpenedAtMs === undefined) return undefined;
  return {
    number: risk.episode,
    alertId: alertIdOf(subscriberId, risk.episode),
    openedAtMs: risk.episodeOpenedAtMs,
    closedAtMs: risk.episodeClosedAtMs,
  };
}

interface Cursor {
  readonly partition: number;
  readonly subscriberId: string;
}

const FIRST: Cursor = { partition: 0, subscriberId: '' };

function formatCursor(partition: number, subscriberId: string): string {
  return `${partition}.${subscriberId}`;
}

function parseCursor(after: string): Cursor | undefined {
  const match = /^(\d{1,6})\.([A-Za-z0-9_.:-]+)$/.exec(after);
  return match === null ? undefined : { partition: Number(match[1]), subscriberId: match[2] ?? '' };
}
