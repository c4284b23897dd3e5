import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../../deploy/local/run-command.mjs';

test('a command that would go on ends when one of its lines is the one that was waited for', async () => {
  const lines: string[] = [];
  const { code, output } = await runCommand('/bin/sh', ['-c', 'echo starting; echo started; exec sleep 600'], {
    onLine(line, end) {
      lines.push(line);
      if (line === 'started') end();
    },
  });
  assert.deepEqual(lines, ['starting', 'started']);
  assert.equal(output, 'starting\nstarted');
  assert.notEqual(code, 0);
});
