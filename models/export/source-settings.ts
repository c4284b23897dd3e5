import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MappingPorts } from '../../services/intake/mapping/map-row.ts';
import { readKafkaAccess } from '../../services/platform/config/kafka-settings.ts';
import type { KafkaVariables } from '../../services/platform/config/kafka-settings.ts';
import { createEventIdentifier, createPseudonymizer } from '../../services/platform/crypto/pseudonym.ts';
import { readPseudonymSettings } from '../../services/platform/crypto/pseudonym-settings.ts';
import type { KafkaAccess } from '../../services/platform/kafka/client.ts';
import { onlyValue } from './option-values.ts';
import type { OptionValues } from './option-values.ts';
import type { KnownBy } from './source-record.ts';

export type SourceSettings =
  | { readonly type: 'topic'; readonly topic: string; readonly kafka: KafkaAccess; readonly knownBy: KnownBy }
  | { readonly type: 'files'; readonly paths: readonly string[] };

/** How identifiers in clear become those of the log. */
export type IdentifierPorts = Omit<MappingPorts, 'feed'>;

interface SourceVariables extends Readonly<KafkaVariables> {
  readonly CHURN_PSEUDONYM_KEY_ID: string;
  readonly CHURN_PSEUDONYM_SECRET: string;
}

const BROKERS = /^[^\s,]+:\d+(\s*,\s*[^\s,]+:\d+)*$/;

/** @param folder that relative paths begin at. */
export function readSourceSettings(
  values: OptionValues,
  variables: SourceVariables,
  folder: string,
  mistakes: string[],
): SourceSettings | undefined {
  const topic = onlyValue(values, '--topic', mistakes);
  const log = values.get('--log');
  const knownBy = onlyValue(values, '--known-by', mistakes);
  const paths = (log ?? []).map((path) => resolve(folder, path));
  if (log?.length === 0) mistakes.push('--log: expected files');
  for (const path of paths) if (!isReadableFile(path)) mistakes.push(`--log: ${path} cannot be read as a file`);
  if (values.has('--topic') === (log !== undefined)) {
    mistakes.push('expected either --topic NAME or --log FILE…');
    return undefined;
  }
  if (log === undefined) {
    const brokers = onlyValue(values, '--brokers', mistakes) ?? variables.CHURN_KAFKA_BROKERS;
    if (!BROKERS.test(brokers)) mistakes.push('--brokers: expected host:port, comma separated');
    if (knownBy !== undefined && knownBy !== 'log' && knownBy !== 'source') {
      mistakes.push('--known-by: expected log or source');
    }
    if (topic === undefined) return undefined;
    const kafka = readKafkaAccess({ ...variables, CHURN_KAFKA_BROKERS: brokers }, mistakes);
    return { type: 'topic', topic, kafka, knownBy: knownBy === 'source' ? 'source' : 'log' };
  }
  if (knownBy !== undefined && knownBy !== 'source') {
    mistakes.push('--known-by: expected source, since files have no time stamps of their own');
  }
  if (values.has('--brokers')) mistakes.push('--brokers: expected with --topic only');
  return { type: 'files', paths };
}

/** @param mistakes told where the pseudonyms' secret is wanted and not given. */
export function readIdentifierPorts(
  variables: SourceVariables,
  brokers: readonly string[],
  mistakes: string[],
): IdentifierPorts | undefined {
  const before = mistakes.length;
  const settings = readPseudonymSettings(variables, brokers, mistakes);
  if (mistakes.length > before) return undefined;
  return { pseudonymOf: createPseudonymizer(settings), eventIdOf: createEventIdentifier(settings) };
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}
