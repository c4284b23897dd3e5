import { join } from 'node:path';
import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import { deadLetterTopicOf } from '../../../services/platform/kafka/dead-letter.ts';
import { startService } from '../../../deploy/local/demo/service-process.ts';
import { recordsOf } from '../../support/installation-log.ts';
import { dropFile, isFileDone } from '../../support/intake-process.ts';
import { until } from '../../support/until.ts';
import { untilAtRest } from '../redis/at-rest.ts';
import { resultOf } from '../redis/redis-result.ts';
import type { FaultScenario, ScenarioContext } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { ask } from './ask.ts';
import { feedTexts } from './feed-texts.ts';
import { filePlaces } from './file-places.ts';
import { foreignRecords } from './foreign-records.ts';
import { askHostileThings } from './hostile-requests.ts';
import { FOREIGN_NEEDLES, NEEDLES, SECRETS, foreign, numbers, planted } from './marked-things.ts';
import { needlesOfNumbers, writtenWays } from './markers.ts';
import { BAD_CALLS_OF_A_DAY, callFile, headlessFile, ticketFile, topUps } from './operator-rows.ts';
import { allTopicsBut, redisPlaces, topicPlaces } from './places.ts';
import { PLANTED, plant, plantedAnswers, unplant } from './plant.ts';
import { PLACE_KINDS, extentOf, search, tellHit } from './search.ts';
import type { Place } from './search.ts';
import { openPrivateShop } from './shop.ts';
import type { PrivateShop } from './shop.ts';

const SIZES = { small: { days: 14, subscribers: 16, asked: 1 }, full: { days: 60, subscribers: 100, asked: 12 } };
const FALLS_SILENT_ON = 4;
const ORDERS = '/tmf-api/workOrderManagement/v4/workOrder';

/** Marked numbers, names and secrets go through everything; then everything is searched for them. */
export const privacy: FaultScenario = {
  name: 'privacy',
  promise:
    'no phone number, device id, name or secret is found in any log, metric, store, topic, dead letter, reject or answer, ' +
    'in whatever way it was written and wherever it came in',
  async run(context) {
    const { days, subscribers, asked } = SIZES[context.size];
    const opened = await openPrivateShop(context);
    const { shop, rejectTopic } = opened;
    const rows = await feed(context, opened, days, subscribers);
    await untilAtRest(shop);

    const [order, reported] = await ordersOf(opened);
    const notes = await writeNotes(opened, order);
    const hostile = await askHostileThings(opened.address, {
      numbers: Array.from({ length: asked }, (_, nth) => numbers.numberOf(nth)),
      keyHeaders: { 'x-api-key': SECRETS.apiKey },
      order,
    });
    const strangers = await ask(opened.address, { path: order, headers: { 'x-api-key': SECRETS.wrongKey } });
    const partitionOf = createPartitionOf(shop.partitions);
    const { log, desk, report } = foreignRecords(shop.topics, foreign.numberOf(0), reported, partitionOf);
    await shop.producer.send([...log, report]);
    await until('the report has closed its order', async () => (await stateOf(opened, reported)) === 'completed');
    await untilAtRest(shop);
    const verdict = await judge(shop, await expectedOutcome(shop));
    await shop.producer.send(desk);
    context.progress('all is sent');
    const foreignCount = log.length + desk.length;
    const letters = await untilParked(opened, foreignCount);
    const commands = await runCommands(opened);
    const idle = idleCommands(consoleOf(opened));
    const metrics = await metricsOf(opened);
    const crashes = await opened.crash();

    const answers = [...notes.places, ...hostile.places, strangers, ...metrics];
    const places = [...answers, ...(await storedPlaces(opened))];
    const hits = [...search(places, NEEDLES), ...search(withoutWritten(opened, places), FOREIGN_NEEDLES)];
    context.progress(`${places.length} places searched`);
    const blind = await blindSpots(opened, places);
    const rejected = (await recordsOf(shop, rejectTopic)).length;

    return resultOf(verdict, {
      injected: {
        'rows with numbers': rows,
        'requests with numbers': hostile.asked,
        'notes with numbers': notes.written,
        'foreign records with numbers': foreignCount + 1,
        'commands with secrets': commands,
        'crashes by an error': crashes,
      },
      differences: [
        ...new Set([...hits.map(tellHit), ...blind]),
        ...notes.differences,
        ...idle,
        ...(crashes === 3 ? [] : [`${crashes} of 3 processes crashed by the error`]),
        ...(rejected > 0 ? [] : ['no record of the source topic was rejected']),
        ...(hostile.refused > 0 && strangers.status === 401 ? [] : ['no request was refused']),
      ],
      measured: {
        ...extentOf(places),
        'places searched': places.length,
        needles: NEEDLES.length + FOREIGN_NEEDLES.length,
        'dead letters of foreign records': letters,
      },
    });
  },
};

