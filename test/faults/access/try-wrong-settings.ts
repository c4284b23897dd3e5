import { join } from 'node:path';
import { freePort } from '../../../deploy/local/free-port.ts';
import { openAuthority } from '../../support/certificates.ts';
import type { Installation } from '../../support/installation.ts';
import type { SecuredKafka } from '../../support/secured-kafka.ts';
import { until } from '../../support/until.ts';
import { startWatched } from '../../support/watched-service.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import type { ScenarioContext } from '../scenario.ts';
import { wrongSettings } from './kafka-faults.ts';
import type { WrongSettings } from './kafka-faults.ts';
import { settingsOf } from './kafka-roles.ts';
import type { Role } from './kafka-roles.ts';
import { answersOf } from './secrets-in.ts';

/** What services said that were started with settings that prove nothing. */
export interface WrongSettingsTried {
  readonly injected: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
  /** Logs and answers, by who said it. */
  readonly said: ReadonlyMap<string, string>;
}

interface Folders {
  /** For passwords and certificates. */
  readonly folder: string;
  readonly logDirectory: string;
}

/** All of them fail a scorer; those who are not known, or know nobody, fail the others in the same way. */
const OF_EVERYBODY = 4;
const SMALL: readonly (readonly [role: Role, place: number])[] = [
  ['retention', 0],
  ['intake', 1],
  ['scorer', 2],
  ['retention', 3],
];

/** Services that cannot prove who they are, or to whom a broker cannot: they wait and say why. */
export async function tryWrongSettings(
  context: ScenarioContext,
  shop: Installation,
  kafka: SecuredKafka,
  folders: Folders,
): Promise<WrongSettingsTried> {
  const stranger = openAuthority(join(folders.folder, 'certificates'), 'stranger');
  const wrong = wrongSettings(kafka.brokersOf, stranger.caFile, kafka.plainBrokers[0] ?? '');
  const rounds: (readonly (readonly [Role, WrongSettings])[])[] =
    context.size === 'small'
      ? [SMALL.flatMap(([role, place]) => wrong.slice(place, place + 1).map((one) => [role, one] as const))]
      : [
          wrong.map((one) => ['scorer', one] as const),
          wrong.slice(0, OF_EVERYBODY).map((one) => ['retention', one] as const),
          wrong.slice(0, OF_EVERYBODY).map((one) => ['intake', one] as const),
        ];
  const injected: Record<string, number> = {};
  const differences: string[] = [];
  const said = new Map<string, string>();
  for (const round of rounds) {
    await Promise.all(
      round.map(async ([role, one]) => {
        const name = `${role}, ${one.name}`;
        const told = await tryOne(role, one, shop, kafka, folders);
        differences.push(...told.differences.map((difference) => `${name}: ${difference}`));
        said.set(name, told.said);
        injected[name] = 1;
      }),
    );
  }
  context.progress(`${said.size} wrong settings`);
  return { injected, differences, said };
}

async function tryOne(
  role: Role,
  { name, words, settings }: WrongSettings,
  shop: Installation,
  kafka: SecuredKafka,
  { folder, logDirectory }: Folders,
): Promise<{ readonly differences: readonly string[]; readonly said: string }> {
  const service: WatchedService = await startWatched({
    name: `${role}-${name.replaceAll(' ', '-')}`,
    main: `services/${role}/main.ts`,
    settings: {
      ...settingsOf(role, shop, kafka, folder),
      CHURN_HTTP_PORT: String(await freePort()),
      ...settings,
    },
    logDirectory,
  });
  shop.processes.push(service);
  const differences: string[] = [];
  const isTold = (): Promise<boolean> => Promise.resolve(words.test(service.logText()));
  if (!(await until(name, isTold).catch(() => false))) {
    differences.push(`not told in words; ${service.logText().slice(-1_000)}`);
  }
  const shown = await service.readiness();
  if (shown?.status !== 503) differences.push(`/readyz answers ${shown?.status ?? 'nothing'}`);
  const answers = await answersOf(service);
  if (!answers.includes('"parts"')) differences.push('/readyz?verbose names no part');
  const { how } = await service.stopped();
  if (how !== 'exit code 0') differences.push(`it ended with ${how}`);
  return { differences, said: `${service.logText()}\n${answers}` };
}
