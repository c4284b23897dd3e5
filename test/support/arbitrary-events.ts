import fc from 'fast-check';
import type { Direction, Network, OtherParty, PartyKind } from '../../services/core/events/common.ts';
import type { EventBody, SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import {
  sampleActivation,
  sampleBill,
  sampleCall,
  sampleComplaint,
  sampleContact,
  sampleContract,
  sampleEvent,
  sampleFault,
  sampleMessage,
  samplePortOut,
  sampleServiceChange,
  sampleSession,
  sampleTopUp,
} from './sample-events.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** One event as a place in time and a body that may depend on it. */
interface Draft {
  readonly minute: number;
  readonly delayMinutes: number;
  readonly bodyAt: (atMs: number, startMs: number) => EventBody;
}

export interface LogShape {
  readonly startMs: number;
  readonly days: number;
  /** Events arrive up to this much after others that happened later. */
  readonly disorderDays: number;
  readonly maxEvents: number;
  readonly subscriberId?: string;
}

/**
 * Events of one subscriber in the order of a log: shuffled within the disorder, with duplicates, no two at one instant
 * (of two values at one instant the log's order decides, which a shuffle cannot leave alone).
 */
export function arbitraryLog(shape: LogShape): fc.Arbitrary<SubscriberEvent[]> {
  const minute = fc.oneof(
    { weight: 4, arbitrary: fc.nat(shape.days * DAY_MINUTES - 1) },
    // The edges of civil days, where windows begin and end.
    { weight: 1, arbitrary: fc.nat(shape.days - 1).map((day) => day * DAY_MINUTES) },
    { weight: 1, arbitrary: fc.nat(shape.days - 1).map((day) => day * DAY_MINUTES + DAY_MINUTES - 1) },
  );
  const draft: fc.Arbitrary<Draft> = fc.record({
    minute,
    delayMinutes: fc.oneof(fc.constant(0), fc.nat(shape.disorderDays * DAY_MINUTES)),
    bodyAt: arbitraryBody(),
  });
  return fc
    .record({
      drafts: fc.array(draft, { minLength: 1, maxLength: shape.maxEvents, size: 'max' }),
      repeats: fc.array(fc.record({ which: fc.nat(), delayMinutes: fc.nat(3 * DAY_MINUTES) }), { maxLength: 5 }),
    })
    .map(({ drafts, repeats }) => {
      const sent = drafts.map(({ minute: at, delayMinutes, bodyAt }, i) => {
        const atMs = shape.startMs + at * MINUTE_MS + i;
        const event = sampleEvent(bodyAt(atMs, shape.startMs), atMs, {
          eventId: `e${i}`,
          subscriberId: shape.subscriberId ?? 's1',
          feed: i % 2 === 0 ? 'voice' : 'data',
        });
        return { event, arrivesAt: at + delayMinutes };
      });
      const again = repeats.flatMap(({ which, delayMinutes }) => {
        const original = sent[which % sent.length];
        const delay = Math.min(delayMinutes, shape.disorderDays * DAY_MINUTES);
        return original === undefined ? [] : [{ event: original.event, arrivesAt: original.arrivesAt + delay }];
      });
      return [...sent, ...again].toSorted((a, b) => a.arrivesAt - b.arrivesAt).map(({ event }) => event);
    });
}

/** The same events in another order in which none comes more than the disorder after a later one. */
export function arbitraryReorder(
  events: readonly SubscriberEvent[],
  disorderDays: number,
): fc.Arbitrary<SubscriberEvent[]> {
  return fc
    .array(fc.nat(disorderDays * DAY_MINUTES), { minLength: events.length, maxLength: events.length })
    .map((delays) =>
      events
        .map((event, i) => ({ event, arrivesAtMs: event.occurredAtMs + (delays[i] ?? 0) * MINUTE_MS }))
        .toSorted((a, b) => a.arrivesAtMs - b.arrivesAtMs)
        .map(({ event }) => event),
    );
}

function arbitraryParty(): fc.Arbitrary<OtherParty> {
  return fc.record({
    // Few parties often, and enough of them at times to overflow a circle.
    partyId: fc.oneof(
      fc.constantFrom('', 'p0', 'p1', 'p2'),
      fc.nat(59).map((n) => `p${n}`),
    ),
    operatorCode: fc.constantFrom('own', 'r1', ''),
    network: fc.constantFrom<Network[]>('unspecified', 'on_net', 'off_net', 'international'),
    kind: fc.constantFrom<PartyKind[]>('person', 'person', 'unspecified', 'service', 'free', 'rival_hotline'),
  });
}

/** A body of any kind that a feature or a decision uses; `startMs` is where its log begins. */
export function arbitraryBody(): fc.Arbitrary<(atMs: number, startMs: number) => EventBody> {
  const party = fc.option(arbitraryParty(), { nil: undefined });
  const direction = fc.constantFrom<Direction[]>(
    'mobile_originated',
    'mobile_originated',
    'mobile_terminated',
    'forwarded',
  );
  const charge = fc.oneof(fc.constant(0), fc.integer({ min: -200, max: 3_000 }));
  const slice = fc.constantFrom(0, 0, 0, 1, 2, 3);
  const terms = fc.constantFrom<string[][]>([], [], ['转网']);
  const constant = (arbitrary: fc.Arbitrary<EventBody>): fc.Arbitrary<Draft['bodyAt']> =>
    arbitrary.map((body) => () => body);

  const call = fc
    .record({
      direction,
      otherParty: party,
      forwardedTo: party,
      durationS: fc.oneof(fc.constant(0), fc.nat(4_000)),
      chargeMinor: charge,
      scope: fc.constantFrom('unspecified', 'local', 'long_distance', 'international', 'roaming'),
      result: fc.constantFrom('answered', 'answered', 'unspecified', 'failed', 'dropped'),
      recordSequenceNumber: slice,
    })
    .map(sampleCall);
  const message = fc.record({ direction, otherParty: party, chargeMinor: charge }).map(sampleMessage);
  const session = fc
    .record({
      upBytes: fc.oneof(fc.constant(0), fc.nat(1e6)),
      downBytes: fc.oneof(fc.constant(0), fc.nat(5e8)),
      chargeMinor: charge,
      outOfBundleChargeMinor: fc.oneof(fc.constant(0), fc.nat(500)),
      recordSequenceNumber: slice,
    })
    .map(sampleSession);
  const topUp = fc
    .record(
      {
        amountMinor: fc.constantFrom(-3_000, 0, 1_000, 3_000, 5_000),
        balanceAfterMinor: fc.integer({ min: -5e4, max: 5e4 }),
      },
      { requiredKeys: ['amountMinor'] },
    )
    .map(sampleTopUp);
  const contact = fc
    .record({ waitS: fc.nat(600), handleS: fc.nat(3_000), matchedTerms: terms, resolved: fc.boolean() })
    .map(sampleContact);
  const bill = fc
    .record({
      month: fc.constantFrom(202_509, 202_510, 202_511, 202_512, 202_601, 202_602, 202_603),
      totalMinor: fc.oneof(fc.constant(0), fc.nat(20_000)),
      outOfBundleDataMinor: fc.nat(2_000),
    })
    .map(sampleBill);

  const complaint = fc
    .record({ n: fc.nat(3), step: fc.constantFrom('received', 'investigating', 'handled', 'archived', 'unspecified') })
    .map(({ n, step }) => (atMs: number, startMs: number) => {
      // Steps of one complaint lie within forty days; half of the complaints say when they were opened.
      const era = Math.floor((atMs - startMs) / (40 * DAY_MINUTES * MINUTE_MS));
      const openedAtMs = n % 2 === 0 ? 0 : startMs + (era * 40 - 3) * DAY_MINUTES * MINUTE_MS;
      return sampleComplaint({ complaintId: `c${era}.${n}`, step, openedAtMs });
    });
  const fault = fc
    .record({ n: fc.nat(6), step: fc.constantFrom('reported', 'repaired', 'unspecified'), explicit: fc.boolean() })
    .map(
      ({ n, step, explicit }) =>
        (atMs: number, startMs: number) =>
          sampleFault({
            faultId: `f${n}`,
            step,
            reportedAtMs: n % 2 === 0 ? 0 : startMs + n * DAY_MINUTES * MINUTE_MS,
            repairedAtMs: explicit && step === 'repaired' ? atMs - MINUTE_MS : 0,
          }),
    );
  const contract = fc
    .integer({ min: -100, max: 800 })
    .map((days) => (atMs: number) => sampleContract({ endsAtMs: atMs + days * DAY_MINUTES * MINUTE_MS }));
  // One truth about the activation: which of two statements holds is left to the log's order.
  const activation = fc
    .constantFrom('prepaid', 'postpaid', 'unspecified')
    .map(
      (paymentType) => (_atMs: number, startMs: number) => sampleActivation({ paymentType, transactionAtMs: startMs }),
    );
  const profile = fc
    .record(
      {
        paymentType: fc.constantFrom('prepaid', 'postpaid', 'unspecified'),
        birthYear: fc.integer({ min: 1930, max: 2010 }),
      },
      { requiredKeys: [] },
    )
    .map((fields) => (_atMs: number, startMs: number): EventBody => ({
      type: 'profile',
      ...fields,
      activatedAtMs: startMs,
    }));

  return fc.oneof(
    { weight: 8, arbitrary: constant(call) },
    { weight: 3, arbitrary: constant(message) },
    { weight: 4, arbitrary: constant(session) },
    { weight: 2, arbitrary: constant(topUp) },
    { weight: 1, arbitrary: constant(contact) },
    { weight: 1, arbitrary: constant(bill) },
    { weight: 1, arbitrary: complaint },
    { weight: 1, arbitrary: fault },
    { weight: 1, arbitrary: contract },
    { weight: 1, arbitrary: activation },
    { weight: 1, arbitrary: profile },
    { weight: 3, arbitrary: constant(arbitrarySmallBody()) },
  );
}

/** Bodies of which no more than one field matters. */
function arbitrarySmallBody(): fc.Arbitrary<EventBody> {
  const port = fc
    .constantFrom('unspecified', 'requested', 'completed', 'cancelled')
    .map((step) => samplePortOut({ step }));
  const survey = fc
    .record(
      { kind: fc.constantFrom('fault', 'fault', 'service', 'exit'), score: fc.nat(10) },
      { requiredKeys: ['kind'] },
    )
    .map((fields): EventBody => ({
      type: 'survey',
      surveyId: 'v1',
      aboutId: 'f1',
      cause: 'unspecified',
      answers: {},
      ...fields,
    }));
  return fc.oneof<fc.Arbitrary<EventBody>[]>(
    port,
    survey,
    fc.nat(20).map((count) => ({ type: 'app_activity', kind: 'login', count })),
    fc.integer({ min: -1e5, max: 1e5 }).map((balanceMinor) => ({ type: 'balance_snapshot', balanceMinor })),
    fc
      .constantFrom('own', '', 'r1')
      .map((operatorCode) => ({ type: 'plan_query', operatorCode, planId: 'x', channel: 'web' })),
    fc
      .constantFrom<string[][]>([], ['換網'])
      .map((matchedTerms) => ({ type: 'social_mention', source: 'forum', matchedTerms, sentiment: 0 })),
    fc.constant({ type: 'rival_event_attendance', partnerId: 'x', operatorCode: 'r1' }),
    fc.constant({ type: 'port_out_enquiry', operatorCode: 'r1', channel: 'hotline', cause: 'price' }),
    fc.boolean().map((on) => sampleServiceChange({ on })),
    fc.constant({ type: 'plan_change', oldPlanId: 'a', newPlanId: 'b', channel: 'app' }),
    fc.boolean().map((joined) => ({ type: 'membership_change', groupId: 'g', kind: 'family', role: '', joined })),
    fc.constant({ type: 'closure_request', reason: 'voluntary', channel: 'own_shop', cause: 'price' }),
    fc.boolean().map((early) => ({ type: 'contract_end', contractId: 'k1', early })),
    fc.constantFrom('active', 'suspended', 'closed').map((newStatus) => ({
      type: 'status_change',
      oldStatus: 'unspecified',
      newStatus,
      reason: 'other',
    })),
    fc.constant({ type: 'deactivation', reason: 'voluntary', channel: 'own_shop' }),
    fc.constant({ type: 'reactivation', channelId: '', planId: '' }),
    fc
      .record({ marketingAllowed: fc.boolean(), channel: fc.constantFrom('unspecified', 'sms') })
      .map((fields) => ({ type: 'consent', ...fields })),
    fc.constant({ type: 'location_update', location: undefined }),
    fc.constant({
      type: 'campaign_contact',
      campaignId: 'k',
      offerId: 'o',
      channel: 'sms',
      response: 'none',
    }),
  );
}
