import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { licenceList } from '../../deploy/checks/licence-list.ts';
import { isAllowed, licenceProblems, readLockedPackages, readTrainerPackages } from '../../deploy/checks/licences.ts';

const lock = (packages: Record<string, object>): object => ({
  lockfileVersion: 3,
  packages: { '': { name: 'project', license: 'Apache-2.0' }, ...packages },
});

describe('the packages of a lock file', () => {
  test('are named by their folder, by name and version, without the project itself', () => {
    const packages = readLockedPackages(
      lock({
        'node_modules/b/node_modules/@scope/a': { version: '2.0.0', license: 'ISC', dev: true },
        'node_modules/@scope/a': { version: '1.0.0', license: 'MIT' },
        'node_modules/b': { version: '1.0.0', license: 'MIT', devOptional: true },
      }),
    );
    assert.deepEqual(packages, [
      { name: '@scope/a', version: '1.0.0', licence: 'MIT', shipped: true },
      { name: '@scope/a', version: '2.0.0', licence: 'ISC', shipped: false },
      { name: 'b', version: '1.0.0', licence: 'MIT', shipped: false },
    ]);
  });

  test('stand once, as shipped, where production and development both have them', () => {
    const entry = { version: '1.0.0', license: 'MIT' };
    const packages = readLockedPackages(
      lock({ 'node_modules/a': { ...entry, dev: true }, 'node_modules/b/node_modules/a': entry }),
    );
    assert.deepEqual(packages, [{ name: 'a', version: '1.0.0', licence: 'MIT', shipped: true }]);
  });

  test('are not read from a file of another shape', () => {
    assert.throws(() => readLockedPackages({ lockfileVersion: 1, dependencies: {} }), TypeError);
    assert.throws(() => readLockedPackages(null), TypeError);
  });
});

describe('a licence', () => {
  test('is allowed if all of AND are, or one of OR is', () => {
    assert.ok(isAllowed('MIT'));
    assert.ok(isAllowed('(Apache-2.0 AND BSD-3-Clause)'));
    assert.ok(isAllowed('GPL-3.0-only OR MIT'));
    assert.ok(!isAllowed('MIT AND GPL-3.0-only'));
    assert.ok(!isAllowed('AGPL-3.0-only'));
  });

  test('is not allowed where the statement cannot be read', () => {
    for (const statement of ['', 'SEE LICENSE IN LICENSE.txt', 'UNLICENSED', 'MIT OR (ISC AND Zlib)', '(MIT']) {
      assert.ok(!isAllowed(statement), statement);
    }
  });

  test('that is missing or not allowed is a problem of its package, one that is allowed is none', () => {
    const problems = licenceProblems([
      { name: 'fine', version: '1.0.0', licence: 'MIT', shipped: true },
      { name: 'silent', version: '1.0.0', licence: undefined, shipped: false },
      { name: 'closed', version: '1.0.0', licence: 'BUSL-1.1', shipped: true },
    ]);
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? '', /^silent 1\.0\.0 /);
    assert.match(problems[1] ?? '', /^closed 1\.0\.0 .*BUSL-1\.1/);
  });

  test('read by a person holds for that version alone', () => {
    const [known, newer] = readLockedPackages(
      lock({
        'node_modules/jsonify': { version: '0.0.1' },
        'node_modules/a/node_modules/jsonify': { version: '0.0.2' },
      }),
    );
    assert.equal(known?.licence, 'LicenseRef-Public-Domain');
    assert.equal(newer?.licence, undefined);
  });

  test('of a Python package that nobody has looked at is unknown', () => {
    const packages = readTrainerPackages('# pinned\nnumpy==2.4.6\nunheard-of==1.0\n');
    assert.deepEqual(
      packages.map(({ name, version, licence }) => [name, version, licence !== undefined]),
      [
        ['numpy', '2.4.6', true],
        ['unheard-of', '1.0', false],
      ],
    );
  });
});

test('the list names every package with its version under its licence, shipped ones apart', () => {
  const list = licenceList(
    [
      { name: 'a', version: '1.0.0', licence: 'MIT', shipped: true },
      { name: 'b', version: '2.0.0', licence: '(ISC)', shipped: false },
    ],
    [],
  );
  const at = ['## Shipped', '### MIT (1)', '`a` 1.0.0', '## For building', '### ISC (1)', '`b` 2.0.0'].map((text) =>
    list.indexOf(text),
  );
  assert.ok(!at.includes(-1), list);
  assert.deepEqual(
    at,
    at.toSorted((x, y) => x - y),
  );
});
