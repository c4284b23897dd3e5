import { readFileSync } from 'node:fs';
import type { KafkaSettings } from '../../../services/platform/kafka/client.ts';
import { kafkaTrouble } from '../../../services/platform/kafka/kafka-trouble.ts';
import type { Installation } from '../../support/installation.ts';
import type { SecuredKafka } from '../../support/secured-kafka.ts';
import { until } from '../../support/until.ts';
import { PASSWORDS, sourceTopicOf } from './kafka-roles.ts';
import { secretsIn } from './secrets-in.ts';
import type { ShippedRight } from './shipped-rights.ts';
import { GROUP_STAYS, workOutsOf } from './work-outs.ts';
import type { WorkOut } from './work-outs.ts';

const ANSWERED_WITHIN_MS = 15_000;
/** A broker learns of a change of rights a little later than the one who was told to make it. */
const IN_FORCE_WITHIN_MS = 45_000;
/** Who may do nothing with a topic is not shown it. */
const READABLE = /compare deploy\/kafka\/acls\.csv|topic \S+ does not exist/;

export interface RightsCheck {
  /** Lines that were taken away and given back. */
  readonly lines: number;
  readonly differences: readonly string[];
}

/**
 * Takes away each line of acls.csv by itself: what it is for can be done with it, and is refused without it with words
 * that say what to do. No service may run meanwhile: their groups and topics are used.
 */
export async function checkRights(
  shop: Installation,
  kafka: SecuredKafka,
  rights: readonly ShippedRight[],
): Promise<RightsCheck> {
  const workOuts = workOutsOf(shop);
  for (const topic of [...topicsOf(rights), sourceTopicOf(shop)]) {
    await shop.producer.send([{ topic, partition: 0, key: 'key', value: Buffer.from('something to read') }]);
  }
  const users = Map.groupBy(rights, ({ user }) => user);
  const checked = await Promise.all(
    Array.from(users, async ([user, own]) => {
      const settings = clientOf(user, kafka);
      const found: string[] = [];
      for (const right of own) {
        const workOut = workOuts.get(`${user} ${right.what}`);
        found.push(
          ...(workOut === undefined
            ? [`${user} ${right.what}: it is not known what needs it`]
            : await checkRight(right, kafka, () => attempt(workOut, settings))),
        );
      }
      return found;
    }),
  );
  return { lines: rights.length, differences: checked.flat() };
}

async function checkRight(
  { user, what, right }: ShippedRight,
  kafka: SecuredKafka,
  attemptIt: () => Promise<unknown>,
): Promise<string[]> {
  const line = `${user} ${what}`;
  const options = { withinMs: IN_FORCE_WITHIN_MS };
  let said: unknown;
  const isDone = async (): Promise<boolean> => (said = await attemptIt()) === undefined;
  if (!(await until(`it is done: ${line}`, isDone, options).catch(() => false))) {
    return [`${line}: cannot be done with all rights: ${kafkaTrouble(said)}`];
  }
  await kafka.revoke(right);
  const isRefused = async (): Promise<boolean> => (said = await attemptIt()) !== undefined;
  const refused = await until(`it is refused: ${line}`, isRefused, options).catch(() => false);
  await kafka.grant([right]);
  if (!refused) return [`${line}: is not needed for what needs it`];
  const words = kafkaTrouble(said);
  return [
    ...(isWellTold(said, words) ? [] : [`${line}: not told in words: ${words}`]),
    ...secretsIn(`what is said without ${line}`, `${words} ${String(said)}`, Object.values(PASSWORDS)),
  ];
}

/** All that is left undone without a word is to clear away the group of a reading that is done. */
function isWellTold(error: unknown, words: string): boolean {
  return (error instanceof Error && error.message === GROUP_STAYS) || READABLE.test(words);
}

/** @returns what went wrong; undefined where nothing did. */
async function attempt(workOut: WorkOut, settings: KafkaSettings): Promise<unknown> {
  const late = Promise.withResolvers<unknown>();
  const timer = setTimeout(() => {
    late.resolve(new Error(`nothing is said for ${ANSWERED_WITHIN_MS / 1_000} s`));
  }, ANSWERED_WITHIN_MS);
  const done = workOut(settings).then(
    () => undefined,
    (error: unknown) => error ?? new Error('it fails and does not say why'),
  );
  return Promise.race([done, late.promise]).finally(() => {
    clearTimeout(timer);
  });
}

function clientOf(user: string, kafka: SecuredKafka): KafkaSettings {
  return {
    brokers: [kafka.brokersOf.secure],
    clientId: user,
    tls: { ca: readFileSync(kafka.authority.caFile, 'utf8') },
    sasl: { mechanism: 'scram-sha-512', username: user, password: PASSWORDS[user] ?? '' },
    retries: 3,
  };
}

function topicsOf(rights: readonly ShippedRight[]): ReadonlySet<string> {
  return new Set(rights.filter(({ what }) => what.startsWith('topic ')).map(({ right }) => right.resourceName));
}
