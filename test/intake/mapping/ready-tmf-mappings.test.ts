import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { tmfSkip } from '../../support/tmf-definitions.ts';
import { eventOf, mapperOf } from '../../support/feed-mapping.ts';

/** A TMF event around a resource. */
const envelope = (eventType: string, event: object) => ({
  eventId: 'ev-1',
  eventTime: '2025-03-12T10:15:30.000Z',
  eventType,
  event,
});

const AT_MS = Date.UTC(2025, 2, 12, 10, 15);

const usage = (usageType: string, characteristics: Readonly<Record<string, string | number>>) => ({
  id: 'u-1',
  usageDate: '2025-03-12T11:15:00+01:00',
  usageType,
  status: 'rated',
  usageCharacteristic: Object.entries(characteristics).map(([name, value]) => ({ name, value })),
  ratedProductUsage: [{ isBilled: false, taxIncludedRatingAmount: { unit: 'EUR', value: 0.06 } }],
});
const mapUsage = mapperOf(`
  use: tmf635-usage
  lookups: { network: { match: prefix, of: number, values: { '4367': on_net }, default: off_net } }
`);

test('TMF635 voice usage becomes a call, in an envelope or bare', () => {
  const voice = usage('voice', {
    originatingNumber: '436761234567',
    destinationNumber: '+49 170 1234567',
    duration: 20,
  });
  const record = eventOf(mapUsage(envelope('UsageCreateEvent', { usage: voice })));
  assert.deepEqual(
    [record.eventId, record.subscriberId, record.occurredAtMs, record.utcOffsetMinutes],
    ['call|u-1', '<436761234567>', AT_MS, 60],
  );
  assert.ok(record.body.type === 'call');
  assert.deepEqual(record.body.otherParty, {
    partyId: '<491701234567>',
    operatorCode: '',
    network: 'off_net',
    kind: 'unspecified',
  });
  assert.deepEqual(
    [record.body.direction, record.body.durationS, record.body.chargeMinor, record.body.result],
    ['mobile_originated', 20, 6, 'answered'],
  );
  for (const bare of [voice, { usage: voice }]) {
    const same = eventOf(mapUsage(bare));
    assert.deepEqual([same.eventId, same.body], [record.eventId, record.body]);
  }
});

test('TMF635 usage received is of the number that received it', () => {
  const record = eventOf(
    mapUsage(usage('sms', { direction: 'MT', originatingNumber: '22044', destinationNumber: '436761234567' })),
  );
  assert.equal(record.subscriberId, '<436761234567>');
  assert.ok(record.body.type === 'message');
  assert.deepEqual(
    [record.body.kind, record.body.direction, record.body.otherParty?.partyId],
    ['sms', 'mobile_terminated', ''],
  );
});

test('TMF635 data usage becomes a data session', () => {
  const record = eventOf(
    mapUsage(usage('data', { msisdn: '436761234567', uplinkVolume: '1000', downlinkVolume: 25_000_000 })),
  );
  assert.ok(record.body.type === 'data_session');
  assert.deepEqual([record.body.upBytes, record.body.downBytes, record.body.durationS], [1_000, 25_000_000, 0]);
});

test('TMF635 usage that was rejected or deleted is no use', () => {
  const voice = usage('voice', { msisdn: '436761234567', duration: 1 });
  assert.deepEqual(mapUsage({ ...voice, status: 'rejected' }), { kind: 'skipped', reason: 'not_used' });
  assert.deepEqual(mapUsage(envelope('UsageDeleteEvent', { usage: voice })), { kind: 'skipped', reason: 'deleted' });
});

const topUp = {
  id: 't-1',
  status: 'completed',
  usageType: 'monetary',
  amount: { amount: 20, units: 'EUR' },
  confirmationDate: '2025-03-12T10:15:00Z',
  requestedDate: '2025-03-12T10:14:00Z',
  channel: { id: 'c-3', name: 'kiosk' },
  paymentMethod: { id: 'p-1', '@referredType': 'voucher' },
  logicalResource: [{ '@type': 'MSISDN', value: '436761234567' }],
};
const mapTopUp = mapperOf(' tmf654-top-up');

