import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { brokerHeap, brokerSettings } from '../../deploy/local/broker-settings.ts';
import { parseJavaVersion, parseRedisVersion } from '../../deploy/local/native-parts.mjs';

type Compose = { services: { kafka: { image: string; environment: Record<string, string> } } };

const isCompose = (value: unknown): value is Compose =>
  typeof value === 'object' && value !== null && 'services' in value;
const compose: unknown = parse(readFileSync('docker-compose.yml', 'utf8'));
assert.ok(isCompose(compose));
const { image, environment } = compose.services.kafka;

test('the version of Redis is read from what the server says about itself', () => {
  assert.equal(parseRedisVersion('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64'), '7.0.15');
  assert.equal(parseRedisVersion('command not found'), undefined);
});

test('the version of Java is read in the old and the new way of counting', () => {
  assert.equal(parseJavaVersion('openjdk version "17.0.15" 2025-04-15'), '17.0.15');
  assert.equal(parseJavaVersion('openjdk version "21" 2023-09-19'), '21');
  assert.equal(parseJavaVersion('java version "1.8.0_392"'), '8.0');
  assert.equal(parseJavaVersion('Unrecognized option'), undefined);
});

test('the broker in the container is the one that runs natively', () => {
  const version = /<kafka\.version>(.+)<\/kafka\.version>/.exec(
    readFileSync('deploy/local/kafka/pom.xml', 'utf8'),
  )?.[1];
  assert.equal(image, `apache/kafka:${version ?? ''}`);
});

test('the broker in the container has the settings of the native one', () => {
  const expected = Object.entries(brokerSettings).map(([name, value]) => [variableOf(name), value]);
  const actual = expected.map(([name = '']) => [name, environment[name]]);
  assert.deepEqual(actual, expected);
  assert.equal(environment['KAFKA_HEAP_OPTS'], brokerHeap.join(' '));
});

test('the image has the Node that is pinned', () => {
  const taken = /^FROM node:(\d+)-/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1];
  const pinned = /"node": "(\d+)\.\d+\.\d+"/.exec(readFileSync('package.json', 'utf8'))?.[1];
  assert.ok(taken !== undefined);
  assert.equal(taken, pinned);
});

function variableOf(setting: string): string {
  return `KAFKA_${setting.toUpperCase().replaceAll('.', '_')}`;
}
