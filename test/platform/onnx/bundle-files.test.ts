import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, rename, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openModelBundle } from '../../../services/platform/onnx/bundle.ts';
import { sumsOf, writeBundleFiles } from '../../../models/pipeline/stand-in/bundle-writer.ts';
import {
  expected,
  fitting,
  recipe,
  refusalOf,
  temporaryFolder,
  withModel,
  without,
} from '../../support/damaged-bundle.ts';

for (const file of Object.keys(fitting)) {
  test(`a bundle without ${file} is refused for nothing else`, async (context) => {
    const directory = await writeBundleFiles(await temporaryFolder(context), recipe, without(file));
    assert.deepEqual(await refusalOf(directory), [`SHA256SUMS: expected a line for ${file}, found none`]);
  });
}

test('files in folders of the bundle belong to it', async (context) => {
  const directory = await writeBundleFiles(await temporaryFolder(context), recipe, fitting);
  await mkdir(path.join(directory, 'plots'));
  await writeFile(path.join(directory, 'plots/lift.svg'), '<svg/>');
  assert.deepEqual(await refusalOf(directory), [
    'plots/lift.svg: expected to be listed in SHA256SUMS, found no line for it',
  ]);
  await appendFile(path.join(directory, 'SHA256SUMS'), sumsOf({ 'plots/lift.svg': '<svg/>' }));
  await (await openModelBundle(directory, expected)).close();
});

test('a file changed, added or lost after the sums were made is refused', async (context) => {
  const directory = await writeBundleFiles(await temporaryFolder(context), recipe, fitting);
  await appendFile(path.join(directory, 'model.onnx'), 'x');
  await writeFile(path.join(directory, 'other.onnx'), 'x');
  await unlink(path.join(directory, 'MODEL_CARD.md'));
  const lines = (await refusalOf(directory)).join('\n');
  assert.match(lines, /^model.onnx: expected SHA-256 \w+, found \w+$/m);
  assert.match(lines, /^other.onnx: expected to be listed in SHA256SUMS, found no line for it$/m);
  assert.match(lines, /^MODEL_CARD.md: expected a file, as SHA256SUMS lists it, found none$/m);
});

test('a list of sums that leads out of the folder, repeats itself or is none is refused', async (context) => {
  const directory = await writeBundleFiles(await temporaryFolder(context), recipe, fitting);
  const sum = '0'.repeat(64);
  const outside = ['../secret', '/etc/hostname', 'plots/../../secret', 'plots//x', 'plots\\x'];
  for (const name of outside) await appendFile(path.join(directory, 'SHA256SUMS'), `${sum}  ${name}\n`);
  await appendFile(path.join(directory, 'SHA256SUMS'), `${sum}  model.onnx\nnonsense\n`);
  assert.deepEqual(await refusalOf(directory), [
    ...outside.map((name) => `SHA256SUMS: expected names of files in this folder, found ${JSON.stringify(name)}`),
    'SHA256SUMS: expected one line for model.onnx, found several',
    'SHA256SUMS: expected lines of sha256sum, found "nonsense"',
  ]);
});

test('a link out of the folder is not followed', async (context) => {
  const folder = await temporaryFolder(context);
  const directory = await writeBundleFiles(folder, recipe, fitting);
  await writeFile(path.join(folder, 'report'), fitting['REPORT.md'] ?? '');
  await unlink(path.join(directory, 'REPORT.md'));
  await symlink(path.join(folder, 'report'), path.join(directory, 'REPORT.md'));
  assert.ok(
    (await refusalOf(directory)).includes('REPORT.md: expected a file of this folder, found a link that leaves it'),
  );
});

test('one refusal lists everything that does not fit', async (context) => {
  const contents = {
    ...withModel({ metadata: { model_name: 'x', feature_schema_sha256: 'y' }, onnx: { irVersion: 99 } }),
    'thresholds.json': '{}',
    'REPORT.md': '',
  };
  const lines = await refusalOf(await writeBundleFiles(await temporaryFolder(context), recipe, contents));
  assert.deepEqual(
    lines.map((line) => line.slice(0, line.indexOf(':'))),
    [
      'thresholds.json',
      'model.onnx ir_version',
      'model.onnx metadata model_name',
      'model.onnx metadata feature_schema_sha256',
      'REPORT.md',
      'model.onnx',
    ],
  );
});

test('a folder that is not there is refused', async () => {
  const missing = path.join(os.tmpdir(), 'no-such-bundle');
  await assert.rejects(openModelBundle(missing, expected), /refused bundle .*no-such-bundle/);
});

test('a volume as Kubernetes fills it is a bundle: each name a link through ..data to a folder with a time in its name', async (context) => {
  const directory = await projected(await temporaryFolder(context));
  await (await openModelBundle(directory, expected)).close();
  await writeFile(path.join(directory, '..data/other.onnx'), 'x');
  await symlink('..data/other.onnx', path.join(directory, 'other.onnx'));
  assert.deepEqual(await refusalOf(directory), [
    'other.onnx: expected to be listed in SHA256SUMS, found no line for it',
  ]);
});

test('a link through ..data that leaves the bundle is not followed either, nor one in a circle', async (context) => {
  const folder = await temporaryFolder(context);
  const directory = await projected(folder);
  await mkdir(path.join(folder, 'outside'));
  await writeFile(path.join(folder, 'outside/secret'), 'x');
  const links = {
    secret: '..data/../../../outside/secret',
    folder: '../../outside',
    self: 'self',
    root: '.',
    'plots/again': '.',
  };
  for (const [name, target] of Object.entries(links)) await symlink(target, path.join(directory, name));
  const told = (await refusalOf(directory)).join('\n');
  for (const name of ['secret', 'folder', 'root']) {
    assert.match(told, new RegExp(`^${name}: expected a file of this folder, found a link that leaves it$`, 'm'));
  }
  assert.match(told, /^self: expected a readable file, found ELOOP/m);
  assert.match(told, /^plots\/again: expected a regular file, found something else$/m);
});

test('a file too large to be part of a bundle is refused unread', async (context) => {
  const directory = await writeBundleFiles(await temporaryFolder(context), recipe, fitting);
  await truncate(path.join(directory, 'REPORT.md'), 2 ** 36);
  const lines = await refusalOf(directory);
  assert.ok(lines.includes('REPORT.md: expected at most 67108864 bytes, found 68719476736'), lines.join('\n'));
});

/** The bundle as a volume made from a ConfigMap shows it, with a folder of plots. */
async function projected(folder: string): Promise<string> {
  const directory = await writeBundleFiles(folder, recipe, fitting);
  await mkdir(path.join(directory, 'plots'));
  await writeFile(path.join(directory, 'plots/lift.svg'), '<svg/>');
  await appendFile(path.join(directory, 'SHA256SUMS'), sumsOf({ 'plots/lift.svg': '<svg/>' }));
  const names = await readdir(directory);
  await mkdir(path.join(directory, '..2026_11_22_08_00_00.123456789'));
  await symlink('..2026_11_22_08_00_00.123456789', path.join(directory, '..data'));
  for (const name of names) {
    await rename(path.join(directory, name), path.join(directory, '..data', name));
    await symlink(path.join('..data', name), path.join(directory, name));
  }
  return directory;
}
