import type { PartitionHealth, RiskAnswer, RiskReader } from '../../services/retention/risk-reader.ts';
import { SAMPLE_FEATURE_SCHEMA } from './sample-alert.ts';

/** Risk from a list of answers, in which nothing ever changes; bands by subscriber id, the cursor is the last id. */
export function createMemoryRiskReader(
  answers: readonly RiskAnswer[],
  feeds: readonly PartitionHealth[] = [],
): RiskReader {
  return {
    featureSchemaSha256: SAMPLE_FEATURE_SCHEMA,
    // What an answer holds is what it was given, whatever the detail.
    read: (subscriberId) => Promise.resolve(answers.find(({ score }) => score.subscriberId === subscriberId)),
    readChange(subscriberId) {
      const answer = answers.find(({ score }) => score.subscriberId === subscriberId);
      const change = { fromMargin: 0, toMargin: 0, changes: [] };
      return Promise.resolve(answer && { score: answer.score, health: answer.health, change });
    },
    list(band, after, limit) {
      const scores = answers
        .map(({ score }) => score)
        .filter(({ riskBand }) => riskBand === band)
        .sort((a, b) => (a.subscriberId < b.subscriberId ? -1 : 1));
      const rest = scores.filter(({ subscriberId }) => after === undefined || subscriberId > after);
      const page = rest.slice(0, limit);
      const next = rest.length > limit ? page.at(-1)?.subscriberId : undefined;
      return Promise.resolve({ scores: page, next, total: scores.length });
    },
    feeds: () => Promise.resolve(feeds),
  };
}
