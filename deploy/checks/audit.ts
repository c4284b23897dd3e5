/** A known weakness of a package, as a registry reports it. */
export interface Advisory {
  /** The last part of its address, e.g. "GHSA-xxxx-xxxx-xxxx". */
  readonly id: string;
  readonly packageName: string;
  readonly severity: string;
  readonly title: string;
  readonly url: string;
}

export type Audit =
  | { readonly kind: 'answered'; readonly advisories: readonly Advisory[] }
  /** The registry, a mirror or the network gave no answer: nothing was checked. */
  | { readonly kind: 'unanswered'; readonly why: string };

/**
 * Reads what `npm audit --json` prints: its report in format 2, or an error in its place.
 *
 * @param output standard output; anything else than a report counts as no answer.
 */
export function readAudit(output: string): Audit {
  const report = parseJson(output);
  if (!isRecord(report)) return { kind: 'unanswered', why: 'npm printed no report' };
  if (!isRecord(report['vulnerabilities'])) {
    const error = isRecord(report['error']) ? report['error'] : {};
    const why = textOf(report['message']) || textOf(error['summary']) || textOf(error['code']);
    return { kind: 'unanswered', why: why || 'npm gave no reason' };
  }
  // An entry names advisories of its own, as objects, and packages that it inherits others from, as texts.
  const own = Object.values(report['vulnerabilities']).flatMap((entry) =>
    isRecord(entry) && Array.isArray(entry['via']) ? entry['via'].filter(isRecord) : [],
  );
  return { kind: 'answered', advisories: [...new Map(own.map(toAdvisory).map((one) => [one.id, one])).values()] };
}

/**
 * The advisories that no explanation covers.
 *
 * @param explained why an advisory does no harm here, by its id.
 */
export function unexplained(
  advisories: readonly Advisory[],
  explained: ReadonlyMap<string, string>,
): readonly Advisory[] {
  return advisories.filter(({ id }) => !explained.has(id));
}

function toAdvisory(via: Record<string, unknown>): Advisory {
  const url = textOf(via['url']);
  return {
    id: url.split('/').at(-1) || `npm-${String(via['source'])}`,
    packageName: textOf(via['name']),
    severity: textOf(via['severity']),
    title: textOf(via['title']),
    url,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
