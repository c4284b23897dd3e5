import type { Outcome } from '../core/outcome.ts';
import { accepted, refused } from '../core/outcome.ts';
import type { RiskScore } from '../core/risk/risk.ts';
import type { ListedBand, RiskReader } from './risk-reader.ts';
import type { AttributeFilter } from './tmf/tmf-query.ts';

export interface AssessmentQuery {
  readonly filters: readonly AttributeFilter[];
  readonly offset: number;
  readonly limit: number;
}

export interface AssessmentPage {
  readonly scores: readonly RiskScore[];
  readonly total: number;
}

/** Offsets have to be counted through; deeper listings belong to the cursor of /v1/risks. */
const DEEPEST_OFFSET = 1_000;
const READ_PAGE = 100;
const bands = ['high', 'medium'] as const satisfies readonly ListedBand[];

/** High risk first, then medium; or the one subscriber that the filters name. */
export async function listRiskAssessments(
  reader: RiskReader,
  query: AssessmentQuery,
): Promise<Outcome<AssessmentPage, 'invalid_value'>> {
  const { filters, offset, limit } = query;
  // A name of the caller's own making may hold a phone number: it is not repeated.
  const isOffered = filters.every(({ path }) => path === 'id' || path === 'partyRole.id');
  if (!isOffered) return refused('invalid_value', 'filters are offered by id and partyRole.id');
  if (filters.length > 0) return accepted(await readNamed(reader, query));
  if (offset > DEEPEST_OFFSET)
    return refused('invalid_value', `offset may be ${DEEPEST_OFFSET} at most; use /v1/risks`);

  const scores: RiskScore[] = [];
  let total = 0;
  let passed = 0;
  for (const band of bands) {
    let after: string | undefined;
    do {
      // Scores are computed when asked for: no more are read than the page needs, and at least one to learn the total.
      const missing = Math.max(1, offset + limit - passed);
      const page = await reader.list(band, after, Math.min(missing, READ_PAGE));
      if (after === undefined) total += page.total;
      const from = Math.max(0, offset - passed);
      scores.push(...page.scores.slice(from, from + limit - scores.length));
      passed += page.scores.length;
      after = page.next;
    } while (after !== undefined && scores.length < limit);
  }
  return accepted({ scores, total });
}

async function readNamed(reader: RiskReader, query: AssessmentQuery): Promise<AssessmentPage> {
  const lists = query.filters.map(({ values }) => values);
  const wanted = [...new Set(lists[0])].filter((id) => lists.every((values) => values.includes(id)));
  const answers = await Promise.all(wanted.map((id) => reader.read(id, 'top')));
  const scores = answers.flatMap((answer) => (answer === undefined ? [] : [answer.score]));
  return { total: scores.length, scores: scores.slice(query.offset, query.offset + query.limit) };
}
