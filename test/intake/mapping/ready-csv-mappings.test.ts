import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, DataSession } from '../../../services/core/events/usage.ts';
import { eventOf, mapperOf } from '../../support/feed-mapping.ts';

type Row = Readonly<Record<string, string>>;

function mapNamed(mapping: string, columns: readonly string[]) {
  const map = mapperOf(mapping, columns);
  return (row: Row) => map(columns.map((column) => row[column] ?? ''));
}

const MSC = mapNamed(
  `
  use: msc-voice-csv
  numbers: { countryCode: '49', trunkPrefix: '0' }
  lookups:
    network: { match: prefix, of: number, values: { '49151': on_net, '49': off_net }, default: international }
    operator: { match: prefix, of: number, values: { '49151': own, '49176': rival_a }, default: '' }
    partyKind: { match: prefix, of: number, values: { '22': service }, default: person }
`,
  [
    ...['recordType', 'servedIMSI', 'servedIMEI', 'servedMSISDN', 'callingNumber', 'calledNumber', 'recordingEntity'],
    ...['locationAreaCode', 'cellId', 'seizureTime', 'answerTime', 'releaseTime', 'callDuration', 'causeForTerm'],
    ...['callReference', 'sequenceNumber', 'networkCallReference'],
  ],
);

const MO_CALL: Row = {
  recordType: '0',
  servedIMSI: '262011234567890',
  servedIMEI: '490154203237510',
  servedMSISDN: '4915112345678',
  callingNumber: '4915112345678',
  calledNumber: '017698765432',
  recordingEntity: '491710760000',
  locationAreaCode: '0A1B',
  cellId: '1C2D',
  seizureTime: '250312101458+0100',
  answerTime: '250312101500+0100',
  releaseTime: '250312101601+0100',
  callDuration: '61',
  causeForTerm: '0',
  callReference: '8F01',
};

function callOf(row: Row): Call {
  const { body } = eventOf(MSC(row));
  assert.ok(body.type === 'call');
  return body;
}

test('a switch’s record of a call made becomes a call', () => {
  const record = eventOf(MSC(MO_CALL));
  assert.equal(record.eventId, 'call|491710760000|8F01|0|4915112345678|250312101500+0100|');
  assert.equal(record.subscriberId, '<4915112345678>');
  assert.equal(record.occurredAtMs, Date.UTC(2025, 2, 12, 9, 15));
  assert.equal(record.recordedAtMs, Date.UTC(2025, 2, 12, 9, 16, 1));
  assert.equal(record.utcOffsetMinutes, 60);
  assert.deepEqual(record.body, {
    type: 'call',
    direction: 'mobile_originated',
    otherParty: { partyId: '<4917698765432>', operatorCode: 'rival_a', network: 'off_net', kind: 'person' },
    durationS: 61,
    billedDurationS: 61,
    chargeMinor: 0,
    scope: 'unspecified',
    result: 'answered',
    location: { cellId: '1C2D', areaId: '0A1B', plmnId: '', roamingArea: '' },
    imeiHash: '<490154203237518>',
    forwardedTo: undefined,
    inVpn: false,
    callReference: '8F01',
    recordSequenceNumber: 0,
  });
});

test('a call received is told from the caller’s side', () => {
  const call = callOf({ ...MO_CALL, recordType: 'MT', callingNumber: '004915187654321' });
  assert.deepEqual([call.direction, call.otherParty?.partyId], ['mobile_terminated', '<4915187654321>']);
  assert.equal(call.otherParty?.network, 'on_net');
});

test('causes for termination become results', () => {
  const results = ['0', '1', '2', '3', '4', '5', '99'].map(
    (causeForTerm) => callOf({ ...MO_CALL, causeForTerm }).result,
  );
  assert.deepEqual(results, ['answered', 'answered', 'answered', 'failed', 'dropped', 'answered', 'unspecified']);
});

test('an attempt without answer failed, at the time it was made, whatever its release says', () => {
  const record = eventOf(MSC({ ...MO_CALL, answerTime: '', callDuration: '' }));
  assert.ok(record.body.type === 'call');
  assert.deepEqual([record.body.result, record.body.durationS], ['failed', 0]);
  assert.equal(record.occurredAtMs, Date.UTC(2025, 2, 12, 9, 14, 58));
});

test('slices of one long call are records of their own that share the reference', () => {
  const slices = ['1', '2'].map((sequenceNumber) => eventOf(MSC({ ...MO_CALL, causeForTerm: '1', sequenceNumber })));
  assert.equal(new Set(slices.map(({ eventId }) => eventId)).size, 2);
  const calls = slices.map(({ body }) => (body.type === 'call' ? [body.callReference, body.recordSequenceNumber] : []));
  assert.deepEqual(calls, [
    ['8F01', 1],
    ['8F01', 2],
  ]);
});

