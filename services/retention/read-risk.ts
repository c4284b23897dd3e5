import type { ChangeExplanation } from '../core/explain/explain-change.ts';
import { PROTECTIVE_REASONS, selectReasons, splitReasons } from '../core/explain/select-reasons.ts';
import { asOfFor } from '../core/features/feature-view.ts';
import { FEATURES } from '../core/features/registry.ts';
import { buildVector } from '../core/features/vector.ts';
import { parsePartitionRecord } from '../core/partition/partition-record.ts';
import type { PartitionRecord } from '../core/partition/partition-record.ts';
import type { Policy } from '../core/policy/policy.ts';
import { alertIdOf } from '../core/risk/decide-risk.ts';
import type { RiskScore, ScoreExplanation } from '../core/risk/risk.ts';
import { decodeSubscriber } from '../core/subscriber/subscriber-codec.ts';
import type { SubscriberState } from '../core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../core/time/civil-calendar.ts';
import { START_OF_TIME, staleFeedsOf } from '../core/time/partition-time.ts';
import type { PartitionTime } from '../core/time/partition-time.ts';
import type { PartitionStore } from '../platform/redis/partition-store.ts';
import { FIRST, formatCursor, parseCursor } from './band-cursor.ts';
import { toPartitionHealth } from './partition-health.ts';
import { UnknownCursorError } from './risk-reader.ts';
import type {
  EpisodeState,
  FeatureValue,
  ListedBand,
  PartitionHealth,
  RiskAnswer,
  RiskChange,
  RiskPage,
  RiskReader,
} from './risk-reader.ts';

export interface RiskReaderDeps {
  readonly store: Pick<PartitionStore, 'readStates' | 'readPosition' | 'listBand' | 'countBand'>;
  readonly model: {
    readonly modelVersion: string;
    readonly featureSchemaSha256: string;
    scoreBatch(rows: Float32Array, count: number): Promise<Float32Array>;
    scoreOne(vector: Float32Array): number;
    explain(vector: Float32Array): ScoreExplanation;
    contributionsOf(vector: Float32Array): ArrayLike<number>;
    explainChange(before: Float32Array, after: Float32Array): ChangeExplanation;
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

interface OneSubscriber {
  readonly known: KnownSubscriber;
  readonly score: RiskScore;
  readonly health: PartitionHealth;
}

/**
 * Reads the scorers' states and computes score, features and reasons from them at the time of asking, by the code that
 * the stream runs: all three speak of one vector and one as-of. Band and episode are what the stream decided last.
 */
export function createRiskReader(deps: RiskReaderDeps): RiskReader {
  const { store, model, policy, partitionCount } = deps;
  const calendar = createCivilCalendar(policy.timeZone);
  const topReasons = { raising: policy.reasons.limit, protective: PROTECTIVE_REASONS };

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

  async function readOne(subscriberId: string): Promise<OneSubscriber | undefined> {
    const partition = deps.partitionOf(subscriberId);
    const time = await timeOf(partition);
    const [known] = await readKnown(partition, [subscriberId], time);
    if (known === undefined) return undefined;
    // A walk through the trees is quicker for a single row than a call into the runtime, and the same.
    const score = toScore(known, model.scoreOne(known.vector), time);
    return { known, score, health: toPartitionHealth(partition, time, policy) };
  }

  async function scoreAll(known: readonly KnownSubscriber[], time: PartitionTime): Promise<RiskScore[]> {
    const rows = new Float32Array(known.length * FEATURES.length);
    known.forEach(({ vector }, i) => {
      rows.set(vector, i * FEATURES.length);
    });
    const scores = known.length === 0 ? rows : await model.scoreBatch(rows, known.length);
    return known.map((subscriber, i) => toScore(subscriber, scores[i] ?? Number.NaN, time));
  }

  function toScore(
    { subscriberId, state, asOfMs }: KnownSubscriber,
    riskScore: number,
    time: PartitionTime,
  ): RiskScore {
    return {
      subscriberId,
      riskScore,
      riskBand: state.risk.band,
      asOfMs,
      cause: 'query',
      modelVersion: model.modelVersion,
      policyVersion: policy.version,
      staleFeeds: staleFeedsOf(time, policy.time).map(({ feed }) => feed),
      watermarkMs: time.watermarkMs,
      episode: state.risk.episode,
    };
  }

  return {
    featureSchemaSha256: model.featureSchemaSha256,

    async read(subscriberId, detail): Promise<RiskAnswer | undefined> {
      const one = await readOne(subscriberId);
      if (one === undefined) return undefined;
      const { vector, state } = one.known;
      const explanation = model.explain(vector);
      const { baseMargin, rawMargin } = explanation;
      return {
        score: one.score,
        baseMargin,
        rawMargin,
        ...(detail === 'all' ? splitReasons(explanation) : selectReasons(explanation, topReasons)),
        features: toFeatureValues(vector, detail === 'all' ? model.contributionsOf(vector) : undefined),
        health: one.health,
        episode: toEpisode(subscriberId, state),
      };
    },

    async readChange(subscriberId, before): Promise<RiskChange | undefined> {
      const one = await readOne(subscriberId);
      if (one === undefined) return undefined;
      return { score: one.score, health: one.health, change: model.explainChange(before, one.known.vector) };
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
          toPartitionHealth(partition, await timeOf(partition), policy),
        ),
      ),
  };

  async function countAll(band: ListedBand): Promise<number> {
    const counts = await Promise.all(Array.from({ length: partitionCount }, (_, p) => store.countBand(p, band)));
    return counts.reduce((sum, count) => sum + count, 0);
  }
}

function toFeatureValues(vector: Float32Array, contributions: ArrayLike<number> | undefined): FeatureValue[] {
  return FEATURES.map(({ name, unit, meaning }, i) => {
    const raw = vector[i] ?? Number.NaN;
    const value = Number.isNaN(raw) ? undefined : raw;
    return { name, value, unit, contribution: contributions?.[i], meaningEn: meaning.en, meaningZh: meaning.zh };
  });
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