async function feed(
  context: ScenarioContext,
  { shop, sourceTopic, rejectTopic }: PrivateShop,
  days: number,
  subscribers: number,
): Promise<number> {
  let rows = 0;
  const drop = (name: string, file: string, content: string | Uint8Array): void => {
    dropFile(shop, name, file, content);
    rows += Buffer.from(content).toString('latin1').split('\n').length - 1;
  };
  const isSilent =
    (day: number) =>
    (nth: number): boolean =>
      day >= FALLS_SILENT_ON && nth % 2 === 0;
  drop('headless', 'headless.csv', headlessFile(numbers));
  for (let day = 0; day < days; day++) {
    const file = `day-${String(day).padStart(3, '0')}`;
    drop('voice', file, callFile(numbers, day, subscribers, isSilent(day)));
    drop('ticket', file, ticketFile(numbers, day));
    const records = topUps(numbers, day);
    await shop.producer.send(
      records.map((record) => ({ ...record, topic: sourceTopic, value: Buffer.from(record.value) })),
    );
    rows += records.length;
  }
  drop('ticket', 'day-999-utf16', Buffer.from(ticketFile(numbers, 0), 'utf16le'));
  const last = `day-${String(days - 1).padStart(3, '0')}`;
  await until(
    'all files are read',
    async () => (await isFileDone(shop, 'voice', last)) && (await isFileDone(shop, 'ticket', 'day-999-utf16')),
  );
  await until(
    'all records of the source topic are read',
    async () => (await recordsOf(shop, rejectTopic)).length >= days * writtenWays(numbers.numberOf(0)).length * 4,
  );
  context.progress(`${rows} rows, of which ${BAD_CALLS_OF_A_DAY * days} calls are bad`);
  return rows;
}

/** The paths of two work orders. */
async function ordersOf({ address }: PrivateShop): Promise<readonly [string, string]> {
  return await until('there are two work orders', async () => {
    const response = await fetch(`${address}${ORDERS}?limit=2`, { headers: { 'x-api-key': SECRETS.apiKey } });
    const [first, second] = (await response.json()) as { readonly id: string }[];
    return first && second && ([`${ORDERS}/${first.id}`, `${ORDERS}/${second.id}`] as const);
  });
}

async function stateOf({ address }: PrivateShop, order: string): Promise<string> {
  const response = await fetch(`${address}${order}`, { headers: { 'x-api-key': SECRETS.apiKey } });
  return ((await response.json()) as { readonly state: string }).state;
}

