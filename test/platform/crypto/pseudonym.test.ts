import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createKeyedDigest } from '../../../services/platform/crypto/keyed-digest.ts';
import { createEventIdentifier, createPseudonymizer } from '../../../services/platform/crypto/pseudonym.ts';

const secret = 'a secret of the tests';

/** RFC 4231: key, data, HMAC-SHA-256, all but the case of a truncated digest. */
const vectors = [
  ['0b'.repeat(20), hex('Hi There'), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    hex('Jefe'),
    hex('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    'aa'.repeat(131),
    hex('Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    'aa'.repeat(131),
    hex(
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
    ),
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
] as const;

test('the keyed digest is the HMAC-SHA-256 of the published test cases', () => {
  for (const [key, data, expected] of vectors) {
    const digestOf = createKeyedDigest(Buffer.from(key, 'hex'), 32);
    const digest = Buffer.from(digestOf(Buffer.from(data, 'hex').toString('utf8')), 'base64url');
    assert.equal(digest.toString('hex'), expected);
  }
});

test('the keyed digest equals what Node makes, for any key and any sequence of texts', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 32 }),
      (key, texts, bytes) => {
        const digestOf = createKeyedDigest(key, bytes);
        for (const text of texts) assert.equal(digestOf(text), hmacOf(key, text, bytes));
      },
    ),
    { numRuns: 500 },
  );
});

test('a pseudonym is the key id and 16 bytes of the HMAC of the number', () => {
  const pseudonymOf = createPseudonymizer({ keyId: 'k1', secret });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (raw) => {
      assert.equal(pseudonymOf(raw), `k1-${hmacOf(Buffer.from(secret), raw, 16)}`);
    }),
  );
});

test('a key id or a secret that does not fit is refused', () => {
  assert.throws(() => createPseudonymizer({ keyId: 'Not one', secret }), RangeError);
  assert.throws(() => createPseudonymizer({ keyId: 'k1', secret: 'too short' }), RangeError);
  assert.throws(() => createEventIdentifier({ secret: 'too short' }), RangeError);
});

test('an event id is the same for the same values, and other for values cut elsewhere', () => {
  const [eventIdOf, again] = [createEventIdentifier({ secret }), createEventIdentifier({ secret })];
  const parts = fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 6 }), { maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const isSame = one.length === other.length && one.every((part, index) => part === other[index]);
      assert.equal(eventIdOf(one) === again(other), isSame);
    }),
    {
      numRuns: 1_000,
      examples: [
        [
          ['ab', 'c'],
          ['a', 'bc'],
        ],
        [['a'], ['a', '']],
        [['1:a'], ['a']],
        [[], ['']],
      ],
    },
  );
  assert.match(eventIdOf(['msc-1', '4711', '0']), /^[\w-]{22}$/);
});

test('an event id is never the pseudonym of its only value, and another secret gives another id', () => {
  const eventIdOf = createEventIdentifier({ secret });
  const pseudonymOf = createPseudonymizer({ keyId: 'k1', secret });
  const number = '8613900000000';
  for (const text of [number, `${number.length}:${number}`]) {
    assert.notEqual(`k1-${eventIdOf([number])}`, pseudonymOf(text));
  }
  assert.notEqual(eventIdOf([number]), createEventIdentifier({ secret: `${secret}!` })([number]));
});

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

function hmacOf(key: Uint8Array, text: string, bytes: number): string {
  return createHmac('sha256', key).update(text).digest().toString('base64url', 0, bytes);
}
