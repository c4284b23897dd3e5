import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

test('the model’s runtime keeps no identifier for its maker and sends no usage data', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'churn-home-'));
  t.after(() => {
    rmSync(home, { recursive: true });
  });
  const bundle = join('models/churn-prepaid', readdirSync('models/churn-prepaid').at(-1) ?? '');
  const load = `
    const { openRiskModel } = await import('./services/platform/onnx/risk-model.ts');
    const model = await openRiskModel('${bundle}');
    await model.close();
    process.stdout.write(process.env.ORT_DISABLE_TELEMETRY);`;
  const env = { HOME: home, XDG_CACHE_HOME: join(home, '.cache') };
  assert.equal(execFileSync(process.execPath, ['--input-type=module', '-e', load], { env, encoding: 'utf8' }), '1');
  assert.equal(existsSync(join(home, '.cache', 'Microsoft')), false);
});