/** An agent writes numbers down where there is room for words. */
async function writeNotes(
  { address }: PrivateShop,
  order: string,
): Promise<{ readonly places: Place[]; readonly written: number; readonly differences: string[] }> {
  const places: Place[] = [];
  const ways = writtenWays(numbers.numberOf(1));
  for (const [turn, number] of ways.entries()) {
    const note = { text: `asked to be called on ${number} tomorrow`, author: `agent at ${number}` };
    const isLast = turn === ways.length - 1;
    const body = JSON.stringify({
      note,
      ...(isLast ? { state: 'cancelled', cancellationReason: `moved to ${number}` } : {}),
    });
    const headers = { 'x-api-key': SECRETS.apiKey, 'content-type': 'application/json' };
    places.push(await ask(address, { method: 'PATCH', path: order, headers, body }));
  }
  const written = places.filter((place) => 'status' in place && place.status === 200).length;
  const kept = places.at(-1)?.bytes.includes('asked to be called on [number] tomorrow') === true;
  return {
    places,
    written,
    differences:
      kept && written === ways.length
        ? []
        : [`${written} of ${ways.length} notes were taken, the last as: ${String(places.at(-1)?.bytes)}`],
  };
}

async function untilParked({ shop }: PrivateShop, sent: number): Promise<number> {
  const { input, alert, outcome } = shop.topics;
  const lettersOf = async (): Promise<number> => {
    const letters = await Promise.all(
      [input, alert, outcome].map((topic) => recordsOf(shop, deadLetterTopicOf(topic))),
    );
    return letters.flat().length;
  };
  await until('all foreign records are parked', async () => (await lettersOf()) >= sent, {
    state: async () => `${await lettersOf()} of ${sent}`,
  });
  return await lettersOf();
}

/** Commands and starts whose output people read and keep. @returns how many. */
async function runCommands({ shop, sourceTopic, rejectTopic }: PrivateShop): Promise<number> {
  const logDirectory = join(shop.directory, 'console');
  const feeds = Object.keys(feedTexts(shop, sourceTopic, rejectTopic)).map((name) =>
    join(shop.directory, 'intake-3', `${name}.yaml`),
  );
  const half = {
    CHURN_PSEUDONYM_SECRET: SECRETS.pseudonym.slice(0, 14),
    CHURN_API_KEYS: `desk:${SECRETS.apiKey}:none`,
  };
  const badUrl = { CHURN_REDIS_URL: `redis://default:${SECRETS.redis}@@host:x` };
  const wrongPassword = {
    CHURN_REDIS_URL: shop.settings['CHURN_REDIS_URL']?.replace(SECRETS.redis, SECRETS.wrongKey) ?? '',
  };
  const commands: readonly (readonly [
    name: string,
    main: string,
    args: readonly string[],
    settings: Record<string, string>,
  ])[] = [
    ['check', 'intake', ['--check', ...feeds], {}],
    ...['input', 'alert', 'outcome'].flatMap((topic) =>
      [['show'], ['replay', '--dry-run']].map((args): [string, string, string[], Record<string, string>] => [
        `letters-${topic}-${args[0] ?? ''}`,
        'dead-letters',
        [...args, '--topic', topic],
        {},
      ]),
    ),
    ...['scorer', 'retention', 'intake'].map((name): [string, string, string[], Record<string, string>] => [
      `refused-${name}`,
      name,
      [],
      { ...half, ...badUrl },
    ]),
    ['locked-out', 'scorer', [], wrongPassword],
  ];
  await Promise.all(
    commands.map(async ([name, main, args, settings]) => {
      const command = await startService({
        name,
        main: `services/${main}/main.ts`,
        args,
        settings: { ...shop.settings, ...settings, CHURN_OPERATIONS_PORT: '0' },
        logDirectory,
      });
      shop.processes.push(command);
      if (name === 'locked-out') {
        await until('it says that it may not', () =>
          Promise.resolve(
            filePlaces('console of a command', logDirectory).some(
              (place) => place.name === 'locked-out.log' && place.bytes.includes('refuses the user'),
            ),
          ),
        );
        command.process.signal('SIGTERM');
      }
      await command.process.ended;
    }),
  );
  return commands.length;
}

/** What commands said, by their names. */
function consoleOf({ shop }: PrivateShop): Map<string, string> {
  const places = filePlaces('console of a command', join(shop.directory, 'console'));
  return new Map(places.map(({ name, bytes }) => [name.replace(/\.log$/, ''), bytes.toString()]));
}

