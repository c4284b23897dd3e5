import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { parseConfig } from '../platform/config/parse-environment.ts';
import type { Environment, ParsedEnvironment } from '../platform/config/parse-environment.ts';
import { readKafkaAccess } from '../platform/config/kafka-settings.ts';
import { logVariables, serviceVariables, topicVariable } from '../platform/config/shared-variables.ts';
import type { KafkaAccess } from '../platform/kafka/client.ts';
import { readMended } from './read-mended.ts';
import type { Selection } from './select-letters.ts';

const Variables = Type.Object({
  ...logVariables,
  CHURN_ALERT_TOPIC: serviceVariables.CHURN_ALERT_TOPIC,
  CHURN_OUTCOME_TOPIC: topicVariable('retention.outcome.v1'),
});
type Variables = Readonly<Static<typeof Variables>>;

const COMMANDS = ['list', 'show', 'export', 'replay'] as const;
export type Command = (typeof COMMANDS)[number];
const ROLES = ['input', 'alert', 'outcome'] as const;
export type TopicRole = (typeof ROLES)[number];

export interface DeadLettersConfig {
  readonly command: Command;
  readonly kafka: KafkaAccess;
  readonly topic: string;
  readonly role: TopicRole;
  readonly selection: Selection;
  readonly limit: number;
  /** By "partition/offset"; undefined without --with. */
  readonly mended: ReadonlyMap<string, unknown> | undefined;
  readonly out: string | undefined;
  readonly isDry: boolean;
  readonly json: boolean;
}

const OPTIONS = {
  topic: { type: 'string' },
  reason: { type: 'string', multiple: true },
  partition: { type: 'string' },
  'from-offset': { type: 'string' },
  'to-offset': { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  with: { type: 'string' },
  out: { type: 'string' },
  limit: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;
const DEFAULT_LIMIT = 10_000;

/** Reads options and variables; all mistakes together. */
export function readConfig(
  args: readonly string[],
  environment: Environment = process.env,
): ParsedEnvironment<DeadLettersConfig> {
  // npm runs scripts in the package's folder, wherever the caller stands.
  const folder = environment['INIT_CWD'] ?? process.cwd();
  return parseConfig(Variables, environment, (variables) => interpret(args, variables, folder));
}

function interpret(
  args: readonly string[],
  variables: Variables,
  folder: string,
): ParsedEnvironment<DeadLettersConfig> {
  const mistakes: string[] = [];
  const parsed = parse(args, mistakes);
  if (parsed === undefined) return { ok: false, mistakes };
  const { values, positionals } = parsed;
  const command = COMMANDS.find((name) => name === positionals[0]);
  if (command === undefined || positionals.length > 1) mistakes.push(`expected one of ${COMMANDS.join(', ')}`);
  const role = roleOf(values.topic ?? 'input', variables);
  if (role === undefined)
    mistakes.push('--topic: expected input, alert or outcome, or the name of one of these topics');
  const mended = values.with === undefined ? undefined : readMended(resolve(folder, values.with), mistakes);
  const selection: Selection = {
    reasons: values.reason?.flatMap((text) => text.split(',')) ?? [],
    partition: asNumber('--partition', values.partition, mistakes),
    fromOffset: asOffset('--from-offset', values['from-offset'], mistakes),
    toOffset: asOffset('--to-offset', values['to-offset'], mistakes),
    sinceMs: asInstant('--since', values.since, mistakes),
    untilMs: asInstant('--until', values.until, mistakes),
    places: mended === undefined ? undefined : new Set(mended.keys()),
  };
  const kafka = readKafkaAccess(variables, mistakes);
  const limit = asNumber('--limit', values.limit, mistakes) ?? DEFAULT_LIMIT;
  if (command === 'export' && values.out === undefined) mistakes.push('--out: expected a file to export to');
  if (command !== 'export' && values.out !== undefined) mistakes.push('--out: only export writes a file');
  if (command !== 'replay' && mended !== undefined) mistakes.push('--with: only replay takes mended records');
  if (command !== 'replay' && values['dry-run'] === true) mistakes.push('--dry-run: only replay writes anything');
  if (command === undefined || role === undefined || mistakes.length > 0) return { ok: false, mistakes };
  return {
    ok: true,
    value: {
      command,
      kafka,
      topic: topicOf(role, variables),
      role,
      selection,
      limit,
      mended,
      out: values.out === undefined ? undefined : resolve(folder, values.out),
      isDry: values['dry-run'] === true,
      json: values.json === true,
    },
  };
}

type Parsed = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;

function parse(args: readonly string[], mistakes: string[]): Parsed | undefined {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    mistakes.push(error.message);
    return undefined;
  }
}

function topicOf(role: TopicRole, variables: Variables): string {
  switch (role) {
    case 'input':
      return variables.CHURN_INPUT_TOPIC;
    case 'alert':
      return variables.CHURN_ALERT_TOPIC;
    case 'outcome':
      return variables.CHURN_OUTCOME_TOPIC;
  }
}

function roleOf(text: string, variables: Variables): TopicRole | undefined {
  return ROLES.find((role) => role === text || topicOf(role, variables) === text);
}

function asNumber(name: string, text: string | undefined, mistakes: string[]): number | undefined {
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  mistakes.push(`${name}: expected a whole number`);
  return undefined;
}

function asOffset(name: string, text: string | undefined, mistakes: string[]): bigint | undefined {
  if (text === undefined || /^\d{1,18}$/.test(text)) return text === undefined ? undefined : BigInt(text);
  mistakes.push(`${name}: expected an offset`);
  return undefined;
}

function asInstant(name: string, text: string | undefined, mistakes: string[]): number | undefined {
  if (text === undefined) return undefined;
  const instantMs = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instantMs)) return instantMs;
  mistakes.push(`${name}: expected an instant such as 2026-08-31T12:00:00Z`);
  return undefined;
}
