import { parseArgs } from 'node:util';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { isTimeZone } from '../../core/time/zone-offset.ts';
import { parseConfig } from '../../platform/config/parse-environment.ts';
import type { Environment, ParsedEnvironment } from '../../platform/config/parse-environment.ts';
import { markIntervalVariable, seedVariable, shareVariable } from '../feed-variables.ts';

const ReplayVariables = Type.Object({
  REPLAY_SEED: seedVariable,
  REPLAY_TIME_ZONE: Type.String({ default: 'Europe/Vilnius', description: 'an IANA time zone' }),
  REPLAY_MARK_INTERVAL_MINUTES: markIntervalVariable,
  REPLAY_DUPLICATE_SHARE: shareVariable,
  REPLAY_SHUFFLED_SHARE: shareVariable,
});
type ReplayVariables = Readonly<Static<typeof ReplayVariables>>;

export interface ReplayConfig {
  /** The folder that holds the folders of the data sets. */
  readonly dataFolder: string;
  readonly seed: number;
  readonly timeZone: string;
  readonly markIntervalMs: number;
  readonly duplicateShare: number;
  readonly shuffledShare: number;
}

/** Reads `--data <folder>` and the variables; all mistakes together. An empty variable means its default. */
export function readConfig(
  args: readonly string[],
  environment: Environment = process.env,
): ParsedEnvironment<ReplayConfig> {
  return parseConfig(ReplayVariables, environment, (variables) => interpret(variables, args));
}

function interpret(variables: ReplayVariables, args: readonly string[]): ParsedEnvironment<ReplayConfig> {
  const mistakes: string[] = [];
  const timeZone = variables.REPLAY_TIME_ZONE;
  if (!isTimeZone(timeZone)) mistakes.push('REPLAY_TIME_ZONE: expected an IANA time zone');
  const config: ReplayConfig = {
    dataFolder: readDataFolder(args, mistakes),
    seed: variables.REPLAY_SEED,
    timeZone,
    markIntervalMs: variables.REPLAY_MARK_INTERVAL_MINUTES * 60_000,
    duplicateShare: variables.REPLAY_DUPLICATE_SHARE,
    shuffledShare: variables.REPLAY_SHUFFLED_SHARE,
  };
  return mistakes.length === 0 ? { ok: true, value: Object.freeze(config) } : { ok: false, mistakes };
}

function readDataFolder(args: readonly string[], mistakes: string[]): string {
  try {
    const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } } });
    if (values.data !== undefined && values.data !== '') return values.data;
    mistakes.push('--data <folder>: the folder that holds exacaster_mobile_churn and exacaster_events_2016');
  } catch (error) {
    mistakes.push(error instanceof Error ? error.message : String(error));
  }
  return '';
}
