import type { PartitionHealth, RiskAnswer, RiskReader } from '../../services/retention/risk-reader.ts';

/** Risk from a list of answers; bands by subscriber id, the cursor is the last id. */
export function createMemoryRiskReader(
  answers: readonly RiskAnswer[],
  feeds: readonly PartitionHealth[] = [],
): RiskReader {
  return {
    read: (subscriberId) => Promise.resolve(answers.find(({ score }) => score.subscriberId === subscriberId)),
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
