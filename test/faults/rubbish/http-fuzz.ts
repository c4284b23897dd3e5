import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify, stripVTControlCharacters } from 'node:util';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { publishedById, sendRecords } from '../../support/installation-log.ts';
import { untilSettled } from '../../support/installation-state.ts';
import { at, people, regularLife } from '../../support/regular-life.ts';
import { startRetention, startScorer } from '../../support/scorer-process.ts';
import { until } from '../../support/until.ts';
import { stackFor } from '../membership/shop-under-load.ts';
import { askHostileThings } from '../privacy/hostile-requests.ts';
import { markedNumbers, needlesOfNumbers } from '../privacy/markers.ts';
import { keptPlaces } from '../privacy/places.ts';
import { search, tellHit } from '../privacy/search.ts';
import type { FaultScenario } from '../scenario.ts';
import { prepareSchemathesis } from './prepare-schemathesis.ts';

const QUIET_DAYS = 2;
const DAYS = 5;
const ids = people(20);
const silent = new Set(ids.slice(0, 4));
const EXAMPLES = { small: 5, full: 60 };
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];
const ASK_SECONDS = { small: 20, full: 90 };
const WITHIN_MS = 240_000;
/** Without a secret, questions by number are not offered. */
const WITH_NUMBERS = { CHURN_PSEUDONYM_KEY_ID: 'k1', CHURN_PSEUDONYM_SECRET: 'a secret of this test alone' };
/** Fewer would show nothing. */
const LEAST_ASKED = { small: 30, full: 300 };
/** Callers put a number of these into each random request, and wherever else there is room. */
const numbers = markedNumbers('186332244');
const ORDERS = '/tmf-api/workOrderManagement/v4/workOrder';
/** Level of a line that the service wrote about a request of which it did not know what to make. */
const ERROR_LEVEL = 50;

export const httpFuzz: FaultScenario = {
  name: 'http-fuzz',
  promise:
    'whatever the API is asked, it answers as its document says, never as if the service had broken, and keeps no number',
  async run(context) {
    context.progress('preparing schemathesis');
    const prepared = await prepareSchemathesis();
    if ('notRun' in prepared) return prepared;
    const stack = await stackFor(context);
    const shop = await openInstallation(context, { partitions: 2, quietDays: QUIET_DAYS, ...stack });
    const [, desk] = await Promise.all([startScorer(shop), startRetention(shop, WITH_NUMBERS)]);
    const orders = await openOrders(shop);

    const args = [
      ['run', `${desk.address}/openapi.json`],
      ['--checks', CHECKS.join(',')],
      ['--max-examples', String(EXAMPLES[context.size])],
      ['--seed', String(context.seed)],
      ['--suppress-health-check', 'all'],
      ['--continue-on-failure'],
      ['--generation-database', 'none'],
      ['--max-time', String(ASK_SECONDS[context.size])],
      ['--header', `x-request-id: ${numbers.numberOf(1)}`],
    ].flat();
    context.progress('asking');
    const { code, output } = await asks(prepared.command, args, shop.directory);
    const asked = await desk.metric('churn_http_requests_total');
    const hostile = await askHostileThings(desk.address, {
      numbers: [numbers.numberOf(0)],
      keyHeaders: {},
      order: await anOrder(desk.address),
    });
    const broken = await desk.metric('churn_http_requests_total', { status: '500' });
    const differences: string[] = [];
    if (code !== 0) differences.push(failuresOf(output));
    if (asked < LEAST_ASKED[context.size])
      differences.push(`only ${asked} requests were made: ${output.slice(-1_000)}`);
    if (broken > 0) differences.push(`${broken} requests were answered 500`);
    if (!(await desk.isReady())) differences.push('the service is not ready any more');
    const errors = readFileSync(desk.logFile, 'utf8')
      .split('\n')
      .filter((line) => line.includes(`"level":${ERROR_LEVEL}`) && line.includes('request failed'));
    if (errors.length > 0) differences.push(`${errors.length} requests failed: ${errors[0] ?? ''}`);
    const places = [...hostile.places, ...(await keptPlaces(shop))];
    const hits = search(places, needlesOfNumbers('a number that was asked with', numbers));
    differences.push(...new Set(hits.map(tellHit)));
    if (hostile.refused === 0) differences.push('no request with a number was refused');
    return {
      injected: { 'requests of random kinds': asked, 'requests with numbers': hostile.asked },
      compared: { 'answers with the document': asked, orders, 'places searched': places.length },
      lost: null,
      doubled: null,
      invented: null,
      differences,
      measured: {},
    };
  },
};

/** Some fall silent, so that there are risks and orders to ask for. @returns orders. */
async function openOrders(shop: Installation): Promise<number> {
  await sendRecords(shop, regularLife({ subscriberIds: ids, fromMs: at(0), toMs: at(1) }));
  await sendRecords(shop, regularLife({ subscriberIds: ids, fromMs: at(1), toMs: at(DAYS), silent }));
  await untilSettled(shop);
  return await until('there are orders', async () => {
    const orders = await publishedById(shop, shop.topics.workOrder);
    return orders.size >= silent.size && orders.size;
  });
}

/** The path of one. */
async function anOrder(address: string): Promise<string> {
  const response = await fetch(`${address}${ORDERS}?limit=1`);
  const [order] = (await response.json()) as { readonly id: string }[];
  return `${ORDERS}/${order?.id ?? 'none'}`;
}

async function asks(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number; readonly output: string }> {
  const options = { cwd, timeout: WITHIN_MS, maxBuffer: 1e8, env: { ...pathOnly(), COLUMNS: '200', NO_COLOR: '1' } };
  try {
    const { stdout } = await promisify(execFile)(command, [...args], options);
    return { code: 0, output: stripVTControlCharacters(stdout) };
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && typeof error.stdout === 'string')) throw error;
    return { code: 1, output: stripVTControlCharacters(error.stdout) };
  }
}

function pathOnly(): Record<string, string> {
  return { PATH: '/usr/bin:/bin', HOME: '/tmp' };
}

/** The part of its report that tells what went wrong, without the words around it. */
function failuresOf(output: string): string {
  const from = output.indexOf('FAILURES');
  return output.slice(Math.max(from, 0)).slice(0, 4_000);
}
