import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hash32 } from '../../services/core/encoding/hash.ts';
import { createNameChange } from '../../services/rekey/name-change.ts';
import { rekeyState } from '../../services/rekey/rekey-state.ts';
import { arbitraryState } from '../support/arbitrary-state.ts';

const SAME = (version: number): number => version;

test('a change of names touches the circle and nothing else', () => {
  fc.assert(
    fc.property(arbitraryState(), (state) => {
      const moved = rekeyState(state, { newHashOf: (hash) => (hash + 1) % 2 ** 32, versionOf: SAME });
      assert.deepEqual({ ...moved, circle: [] }, { ...state, circle: [] });
      const named = new Set(state.circle.map(({ partyHash }) => (partyHash + 1) % 2 ** 32));
      assert.deepEqual(new Set(moved.circle.map(({ partyHash }) => partyHash)), named);
    }),
  );
});

test('names changed and changed back are the state as it was, where circles know each party once', () => {
  fc.assert(
    fc.property(arbitraryState(), (state) => {
      const distinct = new Map(state.circle.map((contact) => [contact.partyHash, contact]));
      const before = { ...state, circle: [...distinct.values()] };
      const there = rekeyState(before, { newHashOf: (hash) => hash ^ 1, versionOf: SAME });
      const back = rekeyState(there, { newHashOf: (hash) => hash ^ 1, versionOf: SAME });
      const unsigned = before.circle.map(({ partyHash, lastDay }) => ({ partyHash: partyHash | 0, lastDay }));
      assert.deepEqual(
        back.circle.map(({ partyHash, lastDay }) => ({ partyHash: partyHash | 0, lastDay })),
        unsigned,
      );
    }),
  );
});

test('a party whose number is not known stays in the circle as it is', () => {
  const [state] = fc.sample(arbitraryState(), 1);
  assert.ok(state);
  const circle = [
    { partyHash: 1, lastDay: 10 },
    { partyHash: 2, lastDay: 20 },
  ];
  const moved = rekeyState(
    { ...state, circle },
    { newHashOf: (hash) => (hash === 1 ? 7 : undefined), versionOf: SAME },
  );
  assert.deepEqual(moved.circle, [
    { partyHash: 7, lastDay: 10 },
    { partyHash: 2, lastDay: 20 },
  ]);
});

test('two parties that meet in one hash are one contact, of the later day', () => {
  const [state] = fc.sample(arbitraryState(), 1);
  assert.ok(state);
  const circle = [
    { partyHash: 1, lastDay: 10 },
    { partyHash: 2, lastDay: 20 },
  ];
  const moved = rekeyState({ ...state, circle }, { newHashOf: () => 7, versionOf: SAME });
  assert.deepEqual(moved.circle, [{ partyHash: 7, lastDay: 20 }]);
});

test('a prediction of a version that its new partition has forgotten is dropped, and not counted for another', () => {
  const [state] = fc.sample(arbitraryState(), 1);
  assert.ok(state);
  const prediction = { slot: 5, riskScore: 0.5, wasHigh: false, contacted: false, version: 3 };
  const change = { newHashOf: () => undefined, versionOf: (version: number) => (version === 3 ? undefined : version) };
  assert.equal(rekeyState({ ...state, prediction }, change).prediction, undefined);
  const kept = rekeyState({ ...state, prediction: { ...prediction, version: 2 } }, change).prediction;
  assert.deepEqual(kept, { ...prediction, version: 2 });
});

test('a list gives the same names in any order, and tells numbers that stand on it twice', () => {
  const numbers = ['8613900000001', '8613900000002', '8613900000003'];
  const make = (list: readonly string[]) => {
    const names = createNameChange(
      (number) => `a-${number}`,
      (number) => `b-${number}`,
    );
    return { names, answers: list.map(names.add) };
  };
  const { names, answers } = make([...numbers, '8613900000001']);
  assert.deepEqual(answers, ['added', 'added', 'added', 'repeated']);
  assert.equal(names.size, 3);
  const other = make(numbers.toReversed()).names;
  for (const number of numbers) {
    assert.equal(names.newIdOf(`a-${number}`), `b-${number}`);
    assert.equal(names.newHashOf(hash32(`a-${number}`)), hash32(`b-${number}`));
    assert.equal(other.newHashOf(hash32(`a-${number}`)), hash32(`b-${number}`));
  }
  assert.equal(names.newIdOf('a-8613900000009'), undefined);
});
