import { createSecureContext } from 'node:tls';
import { Type } from 'typebox';
import type { Static, TObject } from 'typebox';
import type { KafkaAccess, KafkaSasl, KafkaTls } from '../kafka/client.ts';
import { readPemFile } from './pem-file.ts';

const path = (what: string): ReturnType<typeof Type.String> =>
  Type.String({ default: '', description: `path of a file with ${what}` });

/** Variables of everything that speaks with Kafka. */
export const kafkaVariables = {
  CHURN_KAFKA_BROKERS: Type.String({
    pattern: '^[^\\s,]+:\\d+\\s*(,\\s*[^\\s,]+:\\d+\\s*)*$',
    default: '127.0.0.1:9092',
    description: 'host:port, comma separated',
  }),
  CHURN_KAFKA_TLS: Type.Enum(['on', 'off'], { default: 'off', description: 'on or off' }),
  CHURN_KAFKA_CA_FILE: path("the authorities in PEM that the brokers' certificates must come from"),
  CHURN_KAFKA_CERT_FILE: path("the client's certificate in PEM"),
  CHURN_KAFKA_KEY_FILE: path("the client's key in PEM"),
  CHURN_KAFKA_SASL: Type.Enum(['off', 'plain', 'scram-sha-256', 'scram-sha-512'], {
    default: 'off',
    description: 'off, plain, scram-sha-256 or scram-sha-512',
  }),
  CHURN_KAFKA_USER: Type.String({ default: '', description: 'name of the user' }),
  CHURN_KAFKA_PASSWORD: Type.String({ default: '', description: 'password of the user' }),
  CHURN_KAFKA_PASSWORD_FILE: path('the password of the user'),
  CHURN_KAFKA_PLAIN_IN_CLEAR: Type.Enum(['refused', 'allowed'], {
    default: 'refused',
    description: 'refused or allowed',
  }),
};
export type KafkaVariables = Static<TObject<typeof kafkaVariables>>;

const FILES = ['CHURN_KAFKA_CA_FILE', 'CHURN_KAFKA_CERT_FILE', 'CHURN_KAFKA_KEY_FILE'] as const;

/**
 * How Kafka is reached, from the variables and the files that they name, which are read once.
 *
 * @param mistakes gets what is wrong, never with a value or a file's content.
 */
export function readKafkaAccess(variables: Readonly<KafkaVariables>, mistakes: string[]): KafkaAccess {
  const brokers = brokersOf(variables.CHURN_KAFKA_BROKERS);
  const tls = readTls(variables, mistakes);
  const sasl = readSasl(variables, mistakes);
  return { brokers, ...(tls === undefined ? {} : { tls }), ...(sasl === undefined ? {} : { sasl }) };
}

/** The brokers that CHURN_KAFKA_BROKERS lists. */
export function brokersOf(text: string): readonly string[] {
  return text.split(',').map((broker) => broker.trim());
}

function readTls(variables: Readonly<KafkaVariables>, mistakes: string[]): KafkaTls | undefined {
  const given = FILES.filter((name) => variables[name] !== '');
  if (variables.CHURN_KAFKA_TLS === 'off') {
    if (given.length > 0) mistakes.push(`${given.join(', ')}: given, but CHURN_KAFKA_TLS is off: expected on`);
    return undefined;
  }
  if ((variables.CHURN_KAFKA_CERT_FILE === '') !== (variables.CHURN_KAFKA_KEY_FILE === '')) {
    mistakes.push('CHURN_KAFKA_CERT_FILE, CHURN_KAFKA_KEY_FILE: expected both or none');
  }
  const [ca, cert, key] = FILES.map((name) => readPemFile(name, variables[name], mistakes));
  const tls: KafkaTls = { ca, cert, key };
  // Authorities are passed over where they are no certificates: then nobody would be trusted, and nothing would say why.
  if (ca?.includes('-----BEGIN CERTIFICATE-----') === false) {
    mistakes.push('CHURN_KAFKA_CA_FILE: expected a PEM file with certificates');
  }
  try {
    createSecureContext(tls);
  } catch {
    mistakes.push(`${given.join(', ')}: expected PEM files of certificates, and of the key of the client's`);
  }
  return tls;
}

function readSasl(variables: Readonly<KafkaVariables>, mistakes: string[]): KafkaSasl | undefined {
  const { CHURN_KAFKA_SASL: mechanism, CHURN_KAFKA_USER: username, CHURN_KAFKA_PASSWORD: given } = variables;
  const file = variables.CHURN_KAFKA_PASSWORD_FILE;
  const credentials = (['CHURN_KAFKA_USER', 'CHURN_KAFKA_PASSWORD', 'CHURN_KAFKA_PASSWORD_FILE'] as const).filter(
    (name) => variables[name] !== '',
  );
  if (mechanism === 'off') {
    if (credentials.length > 0) {
      mistakes.push(`${credentials.join(', ')}: given, but CHURN_KAFKA_SASL is off: expected a mechanism`);
    }
    return undefined;
  }
  if (given !== '' && file !== '') {
    mistakes.push('CHURN_KAFKA_PASSWORD, CHURN_KAFKA_PASSWORD_FILE: expected one of them');
  }
  // Editors end a file with a line break, which is no part of the password.
  const read = readPemFile('CHURN_KAFKA_PASSWORD_FILE', file, mistakes)?.replace(/\r?\n$/, '');
  const password = given === '' ? (read ?? '') : given;
  if (username === '') mistakes.push(`CHURN_KAFKA_USER: expected with CHURN_KAFKA_SASL=${mechanism}`);
  if (given === '' && file === '') {
    mistakes.push(`CHURN_KAFKA_PASSWORD, CHURN_KAFKA_PASSWORD_FILE: expected one with CHURN_KAFKA_SASL=${mechanism}`);
  } else if (read === '') {
    mistakes.push('CHURN_KAFKA_PASSWORD_FILE: expected a file that is not empty');
  }
  if (
    mechanism === 'plain' &&
    variables.CHURN_KAFKA_TLS === 'off' &&
    variables.CHURN_KAFKA_PLAIN_IN_CLEAR !== 'allowed'
  ) {
    mistakes.push(
      'CHURN_KAFKA_SASL: plain sends the password in clear: expected CHURN_KAFKA_TLS=on or scram-sha-512, or ' +
        'CHURN_KAFKA_PLAIN_IN_CLEAR=allowed',
    );
  }
  return { mechanism, username, password };
}
