import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { createScriptedMember } from './scripted-member.ts';
import type { Asked, MemberScript } from './scripted-member.ts';

const { KafkaJSConnectionError, KafkaJSProtocolError, KafkaJSRequestTimeoutError } = kafkajs;

const unanswered = (request: string): Error =>
  new KafkaJSRequestTimeoutError(`Request ${request}(key: 0, version: 0) timed out`);
const refused = (type: string): Error => Object.assign(new KafkaJSProtocolError(type), { type });
const cut = (): Error => new KafkaJSConnectionError('connection closed');

/** Runs a member until it has read for a third time. @returns what it asked. */
async function askedUntilThirdFetch(answer: MemberScript['answer']): Promise<readonly Asked[]> {
  const over = Promise.withResolvers<undefined>();
  const member = createScriptedMember({
    async answer(asked, count) {
      if (asked === 'fetch' && count === 3) over.resolve(undefined);
      await answer(asked, count);
    },
  });
  await member.start();
  await Promise.race([over.promise, member.crash.then((error) => Promise.reject(error as Error))]);
  await member.stop();
  return member.asked;
}

const countOf = (asked: readonly Asked[], what: Asked): number => asked.filter((one) => one === what).length;

test('a coordinator that hangs is looked up anew, by joining again', async () => {
  for (const request of ['Heartbeat', 'OffsetCommit']) {
    const asked = await askedUntilThirdFetch((what, count) => {
      if (what === 'heartbeat' && count === 1) throw unanswered(request);
    });
    assert.equal(countOf(asked, 'join'), 2);
  }
});

test('a broker that is slow to tell metadata or records costs no membership', async () => {
  for (const request of ['Metadata', 'Fetch']) {
    const asked = await askedUntilThirdFetch((what, count) => {
      if (what === 'fetch' && count === 1) throw unanswered(request);
    });
    assert.equal(countOf(asked, 'join'), 1);
  }
});

test('who could not join again reads nothing before it has', async () => {
  const beginnings: readonly (readonly [Asked, Error])[] = [
    ['heartbeat', unanswered('Heartbeat')],
    ['heartbeat', refused('REBALANCE_IN_PROGRESS')],
    ['heartbeat', refused('UNKNOWN_MEMBER_ID')],
    ['fetch', refused('NOT_LEADER_FOR_PARTITION')],
  ];
  for (const [where, error] of beginnings) {
    for (const failing of ['join', 'sync'] as const) {
      const asked = await askedUntilThirdFetch((what, count) => {
        if (what === where && count === 1) throw error;
        if (what === failing && (count === 2 || count === 3)) throw cut();
      });
      const again = asked.slice(asked.indexOf(where) + 1);
      const untilRead = again.slice(0, again.indexOf('fetch'));
      assert.equal(countOf(untilRead, failing), 3, `${error.message}, ${failing}: ${asked.join(' ')}`);
    }
  }
});

test('who is stopped while it joins again leaves, and reads nothing more', async () => {
  const joining = Promise.withResolvers<undefined>();
  const joined = Promise.withResolvers<undefined>();
  const member = createScriptedMember({
    async answer(what, count) {
      if (what === 'heartbeat' && count === 1) throw refused('REBALANCE_IN_PROGRESS');
      if (what !== 'join' || count === 1) return;
      if (count === 2) throw cut();
      joining.resolve(undefined);
      await joined.promise;
    },
  });
  await member.start();
  await joining.promise;
  const stopped = member.stop();
  joined.resolve(undefined);
  await stopped;
  assert.deepEqual(member.asked.slice(member.asked.lastIndexOf('join')), ['join', 'sync', 'left']);
});

test('who is stopped while its fetchers wait for one another to begin anew leaves, and reads nothing more', async () => {
  const brokers = [1, 2];
  const slow = Promise.withResolvers<undefined>();
  const member = createScriptedMember({
    brokers: () => brokers,
    async answer(what, count) {
      if (what !== 'fetch' || count !== 2) return;
      brokers.push(3);
      await slow.promise;
    },
  });
  await member.start();
  // The other fetcher sees the new broker, and the answer of this one is waited for.
  while (brokers.length < 3) await setImmediate();
  await setImmediate();
  const stopped = member.stop();
  slow.resolve(undefined);
  await stopped;
  assert.deepEqual([countOf(member.asked, 'fetch'), member.asked.at(-1)], [2, 'left']);
});
