import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { RiskScore } from '../../core/risk/risk.ts';
import { staleNoticesOf, stalenessCauses, stalenessOf } from '../risk-freshness.ts';
import type { StaleNotice } from '../risk-freshness.ts';
import type { FeedHealth, PartitionHealth, RiskAnswer } from '../risk-reader.ts';
import { isoTime } from '../tmf/iso-time.ts';
import { maybe } from './schema.ts';

const time = Type.String({ format: 'date-time' });
const band = Type.Enum(['low', 'medium', 'high']);

/** A pseudonym. What looks like a phone number is refused, so that none gets into logs of addresses. */
export const subscriberIdSchema = Type.String({
  pattern: '^(?!\\+?\\d{6,15}$)[A-Za-z0-9_.:-]{1,80}$',
  description: 'Pseudonym of the subscriber, "<key id>-<hash>"; never a phone number.',
});

export const riskSummarySchema = Type.Object(
  {
    subscriberId: Type.String(),
    riskScore: Type.Number({ minimum: 0, maximum: 1, description: 'Calibrated probability of churn.' }),
    riskBand: band,
    asOf: Type.String({ format: 'date-time', description: 'Instant of the log that the score speaks of.' }),
    cause: Type.Enum(['interval', 'trigger', 'daily', 'query'], { description: 'What made the service score.' }),
    modelVersion: Type.String(),
    policyVersion: Type.String(),
    staleFeeds: Type.Array(Type.String(), { description: 'Feeds that were behind when the score was made.' }),
    watermark: maybe(
      Type.String({ format: 'date-time', description: 'How far the log was known to be complete then.' }),
    ),
    episode: Type.Integer({ description: 'Number of the current or last episode of high risk; 0 for none.' }),
  },
  { title: 'RiskSummary' },
);

const feedSchema = Type.Object({
  feed: Type.String(),
  completeThrough: maybe(time),
  stale: Type.Boolean({ description: 'Whether it is too far behind the most advanced feed.' }),
  staleSince: maybe(
    Type.String({ format: 'date-time', description: 'While stale; absent where the feed never reported.' }),
  ),
});

export const staleNoticeSchema = Type.Object(
  {
    cause: Type.Enum([...stalenessCauses]),
    feed: maybe(Type.String({ description: 'The feed that is behind; absent where it is not one alone.' })),
    since: maybe(time),
    textEn: Type.String({ description: 'For the agent: what is missing, since when, in a sentence.' }),
    textZh: Type.String(),
  },
  { title: 'StaleNotice' },
);

export const partitionHealthSchema = Type.Object(
  { partition: Type.Integer(), watermark: maybe(time), feeds: Type.Array(feedSchema) },
  { title: 'PartitionHealth' },
);

/** How much of the explanation an answer holds. */
export const reasonDetailSchema = Type.Object(
  {
    reasons: Type.Optional(
      Type.Enum(['top', 'all'], {
        description: 'Default top. With all: every reason, and the contribution of every feature, so that they add up.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const reasonSchema = Type.Object(
  {
    story: Type.String({ description: 'What the reason is about, e.g. outgoing_calls.' }),
    feature: Type.String({ description: 'The feature that says it best; the values are its own.' }),
    value: maybe(Type.Number({ description: 'Absent when unknown.' })),
    typicalValue: maybe(Type.Number()),
    unit: Type.String(),
    direction: Type.Enum(['raises', 'lowers']),
    contribution: Type.Number({ description: 'Log-odds, of all features of the story together.' }),
    share: Type.Number({ description: 'Size of the contribution as a share of the sizes of all reasons, 0 to 1.' }),
    textEn: Type.String({ description: 'For the agent: the fact, in a sentence.' }),
    textZh: Type.String(),
  },
  { title: 'Reason' },
);

export const riskSchema = Type.Object(
  {
    ...riskSummarySchema.properties,
    fresh: Type.Boolean({ description: 'False when the answer must not be taken as current; see stale.' }),
    stale: Type.Array(Type.Enum([...stalenessCauses])),
    staleNotices: Type.Array(staleNoticeSchema, { description: 'Why it is not current; empty when fresh.' }),
    baseMargin: Type.Number({ description: 'Log-odds of an average subscriber of the training data.' }),
    rawMargin: Type.Number({
      description:
        'Log-odds of riskScore: baseMargin and the contributions of all reasons, or of all features, together.',
    }),
    reasons: Type.Array(reasonSchema, { description: 'What raises the risk, strongest first.' }),
    protectiveReasons: Type.Array(reasonSchema, { description: 'What still holds the customer, strongest first.' }),
    features: Type.Array(
      Type.Object({
        name: Type.String(),
        value: Type.Union([Type.Number(), Type.Null()], { description: 'null when unknown.' }),
        unit: Type.String(),
        contribution: maybe(Type.Number({ description: 'Log-odds; only with reasons=all.' })),
        asOf: time,
        meaningEn: Type.String(),
        meaningZh: Type.String(),
      }),
    ),
    health: partitionHealthSchema,
    currentEpisode: maybe(
      Type.Object({ number: Type.Integer(), alertId: Type.String(), openedAt: time, closedAt: maybe(time) }),
    ),
  },
  { title: 'Risk' },
);

export function toRiskSummary(score: RiskScore): Static<typeof riskSummarySchema> {
  const { asOfMs, watermarkMs, staleFeeds, ...rest } = score;
  return { ...rest, staleFeeds: [...staleFeeds], asOf: isoTime(asOfMs), watermark: isoTime(watermarkMs) };
}

export function toRisk(answer: RiskAnswer, nowMs: number): Static<typeof riskSchema> {
  const { score, baseMargin, rawMargin, reasons, protectiveReasons, features, health, episode } = answer;
  const notices = staleNoticesOf(answer, nowMs);
  const asOf = isoTime(score.asOfMs);
  return {
    ...toRiskSummary(score),
    ...toFreshness(notices),
    baseMargin,
    rawMargin,
    reasons: [...reasons],
    protectiveReasons: [...protectiveReasons],
    features: features.map((feature) => ({ ...feature, value: feature.value ?? null, asOf })),
    health: toPartitionHealth(health),
    currentEpisode: episode && {
      number: episode.number,
      alertId: episode.alertId,
      openedAt: isoTime(episode.openedAtMs),
      closedAt: isoTime(episode.closedAtMs),
    },
  };
}

/** What each answer about now says of its freshness. */
export function toFreshness(notices: readonly StaleNotice[]): {
  fresh: boolean;
  stale: StaleNotice['cause'][];
  staleNotices: Static<typeof staleNoticeSchema>[];
} {
  return { fresh: notices.length === 0, stale: stalenessOf(notices), staleNotices: notices.map(toStaleNotice) };
}

export function toStaleNotice({ sinceMs, ...rest }: StaleNotice): Static<typeof staleNoticeSchema> {
  return { ...rest, since: isoTime(sinceMs) };
}

export function toPartitionHealth(health: PartitionHealth): Static<typeof partitionHealthSchema> {
  const { partition, watermarkMs, feeds } = health;
  return { partition, watermark: isoTime(watermarkMs), feeds: feeds.map(toFeed) };
}

function toFeed({ feed, completeThroughMs, isStale }: FeedHealth): Static<typeof feedSchema> {
  const completeThrough = isoTime(completeThroughMs);
  return { feed, completeThrough, stale: isStale, staleSince: isStale ? completeThrough : undefined };
}
