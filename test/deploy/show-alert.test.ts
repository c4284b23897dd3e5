import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchSurestAlert, formatAlert } from '../../deploy/local/demo/show-alert.ts';
import { createTestApp, createTestDesk } from '../support/retention-app.ts';
import { sampleAlert, sampleReason, sampleScore } from '../support/sample-alert.ts';

test('the demo shows the surest alert as the service tells it: probability, both languages, and how it adds up', async (t) => {
  const { desk, ...testDesk } = createTestDesk();
  const app = await createTestApp(t, { desk, ...testDesk });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  assert.equal(await fetchSurestAlert(address), undefined);
  await desk.open(sampleAlert({ score: sampleScore({ subscriberId: 'k1-likely', riskScore: 0.7 }) }));
  const { protectiveReasons } = sampleAlert();
  await desk.open(
    sampleAlert({
      score: sampleScore({ subscriberId: 'k1-surest', riskScore: 0.8176 }),
      protectiveReasons: [...protectiveReasons, sampleReason({ ...protectiveReasons[0], share: 0.004 })],
    }),
  );
  const alert = await fetchSurestAlert(address);
  assert.ok(alert);
  assert.equal(alert.alertId, 'al-k1-surest-1');
  assert.equal(
    formatAlert(alert),
    [
      '  The surest of the alerts, as its work order tells it over HTTP:',
      '',
      '    k1-surest, 2026-10-20: leaves with a probability of 82 %',
      '',
      '    + 75 %  The last outgoing call was 12 days ago; typical is 1 day.',
      '            最近一次主叫在12天前，通常为1天。',
      '    - 25 %  No call to another network is on record.',
      '            没有与异网的通话记录。',
      '    - <1 %  No call to another network is on record.',
      '            没有与异网的通话记录。',
      '',
      '    log-odds: +0.50 on average, +1.00 by all reasons, +1.50 together, which is 82 %',
    ].join('\n'),
  );
});
