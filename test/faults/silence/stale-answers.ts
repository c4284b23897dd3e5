import { isDeepStrictEqual } from 'node:util';

/** What an answer should say of its freshness: nothing, that one feed is behind, or that all are. */
export type WantedNotice = { readonly cause: string; readonly feed?: string; readonly sinceMs: number } | undefined;

/**
 * Asks for a subscriber's risk over HTTP, in the service's own form and in TMF696.
 *
 * @returns what they say that they should not; empty where both say what is wanted, in a sentence, too.
 */
export async function wrongNotices(address: string, subscriberId: string, wanted: WantedNotice): Promise<string[]> {
  const own = objectOf(await ask(`${address}/v1/subscribers/${subscriberId}/risk`));
  const tmf = objectOf(await ask(`${address}/tmf-api/riskManagement/v4/partyRoleRiskAssessment/${subscriberId}`));
  const characteristics = arrayOf(tmf['characteristic']).map(objectOf);
  const valueOf = (name: string): unknown => characteristics.find((one) => one['name'] === name)?.['value'];
  const told = [
    { by: 'the answer', fresh: own['fresh'], notices: arrayOf(own['staleNotices']).map(objectOf) },
    { by: 'TMF696', fresh: valueOf('fresh'), notices: arrayOf(valueOf('staleNotices')).map(objectOf) },
  ];
  return told.flatMap(({ by, fresh, notices }) => {
    const found = notices.map(({ textEn, textZh, ...rest }) => ({
      ...rest,
      isReadable: isReadable(textEn, textZh, rest),
    }));
    const should = wanted === undefined ? [] : [{ ...noticeOf(wanted), isReadable: true }];
    if (fresh === (wanted === undefined) && isDeepStrictEqual(found, should)) return [];
    return [`${by} about ${subscriberId} says ${JSON.stringify({ fresh, notices })}, wanted ${JSON.stringify(should)}`];
  });
}

function noticeOf({ cause, feed, sinceMs }: NonNullable<WantedNotice>): object {
  return { cause, ...(feed === undefined ? {} : { feed }), since: new Date(sinceMs).toISOString() };
}

/** The sentences name the feed and the time; the policy of the scenario is in UTC. */
function isReadable(textEn: unknown, textZh: unknown, rest: Readonly<Record<string, unknown>>): boolean {
  const [feed, since] = [textOf(rest['feed']), textOf(rest['since'])];
  const time = since.slice(0, 16).replace('T', ' ');
  const [whoEn, whoZh] =
    feed === '' ? ['All feeds are stale', '所有数据源'] : [`Feed ${feed} is stale`, `数据源 ${feed}`];
  const tells = (text: unknown, who: string): boolean => textOf(text).includes(who) && textOf(text).includes(time);
  return tells(textEn, whoEn) && tells(textZh, whoZh);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
