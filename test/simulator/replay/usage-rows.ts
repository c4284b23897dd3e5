import fc from 'fast-check';
import type { UsageRow } from '../../../services/simulator/replay/usage-row.ts';

/** A call as the generated rows are made of: rows are summed from calls, so that their parts and totals fit together. */
interface GeneratedCall {
  readonly network: 'on_net' | 'off_net' | 'none';
  readonly abroad: boolean;
  readonly seconds: number;
  readonly minor: number;
}

const call: fc.Arbitrary<GeneratedCall> = fc.record({
  network: fc.constantFrom('on_net', 'off_net', 'none'),
  abroad: fc.boolean(),
  seconds: fc.integer({ min: 0, max: 3_600 }),
  minor: fc.integer({ min: 0, max: 500 }),
});

const message = fc.record({
  network: fc.constantFrom('on_net', 'off_net', 'abroad', 'none'),
  minor: fc.integer({ min: 0, max: 30 }),
});

const inactiveDays = fc.integer({ min: 0, max: 29 });

/** Rows of June 2013 whose totals come from single events, with all that a real row may hold. */
export const usageRow: fc.Arbitrary<UsageRow> = fc
  .record({
    userId: fc.integer({ min: 1, max: 9_999_999 }).map(String),
    calls: fc.array(call, { maxLength: 25 }),
    messages: fc.array(message, { maxLength: 25 }),
    received: fc.array(fc.record({ abroad: fc.boolean(), minor: fc.integer({ min: -50, max: 50 }) }), { maxLength: 8 }),
    sessions: fc.integer({ min: 0, max: 30 }),
    bytes: fc.integer({ min: 0, max: 5_000_000_000 }),
    dataMinor: fc.integer({ min: -500, max: 5_000 }),
    topUps: fc.integer({ min: 0, max: 6 }),
    topUpMinor: fc.integer({ min: -5_000, max: 20_000 }),
    balanceMinor: fc.integer({ min: 0, max: 30_000 }),
    lifetimeDays: fc.option(fc.integer({ min: 30, max: 4_000 }), { nil: undefined }),
    inactiveDays: fc.tuple(inactiveDays, inactiveDays, inactiveDays, inactiveDays),
  })
  .map((drawn) => {
    const [callDays, messageDays, dataDays, topUpDays] = drawn.inactiveDays;
    const abroadReceived = drawn.received.filter(({ abroad }) => abroad);
    return {
      userId: drawn.userId,
      year: 2013,
      month: 6,
      lifetimeDays: drawn.lifetimeDays,
      balanceMinor: drawn.balanceMinor,
      spendMinor: 0,
      topUps: {
        count: drawn.topUps,
        minor: drawn.topUps === 0 ? 0 : drawn.topUpMinor,
        inactiveDays: topUpDays,
      },
      calls: {
        ...sumCalls(drawn.calls),
        onNet: sumCalls(drawn.calls.filter(({ network }) => network === 'on_net')),
        offNet: sumCalls(drawn.calls.filter(({ network }) => network === 'off_net')),
        abroad: sumCalls(drawn.calls.filter(({ abroad }) => abroad)),
        longestSeconds: Math.max(0, ...drawn.calls.map(({ seconds }) => seconds)),
        dearestMinor: Math.max(0, ...drawn.calls.map(({ minor }) => minor)),
        inactiveDays: callDays,
      },
      messages: {
        ...sumCharges(drawn.messages),
        onNet: sumCharges(drawn.messages.filter(({ network }) => network === 'on_net')),
        offNet: sumCharges(drawn.messages.filter(({ network }) => network === 'off_net')),
        abroad: sumCharges(drawn.messages.filter(({ network }) => network === 'abroad')),
        dearestMinor: Math.max(0, ...drawn.messages.map(({ minor }) => minor)),
        inactiveDays: messageDays,
      },
      incomingMessages: { ...sumCharges(drawn.received), abroad: sumCharges(abroadReceived) },
      data: {
        sessions: drawn.sessions,
        bytes: drawn.sessions === 0 ? 0 : drawn.bytes,
        minor: drawn.sessions === 0 ? 0 : drawn.dataMinor,
        inactiveDays: dataDays,
      },
    };
  });

function sumCalls(calls: readonly GeneratedCall[]): { count: number; seconds: number; minor: number } {
  return {
    count: calls.length,
    seconds: calls.reduce((sum, { seconds }) => sum + seconds, 0),
    minor: calls.reduce((sum, { minor }) => sum + minor, 0),
  };
}

function sumCharges(items: readonly { readonly minor: number }[]): { count: number; minor: number } {
  return { count: items.length, minor: items.reduce((sum, { minor }) => sum + minor, 0) };
}
