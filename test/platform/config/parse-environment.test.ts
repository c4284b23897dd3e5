import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { parseConfig, parseEnvironment } from '../../../services/platform/config/parse-environment.ts';
import type { ParsedEnvironment } from '../../../services/platform/config/parse-environment.ts';

const Variables = Type.Object({
  LEAST: Type.Integer({ minimum: 0, maximum: 10, default: 1, description: 'units' }),
  MOST: Type.Integer({ minimum: 0, maximum: 10, default: 5, description: 'units' }),
  RATIO: Type.Number({ minimum: 0, maximum: 1, default: 0, description: 'share' }),
  SECRET: Type.String({ pattern: '^(.{8,})?$', default: '', description: 'at least 8 characters' }),
});

test('what is not set or empty has its default, and spaces around a value do not count', () => {
  assert.deepEqual(parseEnvironment(Variables, { LEAST: '', MOST: ' 7 ', RATIO: '.5', OTHER: 'x' }), {
    ok: true,
    value: { LEAST: 1, MOST: 7, RATIO: 0.5, SECRET: '' },
  });
});

test('what is no whole number is refused where one is expected, never cut to one', () => {
  for (const text of ['3.5', 'true', 'NaN', 'Infinity', '3 4', '11', '-1']) {
    assert.deepEqual(parseEnvironment(Variables, { LEAST: text }), {
      ok: false,
      mistakes: ['LEAST: expected units, a whole number from 0 to 10'],
    });
  }
});

test('all mistakes are told together, without the values', () => {
  const parsed = parseEnvironment(Variables, { LEAST: 'few', RATIO: '2', SECRET: 'hush' });
  assert.deepEqual(parsed, {
    ok: false,
    mistakes: [
      'LEAST: expected units, a whole number from 0 to 10',
      'RATIO: expected share, a number from 0 to 1',
      'SECRET: expected at least 8 characters',
    ],
  });
});

test('what well-formed variables mean together is told beside the malformed ones', () => {
  const read = (environment: Record<string, string>): readonly string[] => {
    const parsed = parseConfig(Variables, environment, inOrder);
    return parsed.ok ? [] : parsed.mistakes;
  };
  assert.deepEqual(read({}), []);
  assert.deepEqual(read({ LEAST: '6', RATIO: '2' }), [
    'RATIO: expected share, a number from 0 to 1',
    'LEAST and MOST: not in order',
  ]);
  // With a default in the place of what is malformed, nothing can be said of the order.
  assert.deepEqual(read({ LEAST: '6', MOST: 'many' }), ['MOST: expected units, a whole number from 0 to 10']);
});

function inOrder({ LEAST, MOST }: { LEAST: number; MOST: number }): ParsedEnvironment<string> {
  return LEAST <= MOST ? { ok: true, value: 'fine' } : { ok: false, mistakes: ['LEAST and MOST: not in order'] };
}