/** Commands that did not do what they were started for. */
function idleCommands(said: ReadonlyMap<string, string>): string[] {
  const wanted: readonly (readonly [command: string, words: RegExp])[] = [
    // What was withheld from the dead letters is found where it stands.
    ...['input', 'alert', 'outcome'].map((topic) => [`letters-${topic}-replay`, /selected [1-9].* gone 0/] as const),
    ['check', /k1-/],
    ...['scorer', 'retention', 'intake'].map((name) => [`refused-${name}`, /CHURN_REDIS_URL: expected/] as const),
  ];
  return wanted
    .filter(([command, words]) => !words.test(said.get(command) ?? ''))
    .map(([command]) => `${command} says: ${said.get(command) ?? 'nothing'}`);
}

async function metricsOf({ operations }: PrivateShop): Promise<Place[]> {
  const paths = ['/metrics', '/readyz', '/readyz?verbose', '/livez', `/${numbers.numberOf(0)}?${numbers.numberOf(0)}`];
  return await Promise.all(
    operations.flatMap((address) => paths.map((path) => ask(address, { path }, 'metrics and health'))),
  )
    // Its name holds the path that was asked for.
    .then((places) =>
      places.map((place, nth) => ({
        ...place,
        name: paths[nth % paths.length]?.split('?')[0]?.replaceAll(/\d/g, '#') ?? '',
      })),
    );
}

async function storedPlaces({ shop, sourceTopic, kafkaFolder, redisFolder, logFolder }: PrivateShop): Promise<Place[]> {
  const isSource = (path: string): boolean =>
    path.startsWith(`data/${sourceTopic}-`) || /\.(time|txn)?index$/.test(path);
  return [
    ...filePlaces('log of a process', logFolder),
    ...filePlaces('console of a command', join(shop.directory, 'console')),
    ...filePlaces('reject file', join(shop.directory, 'rejects')),
    ...(await topicPlaces(shop, await allTopicsBut(shop, [sourceTopic]))),
    ...(await redisPlaces(shop)),
    ...filePlaces('data file of Kafka', kafkaFolder, isSource),
    // Its password stands in what is said to it, not in what it keeps.
    ...filePlaces('data file of Redis', redisFolder),
  ];
}

/** Without the topics that the foreign records were written to. */
function withoutWritten({ shop }: PrivateShop, places: readonly Place[]): Place[] {
  const { input, alert, outcome } = shop.topics;
  const written = [input, alert, outcome];
  return places.filter(({ kind, name }) => {
    if (kind === 'record of a topic') return !written.includes(name);
    if (kind === 'data file of Kafka')
      return !written.some((topic) => new RegExp(`^data/${topic.replaceAll('.', '\\.')}-\\d+/`).test(name));
    return true;
  });
}

/** Kinds of places where a number is not found although it stands there. */
async function blindSpots(opened: PrivateShop, searched: readonly Place[]): Promise<string[]> {
  const ways = writtenWays(planted.numberOf(0));
  const number = (nth: number): string => ways[nth % ways.length] ?? '';
  const needles = needlesOfNumbers('a planted number', planted);
  const early = search(searched, needles).map(tellHit);
  await plant(opened, number);
  const places = [...(await storedPlaces(opened)), ...(await plantedAnswers(number(5)))];
  unplant(opened);
  const hits = search(places, needles);
  return [
    ...early,
    ...PLACE_KINDS.flatMap((kind) => {
      const found = new Set(hits.filter((hit) => hit.kind === kind).map(({ name }) => name)).size;
      const wanted = kind in PLANTED ? PLANTED[kind as keyof typeof PLANTED] : 1;
      return found >= wanted ? [] : [`of ${wanted} planted numbers the search finds ${found} in: ${kind}`];
    }),
  ];
}
