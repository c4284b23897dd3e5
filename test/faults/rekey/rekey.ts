import { sampleOutcome } from '../../support/input-log.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { createOrderKeys } from '../../../services/platform/redis/order-keys.ts';
import { createPartitionStore } from '../../../services/platform/redis/partition-store.ts';
import { decodeSubscriber } from '../../../services/core/subscriber/subscriber-codec.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { countsOf, storedStatesOf, untilSettled } from '../../support/installation-state.ts';
import { scorerThatEnds, startRetention, startScorer } from '../../support/scorer-process.ts';
import { until } from '../../support/until.ts';
import { stackFor } from '../membership/shop-under-load.ts';
import { keptPlaces } from '../privacy/places.ts';
import { search, tellHit } from '../privacy/search.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { inHex } from '../verdict/published.ts';
import { contentOfKeyspace } from './content-of-keyspace.ts';
import { ordersIn, idByNumber, winOrder } from './close-orders.ts';
import { judgeRotation } from './judge-rotation.ts';
import { moveManySubscribers } from './many-subscribers.ts';
import { NEW_KEY, dayOf, livesBetween, needlesOf, newNameOf, numbersOf, oldNameOf } from './named-people.ts';
import type { NameOf } from './named-people.ts';
import { killHalfWay, runRekeyProcess } from './rekey-process.ts';
import type { RekeyOrder } from './rekey-process.ts';

const PARTITIONS = 4;
const OLD_KEYSPACE = 'old:';
const NEW_KEYSPACE = '';
const SETTLED_WITHIN_MS = 240_000;
const BEGINNING_MS = dayOf(0);
/** In the midst of a day: some have had their daily moment, others not. */
const ROTATION_MS = dayOf(22, 11);
const END_MS = dayOf(34, 12);
const WON = 2;
const SIZES = { small: { people: 12, many: 0 }, full: { people: 120, many: 200_000 } } as const;

export const rekey: FaultScenario = {
  name: 'rekey',
  promise:
    'a new HMAC key in the midst of a log: the same states, alerts and orders as without, under the new names, and no ' +
    'number is left in a log, topic or key',
  run: rotate,
};

async function rotate(context: ScenarioContext): Promise<ScenarioResult> {
  const { people, many } = SIZES[context.size];
  const numbers = numbersOf(people);
  // What the tool answers where there is nothing to do, its own tests ask as well.
  const isFull = context.size === 'full';
  const { stack } = await stackFor(context);
  const shop = await openInstallation(context, { partitions: PARTITIONS, ...(stack === undefined ? {} : { stack }) });
  const differences: string[] = [];
  const expect = (holds: boolean, otherwise: string): void => {
    if (!holds) differences.push(otherwise);
  };
  const half = (nameOf: NameOf, isFirst: boolean): Generator<LogRecord> =>
    livesBetween(numbers, nameOf, isFirst ? BEGINNING_MS : ROTATION_MS, isFirst ? ROTATION_MS : END_MS);
  const order = { shop, numbers, from: OLD_KEYSPACE, to: NEW_KEYSPACE };

  const before = inKeyspace(shop, OLD_KEYSPACE);
  await sendRecords(before, half(oldNameOf, true));
  if (isFull) {
    const tooEarly = await runRekeyProcess(order);
    expect(tooEarly.how === 'exit code 1' && tooEarly.log.includes('not scored yet'), `too early: ${tooEarly.log}`);
  }
  const [scorer, desk] = await Promise.all([startScorer(before), startRetention(before)]);
  await settle(before, OLD_KEYSPACE);
  await Promise.all([scorer.stop(), desk.stop()]);
  context.progress('the first half is through, and all is at rest');

  const left = await contentOfKeyspace(shop.redis, OLD_KEYSPACE);
  const firstOrders = await ordersIn(shop, OLD_KEYSPACE);
  let kills = 0;
  await runRekeyProcess(order, async (service) => {
    if (await killHalfWay(shop, NEW_KEYSPACE, service)) kills++;
  });
  expect(kills > 0, 'the move was over before it could be killed');
  const early = await scorerThatEnds(shop);
  expect(early.how === 'exit code 78', `a scorer took a keyspace that is not complete: ${early.how}`);
  const moved = await runRekeyProcess(order);
  expect(moved.how === 'exit code 0', `the move ended with ${moved.how}: ${moved.log}`);
  if (isFull) {
    const again = await runRekeyProcess(order);
    expect(again.how === 'exit code 0' && again.log.includes('nothing was done'), `once more: ${again.log}`);
  }
  const isLeft = sameContent(left, await contentOfKeyspace(shop.redis, OLD_KEYSPACE));
  expect(isLeft, 'the old keyspace was changed');
  if (isFull) await goBackAndForth(before, order, expect);
  context.progress('names have changed');

  const settings = { CHURN_PSEUDONYM_KEY_ID: NEW_KEY.keyId, CHURN_PSEUDONYM_SECRET: NEW_KEY.secret };
  const [newScorer, newDesk] = await Promise.all([startScorer(shop), startRetention(shop, settings)]);
  const won = await winOpenOnes(shop, newDesk.address);
  expect(won.length > 0, 'no episode was open when names changed: nothing was at stake');
  await settle(shop, NEW_KEYSPACE);
  const [asked = ''] = numbers;
  expect(
    (await idByNumber(newDesk.address, asked)) === newNameOf(asked),
    'a number is not answered under its new name',
  );
  await sendRecords(shop, half(newNameOf, false));
  await settle(shop, NEW_KEYSPACE);
  context.progress('the second half is through');

  const whole = async (nameOf: NameOf, place: number): ReturnType<typeof expectedOutcome> => {
    const address = stack === undefined ? {} : { stack: { ...stack, redisUrl: `${stack.redisUrl}/${place}` } };
    const other = await openInstallation(context, { partitions: PARTITIONS, ...address });
    await sendRecords(other, half(nameOf, true));
    await sendRecords(other, outcomesOf(won, numbers, nameOf));
    await sendRecords(other, half(nameOf, false));
    return await expectedOutcome(other, inHex);
  };
  await Promise.all([newScorer.stop(), newDesk.stop()]);
  // Both keyspaces, the logs of the move, and what was written under both keys.
  const places = await keptPlaces(shop);
  differences.push(...search(places, needlesOf(numbers)).map(tellHit));
  const [underOldKey, underNewKey] = await Promise.all([whole(oldNameOf, 1), whole(newNameOf, 2)]);
  const verdict = await judgeRotation({
    shop,
    numbers,
    firstOrders,
    worked: won,
    orders: await ordersIn(shop, NEW_KEYSPACE),
    states: await storedStatesOf(shop),
    counts: await countsOf(shop),
    underOldKey,
    underNewKey,
  });
  const large = many === 0 ? undefined : await moveManySubscribers(context, shop, many);
  return {
    ...verdict,
    injected: { rotations: 1, 'kill -9 of the move': kills + (large?.kills ?? 0) },
    compared: { ...verdict.compared, 'places searched for numbers': places.length },
    differences: [...differences, ...verdict.differences, ...(large?.differences ?? [])],
    measured: { 'seconds of the move': moved.seconds, ...verdict.measured, ...large?.measured },
  };
}

