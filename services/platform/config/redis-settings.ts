import { createSecureContext } from 'node:tls';
import { Type } from 'typebox';
import type { RedisSettings, RedisTls } from '../redis/client.ts';
import { REDIS_URL_PATTERN, parseRedisUrl } from '../redis/redis-address.ts';
import type { RedisAddress } from '../redis/redis-address.ts';
import { readPemFile } from './pem-file.ts';

const pemFile = (what: string): ReturnType<typeof Type.String> =>
  Type.String({ default: '', description: `path of a PEM file with ${what}` });

/** Variables of everything that works with Redis. */
export const redisVariables = {
  CHURN_REDIS_URL: Type.String({
    pattern: REDIS_URL_PATTERN,
    default: 'redis://127.0.0.1:6379',
    description:
      'redis://[user:password@]host[:port][/database], or redis+cluster://[user:password@]host:port,host:port…; ' +
      'rediss instead of redis for TLS',
  }),
  CHURN_REDIS_KEYSPACE: Type.String({
    default: '',
    pattern: '^[^{}]*$',
    description: 'prefix of all keys, without braces',
  }),
  CHURN_REDIS_CA_FILE: pemFile("the authorities that the server's certificate must come from"),
  CHURN_REDIS_CERT_FILE: pemFile("the client's certificate"),
  CHURN_REDIS_KEY_FILE: pemFile("the client's key"),
};

interface RedisVariables {
  readonly CHURN_REDIS_URL: string;
  readonly CHURN_REDIS_CA_FILE: string;
  readonly CHURN_REDIS_CERT_FILE: string;
  readonly CHURN_REDIS_KEY_FILE: string;
}

const FILES = ['CHURN_REDIS_CA_FILE', 'CHURN_REDIS_CERT_FILE', 'CHURN_REDIS_KEY_FILE'] as const;

/**
 * How Redis is reached, from the variables and the files that they name, which are read once.
 *
 * @param mistakes gets what is wrong, never with a value or a file's content.
 */
export function readRedisSettings(variables: RedisVariables, mistakes: string[]): RedisSettings {
  const settings = { url: variables.CHURN_REDIS_URL };
  const address = readAddress(settings.url, mistakes);
  const given = FILES.filter((name) => variables[name] !== '');
  if (given.length === 0 || address === undefined) return settings;
  if (!address.isTls) {
    mistakes.push(`${given.join(', ')}: given, but CHURN_REDIS_URL is without TLS: expected rediss instead of redis`);
  }
  if ((variables.CHURN_REDIS_CERT_FILE === '') !== (variables.CHURN_REDIS_KEY_FILE === '')) {
    mistakes.push('CHURN_REDIS_CERT_FILE, CHURN_REDIS_KEY_FILE: expected both or none');
  }
  const tls: RedisTls = {
    ca: readPemFile('CHURN_REDIS_CA_FILE', variables.CHURN_REDIS_CA_FILE, mistakes),
    cert: readPemFile('CHURN_REDIS_CERT_FILE', variables.CHURN_REDIS_CERT_FILE, mistakes),
    key: readPemFile('CHURN_REDIS_KEY_FILE', variables.CHURN_REDIS_KEY_FILE, mistakes),
  };
  // Authorities are passed over where they are no certificates: then nobody would be trusted, and nothing would say why.
  if (tls.ca !== undefined && !tls.ca.includes('-----BEGIN CERTIFICATE-----')) {
    mistakes.push('CHURN_REDIS_CA_FILE: expected a PEM file with certificates');
  }
  try {
    createSecureContext(tls);
  } catch {
    mistakes.push(`${given.join(', ')}: expected PEM files of certificates, and of the key of the client's`);
  }
  return { ...settings, tls };
}

function readAddress(url: string, mistakes: string[]): RedisAddress | undefined {
  try {
    return parseRedisUrl(url);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    mistakes.push('CHURN_REDIS_URL: expected user and password percent-encoded');
    return undefined;
  }
}
