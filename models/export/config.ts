import { resolve } from 'node:path';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { MAX_LABEL_DAYS, parseLabelDefinition } from '../../services/core/labels/label-definition.ts';
import type { Policy } from '../../services/core/policy/policy.ts';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import type { CivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { parseConfig } from '../../services/platform/config/parse-environment.ts';
import type { Environment, ParsedEnvironment } from '../../services/platform/config/parse-environment.ts';
import { kafkaVariables } from '../../services/platform/config/kafka-settings.ts';
import { serviceVariables } from '../../services/platform/config/shared-variables.ts';
import { PSEUDONYM_KEY_ID_PATTERN } from '../../services/platform/crypto/pseudonym.ts';
import { loadPolicy } from '../../services/platform/policy/load-policy.ts';
import type { ExportPlan, LabelSource } from './export-partition.ts';
import { onlyValue, readOptionValues } from './option-values.ts';
import type { OptionValues } from './option-values.ts';
import { INSTANT_EXPECTED, parseInstantMs } from './parse-instant.ts';
import { readLabelTable } from './read-label-table.ts';
import { readOut } from './read-out.ts';
import { readNumberFormat } from './read-number-format.ts';
import { readIdentifierPorts, readSourceSettings } from './source-settings.ts';
import type { IdentifierPorts, SourceSettings } from './source-settings.ts';

const ExportVariables = Type.Object({
  ...kafkaVariables,
  CHURN_POLICY_FILE: serviceVariables.CHURN_POLICY_FILE,
  CHURN_PSEUDONYM_KEY_ID: Type.String({
    pattern: PSEUDONYM_KEY_ID_PATTERN,
    default: 'demo',
    description: '1 to 8 lower-case letters or digits',
  }),
  CHURN_PSEUDONYM_SECRET: Type.String({
    default: '',
    description: 'at least 16 bytes; may be left out with brokers on this machine only',
  }),
});
type ExportVariables = Readonly<Static<typeof ExportVariables>>;

export interface ExportConfig {
  readonly plan: ExportPlan;
  readonly source: SourceSettings;
  /** For identifiers in clear; undefined where none come. */
  readonly identifiers: IdentifierPorts | undefined;
  readonly out: string;
  /** The summary as one line of JSON. */
  readonly json: boolean;
}

const OPTIONS = {
  names: [
    '--topic',
    '--brokers',
    '--log',
    '--policy',
    '--as-of',
    '--known-through',
    '--known-by',
    '--label',
    '--country-code',
    '--trunk-prefix',
    '--out',
  ],
  flags: ['--json'],
};
const LABEL_EXPECTED = `inactivity:DAYS, departure:DAYS (1 to ${MAX_LABEL_DAYS}) or table:FILE`;

/** Reads the options, the variables and the files that they name; all mistakes together. */
export function readConfig(
  args: readonly string[],
  environment: Environment = process.env,
): ParsedEnvironment<ExportConfig> {
  // npm runs scripts in the package's folder, wherever the caller stands.
  const folder = environment['INIT_CWD'] ?? process.cwd();
  return parseConfig(ExportVariables, environment, (variables) => interpret(args, variables, folder));
}

function interpret(
  args: readonly string[],
  variables: ExportVariables,
  folder: string,
): ParsedEnvironment<ExportConfig> {
  const mistakes: string[] = [];
  const values = readOptionValues(args, OPTIONS, mistakes);
  const source = readSourceSettings(values, variables, folder, mistakes);
  const identifiers = readIdentifiers(source, variables, mistakes);
  const policyFile = onlyValue(values, '--policy', mistakes);
  const policy = readPolicy(
    policyFile === undefined ? variables.CHURN_POLICY_FILE : resolve(folder, policyFile),
    mistakes,
  );
  // Days are those of the policy's zone; without one the rest is still checked.
  const calendar = createCivilCalendar(policy?.timeZone ?? 'UTC');
  const asOfsMs = readAsOfs(values, calendar, mistakes);
  const knownThroughMs = readKnownThrough(values, calendar, mistakes);
  const numberFormat = readNumberFormat(values, mistakes);
  const labels = readLabels(
    values,
    { calendar, pseudonymOf: identifiers?.pseudonymOf, numberFormat },
    folder,
    mistakes,
  );
  const out = readOut(values, folder, mistakes);
  if (
    mistakes.length > 0 ||
    policy === undefined ||
    source === undefined ||
    labels === undefined ||
    out === undefined
  ) {
    return { ok: false, mistakes };
  }
  const plan: ExportPlan = { policy, calendar, asOfsMs, knownThroughMs, labels };
  return { ok: true, value: { plan, source, identifiers, out, json: values.has('--json') } };
}

/** Files hold identifiers in clear; beside a topic only a table may, which then asks for them. */
function readIdentifiers(
  source: SourceSettings | undefined,
  variables: ExportVariables,
  mistakes: string[],
): IdentifierPorts | undefined {
  return source?.type === 'topic'
    ? readIdentifierPorts(variables, source.kafka.brokers, [])
    : readIdentifierPorts(variables, [], mistakes);
}

function readPolicy(path: string, mistakes: string[]): Policy | undefined {
  try {
    return loadPolicy(path);
  } catch (error) {
    mistakes.push(`--policy: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function readAsOfs(values: OptionValues, calendar: CivilCalendar, mistakes: string[]): readonly number[] {
  const texts = values.get('--as-of') ?? [];
  if (texts.length === 0) mistakes.push(`--as-of: expected one or more, each ${INSTANT_EXPECTED}`);
  const instants = new Set<number>();
  for (const text of texts) {
    const instantMs = parseInstantMs(text, calendar);
    if (instantMs === undefined) mistakes.push(`--as-of ${text}: expected ${INSTANT_EXPECTED}`);
    else instants.add(instantMs);
  }
  return [...instants].sort((a, b) => a - b);
}

function readKnownThrough(values: OptionValues, calendar: CivilCalendar, mistakes: string[]): number | undefined {
  const text = onlyValue(values, '--known-through', mistakes);
  if (text === undefined) return undefined;
  const instantMs = parseInstantMs(text, calendar);
  if (instantMs === undefined) mistakes.push(`--known-through ${text}: expected ${INSTANT_EXPECTED}`);
  return instantMs;
}

function readLabels(
  values: OptionValues,
  table: Parameters<typeof readLabelTable>[1],
  folder: string,
  mistakes: string[],
): LabelSource | undefined {
  const text = onlyValue(values, '--label', mistakes);
  if (text?.startsWith('table:') === true && text.length > 'table:'.length) {
    return { type: 'table', table: readLabelTable(resolve(folder, text.slice('table:'.length)), table, mistakes) };
  }
  const definition = parseLabelDefinition(text ?? '');
  if (definition !== undefined) return { type: 'log', definition };
  mistakes.push(`--label: expected ${LABEL_EXPECTED}`);
  return undefined;
}