/** A scorer that was forgotten is refused; the way back opens the old keyspace, and names change once more. */
async function goBackAndForth(
  before: Installation,
  order: RekeyOrder,
  expect: (holds: boolean, otherwise: string) => void,
): Promise<void> {
  const forgotten = await scorerThatEnds(before);
  expect(forgotten.how === 'exit code 78', `a scorer took the keyspace that was left: ${forgotten.how}`);
  const back = await runRekeyProcess({ ...order, isBack: true });
  expect(back.how === 'exit code 0', `the way back ended with ${back.how}: ${back.log}`);
  const early = await scorerThatEnds(order.shop);
  expect(early.how === 'exit code 78', `a scorer took the keyspace that was closed again: ${early.how}`);
  const used = await startScorer(before);
  const tooEarly = await runRekeyProcess(order);
  expect(
    tooEarly.how === 'exit code 1' && tooEarly.log.includes('the consumer group'),
    `names changed while a scorer ran: ${tooEarly.log}`,
  );
  await used.stop();
  const again = await runRekeyProcess(order);
  expect(again.how === 'exit code 0', `the second move ended with ${again.how}: ${again.log}`);
}

/** The same topics and Redis, and keys with another prefix. */
function inKeyspace(shop: Installation, keyspace: string): Installation {
  const store = createPartitionStore(shop.redis, keyspace, shop.partitions);
  return { ...shop, store, settings: { ...shop.settings, CHURN_REDIS_KEYSPACE: keyspace } };
}

/** Waits until the log is scored, every alert is an order, and all of it is published. */
async function settle(shop: Installation, keyspace: string): Promise<void> {
  const { redis, offsets, topics } = shop;
  const orderKeys = createOrderKeys(keyspace);
  await untilSettled(shop, SETTLED_WITHIN_MS);
  await until('the desk has read all alerts, and published its notices', async () => {
    const read = await redis.hgetall(orderKeys.positions);
    const bounds = await offsets.allBoundsOf(topics.alert);
    const behind = Array.from(bounds).filter(
      ([partition, { endOffset }]) => BigInt(read[`${topics.alert}/${partition}`] ?? 0) < endOffset,
    );
    return behind.length === 0 && (await redis.xlen(orderKeys.outbox)) === 0;
  });
  // Outcomes of orders come into the log.
  await untilSettled(shop, SETTLED_WITHIN_MS);
}

/** Wins orders from before the change of names whose episodes are open. @returns them by their customers' new names. */
async function winOpenOnes(shop: Installation, address: string): Promise<readonly string[]> {
  const states = await storedStatesOf(shop);
  const open = (await ordersIn(shop, NEW_KEYSPACE)).filter(({ subscriberId, episode }) => {
    const hex = states.get(subscriberId);
    const risk = hex === undefined ? undefined : decodeSubscriber(Buffer.from(hex, 'hex')).risk;
    return risk?.episodeOpen === true && risk.episode === episode;
  });
  const chosen = open.slice(0, WON);
  for (const { id } of chosen) await winOrder(address, id);
  return chosen.map(({ subscriberId, episode }) => `${subscriberId}#${episode}`);
}

/** The same outcomes in a log of one key. */
function outcomesOf(won: readonly string[], numbers: readonly string[], nameOf: NameOf): LogRecord[] {
  return won.flatMap((text) => {
    const [id, episode] = text.split('#');
    const number = numbers.find((candidate) => newNameOf(candidate) === id);
    return number === undefined ? [] : [sampleOutcome(nameOf(number), Number(episode), ROTATION_MS, `${text}-won`)];
  });
}

function sameContent(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, content]) => b.get(key) === content);
}