test('a call to a service has no party, and a forwarded one says where to', () => {
  assert.deepEqual(callOf({ ...MO_CALL, calledNumber: '22044' }).otherParty, {
    partyId: '',
    operatorCode: '',
    network: 'international',
    kind: 'service',
  });
  const forwarded = callOf({
    ...MO_CALL,
    recordType: 'CF',
    callingNumber: '+39 06 1234567',
    calledNumber: '017611122233',
  });
  assert.deepEqual([forwarded.direction, forwarded.otherParty?.partyId], ['forwarded', '<39061234567>']);
  assert.deepEqual(forwarded.forwardedTo, {
    partyId: '<4917611122233>',
    operatorCode: 'rival_a',
    network: 'off_net',
    kind: 'person',
  });
});

test('records of trunks, messages and registers are skipped, unknown ones rejected', () => {
  assert.deepEqual(MSC({ ...MO_CALL, recordType: '5' }), { kind: 'skipped', reason: 'not_of_a_subscriber' });
  assert.deepEqual(MSC({ ...MO_CALL, recordType: '6' }), { kind: 'skipped', reason: 'not_a_call' });
  assert.equal(MSC({ ...MO_CALL, recordType: '77' }).kind, 'rejected');
});

const PGW = mapNamed(
  ` { use: pgw-data-csv, lookups: { roaming: { match: prefix, values: { '26201': false }, default: true } } }`,
  [
    ...['recordType', 'servedIMSI', 'servedMSISDN', 'servedIMEISV', 'chargingID', 'p-GWAddress', 'accessPointNameNI'],
    ...['recordOpeningTime', 'duration', 'causeForRecClosing', 'recordSequenceNumber', 'rATType'],
    ...['servingNodePLMNIdentifier', 'userLocationInformation', 'datavolumeFBCUplink', 'datavolumeFBCDownlink'],
  ],
);
const SESSION: Row = {
  recordType: '85',
  servedIMSI: '262011234567890',
  servedMSISDN: '4915112345678',
  servedIMEISV: '4901542032375101',
  chargingID: '305419896',
  'p-GWAddress': '10.0.0.7',
  accessPointNameNI: 'internet',
  recordOpeningTime: '250312101500+0100',
  duration: '1800',
  causeForRecClosing: '17',
  recordSequenceNumber: '2',
  rATType: '6',
  servingNodePLMNIdentifier: '26201',
  userLocationInformation: '26201-0A1B-0001C2D',
  datavolumeFBCUplink: '1048576',
  datavolumeFBCDownlink: '7516192768',
};

function sessionOf(row: Row): DataSession {
  const { body } = eventOf(PGW(row));
  assert.ok(body.type === 'data_session');
  return body;
}

test('a gateway’s record becomes a slice of a data session', () => {
  const record = eventOf(PGW(SESSION));
  assert.equal(record.eventId, 'data_session|10.0.0.7|305419896|250312101500+0100|2');
  assert.equal(record.subscriberId, '<4915112345678>');
  assert.deepEqual(record.body, {
    type: 'data_session',
    durationS: 1_800,
    upBytes: 1_048_576,
    downBytes: 7_516_192_768,
    access: 'mobile',
    radioGeneration: '4g',
    chargeMinor: 0,
    outOfBundleBytes: 0,
    outOfBundleChargeMinor: 0,
    meanKbps: 0,
    location: { cellId: '26201-0A1B-0001C2D', areaId: '', plmnId: '26201', roamingArea: '' },
    imeiHash: '<490154203237518>',
    roaming: false,
    chargingId: '305419896',
    recordSequenceNumber: 2,
  });
});

test('radio types become generations, and a foreign network is roaming', () => {
  const generations = ['1', '2', '6', '10', '3'].map((rATType) => sessionOf({ ...SESSION, rATType }).radioGeneration);
  assert.deepEqual(generations, ['3g', '2g', '4g', '5g', 'unspecified']);
  assert.equal(sessionOf({ ...SESSION, servingNodePLMNIdentifier: '20801' }).roaming, true);
  assert.equal(sessionOf({ ...SESSION, servingNodePLMNIdentifier: '' }).roaming, false);
});

test('the serving gateway’s copy of the same traffic is skipped', () => {
  assert.deepEqual(PGW({ ...SESSION, recordType: '84' }), { kind: 'skipped', reason: 'serving_gateway' });
});