test('a completed TMF654 top-up becomes a top-up', () => {
  const record = eventOf(mapTopUp(envelope('TopupBalanceCreateEvent', { topupBalance: topUp })));
  assert.deepEqual([record.eventId, record.subscriberId, record.occurredAtMs], ['top_up|t-1', '<436761234567>', AT_MS]);
  assert.deepEqual(record.body, { type: 'top_up', amountMinor: 2_000, channel: 'self_service', paymentWay: 'voucher' });
  const single = { ...topUp, logicalResource: { '@type': 'MSISDN', value: '436761234567' } };
  assert.equal(eventOf(mapTopUp(single)).subscriberId, '<436761234567>');
});

test('TMF654 top-ups that are not completed, or are not of money, do not count', () => {
  for (const status of ['created', 'failed', 'cancelled']) {
    assert.deepEqual(mapTopUp({ ...topUp, status }), { kind: 'skipped', reason: 'not_completed' });
  }
  assert.deepEqual(mapTopUp({ ...topUp, usageType: 'data' }), { kind: 'skipped', reason: 'not_money' });
});

const ticket = {
  id: 'tt-7',
  creationDate: '2025-03-10T08:00:00Z',
  statusChangeDate: '2025-03-12T10:15:00Z',
  description: 'Bill too high',
  severity: 'Minor',
  ticketType: 'complaint',
  status: 'inProgress',
  channel: { id: '8', name: 'hotline' },
  relatedEntity: [
    { id: 'bill-3', role: 'bill', '@referredType': 'CustomerBill' },
    { id: '436761234567', role: 'subject', '@referredType': 'MSISDN' },
  ],
};
const mapTicket = mapperOf(' tmf621-trouble-ticket');

test('each state of a TMF621 complaint is a step of one complaint', () => {
  const states = ['acknowledged', 'inProgress', 'pending', 'held', 'resolved', 'closed', 'rejected', 'cancelled'];
  const records = states.map((status) =>
    eventOf(mapTicket(envelope('TroubleTicketStatusChangeEvent', { troubleTicket: { ...ticket, status } }))),
  );
  assert.deepEqual(
    records.map(({ body }) => (body.type === 'complaint' ? body.step : '')),
    ['received', ...['investigating', 'investigating', 'investigating'], 'handled', 'archived', 'handled', 'archived'],
  );
  assert.equal(new Set(records.map(({ eventId }) => eventId)).size, states.length);
  const [first] = records;
  assert.equal(first?.eventId, 'complaint|tt-7|acknowledged');
  assert.equal(first.subscriberId, '<436761234567>');
  assert.deepEqual(first.body, {
    type: 'complaint',
    complaintId: 'tt-7',
    cause: 'unspecified',
    channel: 'hotline',
    step: 'received',
    openedAtMs: Date.UTC(2025, 2, 10, 8),
    closedAtMs: 0,
    result: '',
  });
  const rejected = records[states.indexOf('rejected')];
  assert.ok(rejected?.body.type === 'complaint');
  assert.deepEqual([rejected.body.justified, rejected.body.closedAtMs], [false, AT_MS]);
});

test('a TMF621 incident becomes a fault, reported and then repaired', () => {
  const party = {
    relatedEntity: [],
    relatedParty: [{ id: '+43 676 1234567', role: 'subscriber', '@referredType': 'Individual' }],
  };
  const incident = { ...ticket, ...party, ticketType: 'incident' };
  const reported = eventOf(mapTicket({ troubleTicket: incident }));
  assert.deepEqual([reported.eventId, reported.subscriberId], ['fault|tt-7|inProgress', '<436761234567>']);
  const repaired = eventOf(mapTicket({ ...incident, status: 'resolved', resolutionDate: '2025-03-12T09:00:00Z' }));
  assert.ok(reported.body.type === 'fault' && repaired.body.type === 'fault');
  assert.deepEqual([reported.body.step, reported.body.repairedAtMs], ['reported', 0]);
  assert.deepEqual(
    [repaired.body.step, repaired.body.reportedAtMs, repaired.body.repairedAtMs],
    ['repaired', Date.UTC(2025, 2, 10, 8), Date.UTC(2025, 2, 12, 9)],
  );
  assert.deepEqual(mapTicket({ ...incident, status: 'cancelled' }), { kind: 'skipped', reason: 'no_fault' });
});

