import { encodeRiskAlert } from '../../../services/contracts/risk.ts';
import { freePort } from '../../../deploy/local/free-port.ts';
import type { TestStackAddress } from '../../../deploy/local/test-stack-address.ts';
import { deadLetterTopicOf } from '../../../services/platform/kafka/dead-letter.ts';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import { createOrderKeys } from '../../../services/platform/redis/order-keys.ts';
import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { publishedById, recordsOf } from '../../support/installation-log.ts';
import { sampleAlert, sampleScore } from '../../support/sample-alert.ts';
import { serviceThatEnds, startRetention } from '../../support/scorer-process.ts';
import { until } from '../../support/until.ts';
import type { ScenarioContext } from '../scenario.ts';
import { compareDeadLetters } from './dead-letters-of.ts';
import { ENDS_SOON, PARK_ALL, TOO_MUCH, untold } from './stopped-by-rubbish.ts';

const PARTITION = 0;
const KIND_HEADER = 'rubbish-kind';
const KIND = 'a score in per cent';
/** Sound ones before the writer changes its mind about the unit of a score, and from then on every third is bad. */
const SOUND_FIRST = 10;
const BAD_EVERY = 3;
const BAD = TOO_MUCH + 1;
const ALERTS = SOUND_FIRST + BAD_EVERY * BAD;
const RISK_PERCENT = 81;
const STOPS = 2;

export interface StoppedDesk {
  readonly bad: number;
  readonly stops: number;
  readonly orders: number;
  readonly letters: number;
  readonly differences: readonly string[];
}

/**
 * The same with the topic of alerts: the desk stops at the record that is too much, whoever reads it, with an order of each
 * sound alert before it; once the rest is let through and the bad ones are written anew, each alert is one order.
 */
export async function stopDeskByRubbish(context: ScenarioContext, stack: TestStackAddress): Promise<StoppedDesk> {
  const shop = await openInstallation(context, {
    partitions: 1,
    stack: { ...stack, redisUrl: `${stack.redisUrl}/1` },
  });
  const differences: string[] = [];
  const expect = (what: string, found: unknown, wanted: unknown): void => {
    if (found !== wanted) differences.push(`the desk, ${what}: ${String(found)}, expected ${String(wanted)}`);
  };
  const { alert } = shop.topics;
  const places = Array.from({ length: ALERTS }, (_, place) => place);
  const stopsAt = places.filter(isBad)[TOO_MUCH - 1] ?? Number.NaN;
  await shop.producer.send(places.map((place) => alertAt(alert, place, isBad(place))));

  for (let stop = 1; stop <= STOPS; stop++) {
    const settings = { ...ENDS_SOON, CHURN_HTTP_PORT: String(await freePort()) };
    const { how, log } = await serviceThatEnds(shop, 'services/retention/main.ts', settings);
    expect('how it ended', how, 'exit code 1');
    differences.push(...untold(log).map((what) => `the desk: ${what}`));
    expect('the offset that is next', await positionOf(shop), String(stopsAt));
    expect('alerts parked before it stopped', (await recordsOf(shop, deadLetterTopicOf(alert))).length, TOO_MUCH - 1);
    expect('orders opened before it stopped', await openedOrders(shop), stopsAt - (TOO_MUCH - 1));
    context.progress(`desk ${stop} has stopped`);
  }

  const desk = await startRetention(shop, PARK_ALL);
  await until('the desk has passed all alerts', async () => (await positionOf(shop)) === String(ALERTS));
  expect('orders once the rest is let through', await openedOrders(shop), ALERTS - BAD);
  const letters = await compareDeadLetters(shop, alert, new Map([[KIND, 'undecodable']]), KIND_HEADER);
  expect('bad alerts compared with their letters', letters.compared, BAD);
  const mended = places.filter(isBad).map((place) => alertAt(alert, place, false));
  // Whoever writes alerts again does not know which of them came through.
  await shop.producer.send([...mended, ...mended, alertAt(alert, 0, false)]);
  const end = ALERTS + 2 * BAD + 1;
  await until('the desk has passed the mended alerts', async () => (await positionOf(shop)) === String(end));
  const orders = await until('all orders are published', async () => {
    const published = await publishedById(shop, shop.topics.workOrder);
    return published.size >= ALERTS && published.size;
  });
  expect('orders in the end', orders, ALERTS);
  expect('orders kept in the end', await openedOrders(shop), ALERTS);
  await desk.stop();
  return {
    bad: BAD,
    stops: STOPS,
    orders,
    letters: letters.compared,
    differences: [...differences, ...letters.differences],
  };
}

function isBad(place: number): boolean {
  return place >= SOUND_FIRST && (place - SOUND_FIRST) % BAD_EVERY === 0;
}

function alertAt(topic: string, place: number, isWrong: boolean): OutgoingRecord {
  const subscriberId = `k1-person-${place}`;
  const score = sampleScore({ subscriberId, ...(isWrong ? { riskScore: RISK_PERCENT } : {}) });
  return {
    topic,
    partition: PARTITION,
    key: subscriberId,
    value: encodeRiskAlert(sampleAlert({ score })),
    headers: isWrong ? { [KIND_HEADER]: KIND } : {},
  };
}

/** The offset at which the next desk begins to read, as it is kept. */
async function positionOf({ redis, topics }: Installation): Promise<string | null> {
  return await redis.hget(createOrderKeys('').positions, `${topics.alert}/${PARTITION}`);
}

async function openedOrders({ redis }: Installation): Promise<number> {
  return (await createRedisOrderStore(redis, '').list({ offset: 0, limit: 1 })).total;
}
