import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

const SCRIPT = join(import.meta.dirname, '..', '..', 'deploy', 'compose', 'feed-demo.sh');

/** Stands in for the programs that the script runs: a log that is a file of its count, and an intake that ends as it is told. */
const NODE = `#!/usr/bin/env bash
case "$*" in
  *count-log.ts) cat "$HERE/log" ;;
  *simulator*) echo a record ;;
  *intake*) cat > /dev/null; echo once >> "$HERE/feeds"; echo 7 > "$HERE/log"; exit "$(cat "$HERE/intake-ends-with")" ;;
esac
`;

function openShop(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'feed-demo-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const [programs, volume, temporary] = ['programs', 'volume', 'tmp'].map((name) => join(folder, name));
  assert.ok(programs !== undefined && volume !== undefined && temporary !== undefined);
  for (const path of [programs, volume, temporary]) mkdirSync(path);
  for (const [name, text] of Object.entries({ node: NODE, sleep: '#!/usr/bin/env bash\n' })) {
    writeFileSync(join(programs, name), text);
    chmodSync(join(programs, name), 0o755);
  }
  const state = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  return {
    state,
    /** Starts the demo's container: how it ended (0: it stays, healthy), and how often a feed was begun so far. */
    start() {
      rmSync(join(temporary, 'fed'), { force: true });
      const { status, signal } = spawnSync('bash', [SCRIPT, volume], {
        env: { PATH: [programs, '/usr/bin', '/bin'].join(delimiter), HERE: folder, TMPDIR: temporary },
      });
      assert.equal(signal, null);
      assert.equal(existsSync(join(temporary, 'fed')), status === 0, 'healthy is who stays');
      const feeds = join(folder, 'feeds');
      return { status, feeds: existsSync(feeds) ? readFileSync(feeds, 'utf8').trim().split('\n').length : 0 };
    },
  };
}

test('an empty log is fed once, and a later start finds that it was', (t) => {
  const shop = openShop(t);
  shop.state('log', '0');
  shop.state('intake-ends-with', '0');
  assert.deepEqual(shop.start(), { status: 0, feeds: 1 });
  assert.deepEqual(shop.start(), { status: 0, feeds: 1 });
});

test('a feed that was broken off never counts as fed: that start fails, and so does each later one, without feeding more', (t) => {
  const shop = openShop(t);
  shop.state('log', '0');
  shop.state('intake-ends-with', '1');
  assert.deepEqual(shop.start(), { status: 1, feeds: 1 });
  shop.state('intake-ends-with', '0');
  assert.deepEqual(shop.start(), { status: 1, feeds: 1 });
});

test('a log that was emptied is fed again, whatever was fed before', (t) => {
  const shop = openShop(t);
  shop.state('log', '0');
  shop.state('intake-ends-with', '0');
  shop.start();
  shop.state('log', '0');
  shop.state('intake-ends-with', '1');
  assert.deepEqual(shop.start(), { status: 1, feeds: 2 });
  assert.deepEqual(shop.start(), { status: 1, feeds: 2 });
});