test('TMF621 tickets of other types are skipped; what people wrote goes nowhere', () => {
  assert.deepEqual(mapTicket({ ...ticket, ticketType: 'request' }), { kind: 'skipped', reason: 'other_ticket_type' });
  assert.doesNotMatch(JSON.stringify(mapTicket(ticket)), /Bill too high/);
});

const interaction = {
  id: 'pi-4',
  creationDate: '2025-03-12T10:15:00Z',
  direction: 'inbound',
  reason: 'Port-out question',
  status: 'completed',
  interactionDate: { startDateTime: '2025-03-12T10:15:00Z', endDateTime: '2025-03-12T10:21:30Z' },
  channel: [{ id: '2', href: 'https://crm.example/channel/2', name: 'callCenter' }],
  relatedParty: [
    { id: '436761234567', role: 'subscriber', '@referredType': 'Individual', href: 'https://crm.example/individual/9' },
    { id: 'agent-12', role: 'agent', '@referredType': 'Individual', href: 'https://crm.example/individual/12' },
  ],
  interactionItem: [{ id: '1', reason: 'Port-out question', resolution: 'unresolved' }],
};
const mapInteraction = mapperOf(`
  use: tmf683-party-interaction
  lookups: { topics: { values: { Port-out question: port_out }, default: '' } }
`);

test('a completed TMF683 interaction with a person becomes an agent contact', () => {
  const record = eventOf(mapInteraction(envelope('PartyInteractionCreateEvent', { partyInteraction: interaction })));
  assert.deepEqual(
    [record.eventId, record.subscriberId, record.occurredAtMs],
    ['agent_contact|pi-4', '<436761234567>', AT_MS],
  );
  assert.deepEqual(record.body, {
    type: 'agent_contact',
    contactId: 'pi-4',
    channel: 'hotline',
    waitS: 0,
    handleS: 390,
    topic: 'port_out',
    matchedTerms: [],
    resolved: false,
    representativeId: 'agent-12',
  });
  const silent = eventOf(mapInteraction({ ...interaction, reason: 'He said 0676 1234567', interactionItem: [] }));
  assert.ok(silent.body.type === 'agent_contact');
  assert.deepEqual([silent.body.resolved, silent.body.topic], [true, '']);
});

test('TMF683 interactions that go on, or with no person, are skipped', () => {
  assert.deepEqual(mapInteraction({ ...interaction, status: 'inProgress' }), {
    kind: 'skipped',
    reason: 'not_completed',
  });
  const self = { ...interaction, channel: [{ id: '1', href: 'https://crm.example/channel/1', name: 'web' }] };
  assert.deepEqual(mapInteraction(self), { kind: 'skipped', reason: 'no_person' });
});

/** Asserts that an example fits a definition of TM Forum's own file. */
function assertFits(file: string, definition: string, value: unknown): void {
  const parsed: unknown = JSON.parse(readFileSync(join(env['TMF_SPEC_DIR'] ?? '', file), 'utf8'));
  assert.ok(typeof parsed === 'object' && parsed !== null && 'definitions' in parsed);
  const ajv = new Ajv({ strict: false, allErrors: true, formats: { base64: true } });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'tmf', definitions: parsed.definitions });
  const validate = ajv.getSchema(`tmf#/definitions/${definition}`);
  assert.ok(validate, `${definition} is defined`);
  assert.ok(validate(value), ajv.errorsText(validate.errors));
}

test('the TMF621 and TMF683 examples are what TM Forum’s own files describe', { skip: tmfSkip }, () => {
  const tickets = 'TMF621_TroubleTicket/TMF621-TroubleTicket-v4.0.0.swagger.json';
  const event = envelope('TroubleTicketStatusChangeEvent', { troubleTicket: ticket });
  assertFits(tickets, 'TroubleTicketStatusChangeEvent', event);
  const { id, creationDate, statusChangeDate, ...create } = ticket;
  assert.ok(id !== '' && creationDate < statusChangeDate);
  assertFits(tickets, 'TroubleTicket_Create', create);
  const interactions = 'TMF683_PartyInteraction/TMF683-PartyInteraction-v4.0.0.swagger.json';
  const created = envelope('PartyInteractionCreateEvent', { partyInteraction: interaction });
  assertFits(interactions, 'PartyInteractionCreateEvent', created);
  assertFits(interactions, 'PartyInteraction_Create', interaction);
});
