import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { SHIFT_ALARM_PSI } from '../../services/core/quality/measure-drift.ts';
import { createMetrics } from '../../services/platform/telemetry/metrics.ts';
import { createQualityMetrics } from '../../services/retention/quality/quality-metrics.ts';
import { createScorerMetrics } from '../../services/scorer/scorer-metrics.ts';
import { QUIET_HOURS } from '../support/drift-watch.ts';
import { samplePolicy } from '../support/sample-policy.ts';
import { preparePromtool } from '../support/prepare-promtool.ts';

const RULES = ['feeds', 'model'].map((name) => `deploy/prometheus/rules/${name}.yml`);
const RulesFile = Type.Object({
  groups: Type.Array(
    Type.Object({
      rules: Type.Array(
        Type.Object({ alert: Type.String(), expr: Type.String(), keep_firing_for: Type.Optional(Type.String()) }),
      ),
    }),
  ),
});

const rules = RULES.flatMap((file) => Value.Parse(RulesFile, parse(readFileSync(file, 'utf8'))).groups).flatMap(
  (group) => group.rules,
);

test('every metric that a rule asks for is one that the service shows', async () => {
  const metrics = createMetrics();
  createQualityMetrics(metrics);
  createScorerMetrics(metrics, 'input', samplePolicy().time);
  const { text } = await metrics.render();
  const names = rules.flatMap(({ expr }) => expr.match(/churn_\w+/g) ?? []);
  assert.ok(names.length > 0);
  for (const name of names) assert.ok(text.includes(`# HELP ${name} `), name);
});

test('Prometheus reads every file of rules', () => {
  const { rule_files: read } = Value.Parse(
    Type.Object({ rule_files: Type.Array(Type.String()) }),
    parse(readFileSync('deploy/prometheus/prometheus.yml', 'utf8')),
  );
  assert.deepEqual(
    read,
    RULES.map((file) => file.replace('deploy/', '/etc/')),
  );
});

test('the rules on shifts alarm at the line, and are quiet for as long, as what was measured', () => {
  const shifts = rules.filter(({ expr }) => expr.includes('_shift_psi'));
  assert.equal(shifts.length, 2);
  for (const { alert, expr, keep_firing_for } of shifts) {
    assert.ok(expr.includes(`> ${SHIFT_ALARM_PSI}`), alert);
    assert.equal(keep_firing_for, `${QUIET_HOURS}h`);
  }
});

test('promtool accepts the rules, and they fire when they should', async (t) => {
  const promtool = await preparePromtool();
  if ('notRun' in promtool) {
    t.skip(promtool.notRun);
    return;
  }
  const run = (...args: readonly string[]): void => {
    const { status, stdout, stderr } = spawnSync(promtool.command, args, { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
  };
  run('test', 'rules', ...RULES.map((file) => file.replace('.yml', '.test.yml')));
  run('check', 'rules', ...RULES);
});
