import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSourcePath, readPath } from '../../../services/intake/mapping/source-path.ts';

const document = {
  a: { b: [{ b: 1 }, { b: 2 }], '@type': 'x', none: null },
  list: [
    { name: 'duration', value: 12 },
    { name: 'unit', value: 's' },
    { name: 'duration', value: 99 },
  ],
};

function at(path: string): unknown {
  const parsed = parseSourcePath(path);
  assert.ok(parsed, path);
  return readPath(document, parsed.steps);
}

test('a path leads through names, indexes and the items of name/value lists', () => {
  assert.equal(at('a.b[1].b'), 2);
  assert.equal(at('a.@type'), 'x');
  assert.equal(at('list[name=duration].value'), 12);
  assert.equal(at('$.list[name=unit].value'), 's');
  assert.deepEqual(at('list[2]'), { name: 'duration', value: 99 });
});

test('a path that leads nowhere finds nothing', () => {
  for (const path of [
    'x',
    'a.x.y',
    'a.none',
    'a.b[7].b',
    'a[0]',
    'list.name',
    'list[name=x].value',
    'a.toString',
    'a.b.length',
  ]) {
    assert.equal(at(path), undefined, path);
  }
});

test('what is no path is refused', () => {
  for (const path of ['', '$', '.a', 'a.', 'a..b', 'a[', 'a[x]', 'a]b', 'a[=x]']) {
    assert.equal(parseSourcePath(path), undefined, path);
  }
});
