import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAudit, unexplained } from '../../deploy/checks/audit.ts';

const weakness = {
  source: 1,
  name: 'inner',
  title: 'eats memory',
  url: 'https://example.test/advisories/GHSA-aaaa-bbbb-cccc',
  severity: 'high',
};
const report = JSON.stringify({
  auditReportVersion: 2,
  vulnerabilities: {
    inner: { name: 'inner', severity: 'high', via: [weakness] },
    outer: { name: 'outer', severity: 'high', via: ['inner', weakness] },
  },
});

test('an advisory is told once, by the package that has it', () => {
  const audit = readAudit(report);
  assert.equal(audit.kind, 'answered');
  const { url, severity, title } = weakness;
  assert.deepEqual(audit.advisories, [{ id: 'GHSA-aaaa-bbbb-cccc', packageName: 'inner', severity, title, url }]);
});

test('a report without weaknesses is an answer', () => {
  assert.deepEqual(readAudit('{"auditReportVersion":2,"vulnerabilities":{}}'), { kind: 'answered', advisories: [] });
});

test('an explained advisory is not open, another one is', () => {
  const audit = readAudit(report);
  assert.equal(audit.kind, 'answered');
  assert.deepEqual(unexplained(audit.advisories, new Map([['GHSA-aaaa-bbbb-cccc', 'only reached by tests']])), []);
  assert.equal(unexplained(audit.advisories, new Map([['GHSA-other', 'another matter']])).length, 1);
});

test('a registry that refuses or cannot be reached has not answered', () => {
  const refused = readAudit('{"message":"405 Method Not Allowed","statusCode":405,"error":{"summary":""}}');
  assert.deepEqual(refused, { kind: 'unanswered', why: '405 Method Not Allowed' });
  const cut = readAudit('{"error":{"code":"ENOTFOUND","summary":"no such host"}}');
  assert.deepEqual(cut, { kind: 'unanswered', why: 'no such host' });
  assert.equal(readAudit('').kind, 'unanswered');
  assert.equal(readAudit('<html>').kind, 'unanswered');
});
