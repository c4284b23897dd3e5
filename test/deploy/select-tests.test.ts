import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { needsPython, needsStack, selectTests } from '../../deploy/local/select-tests.mjs';

const root = mkdtempSync(join(tmpdir(), 'select-tests-'));
after(() => {
  rmSync(root, { recursive: true });
});
const files = {
  'test/core/fold.test.ts': "import { fold } from '../../services/core/fold.ts';\nconst path = '../support/stack.ts';",
  'test/integration/chain.test.ts': "import { openChain } from '../support/open-chain.ts';",
  'test/integration/wide.test.ts': "import {\n  testStack,\n  uniqueSuffix,\n} from '../support/stack.ts';",
  'test/support/open-chain.ts': "import { testStack } from './stack.ts';",
  'test/support/stack.ts': '',
  'services/core/fold.ts': "import { fold } from './fold.ts';",
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('without arguments every test file is selected, and nothing else', () => {
  const all = ['test/core/fold.test.ts', 'test/integration/chain.test.ts', 'test/integration/wide.test.ts'];
  assert.deepEqual(selectTests(root, []), { files: all, flags: [] });
});

test('a folder or a file selects, the rest are flags with their values', () => {
  const args = ['test/core', '--test-name-pattern', 'fold', 'test/integration/chain.test.ts', '--test-only'];
  assert.deepEqual(selectTests(root, args), {
    files: ['test/core/fold.test.ts', 'test/integration/chain.test.ts'],
    flags: ['--test-name-pattern', 'fold', '--test-only'],
  });
});

test('the stack is needed if a test imports it, also through other files', () => {
  assert.equal(needsStack(root, ['test/core/fold.test.ts']), false);
  assert.equal(needsStack(root, ['test/core/fold.test.ts', 'test/integration/chain.test.ts']), true);
  assert.equal(needsStack(root, ['test/integration/wide.test.ts']), true);
});

test("Python is needed where the trainer's tests are selected, and not otherwise", () => {
  assert.equal(needsPython(['test/core/fold.test.ts', 'test/models/training/python.test.ts']), true);
  assert.equal(needsPython(['test/core/fold.test.ts']), false);
});
