import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import type { CallTotals, UsageRow } from '../../../services/simulator/replay/usage-row.ts';

/** What a month's events add up to, in the terms of the usage table. */
export type MonthTotals = ReturnType<typeof totalsOf>;

/** Adds up the events of one user and month, without any of the code that made them. */
export function totalsOf(records: Iterable<LogRecord>) {
  const calls = { total: none(), onNet: none(), offNet: none(), abroad: none() };
  const sent = { total: none(), onNet: none(), offNet: none(), abroad: none() };
  const received = { total: none(), abroad: none() };
  const data = { sessions: 0, bytes: 0, minor: 0 };
  const topUps = { count: 0, minor: 0 };
  let balanceMinor: number | undefined;
  for (const { body } of records) {
    switch (body.type) {
      case 'call':
        for (const sum of [
          calls.total,
          ...(body.otherParty?.network === 'on_net' ? [calls.onNet] : []),
          ...(body.otherParty?.network === 'off_net' ? [calls.offNet] : []),
          ...(body.scope === 'international' ? [calls.abroad] : []),
        ]) {
          add(sum, body.durationS, body.chargeMinor);
        }
        break;
      case 'message': {
        const isSent = body.direction === 'mobile_originated';
        add(isSent ? sent.total : received.total, 0, body.chargeMinor);
        const network = body.otherParty?.network;
        if (network === 'international') add(isSent ? sent.abroad : received.abroad, 0, body.chargeMinor);
        if (network === 'on_net') add(sent.onNet, 0, body.chargeMinor);
        if (network === 'off_net') add(sent.offNet, 0, body.chargeMinor);
        break;
      }
      case 'data_session':
        data.sessions += 1;
        data.bytes += body.upBytes + body.downBytes;
        data.minor += body.chargeMinor;
        break;
      case 'top_up':
        topUps.count += 1;
        topUps.minor += body.amountMinor;
        break;
      case 'balance_snapshot':
        balanceMinor = body.balanceMinor;
        break;
      default:
    }
  }
  return { calls, sent, received, data, topUps, balanceMinor };
}

/** The same terms as the row itself states them. */
export function totalsInRow(row: UsageRow): MonthTotals {
  const part = ({ count, minor }: { readonly count: number; readonly minor: number }) => ({ count, seconds: 0, minor });
  const whole = ({ count, seconds, minor }: CallTotals) => ({ count, seconds, minor });
  return {
    calls: {
      total: whole(row.calls),
      onNet: whole(row.calls.onNet),
      offNet: whole(row.calls.offNet),
      abroad: whole(row.calls.abroad),
    },
    sent: {
      total: part(row.messages),
      onNet: part(row.messages.onNet),
      offNet: part(row.messages.offNet),
      abroad: part(row.messages.abroad),
    },
    received: { total: part(row.incomingMessages), abroad: part(row.incomingMessages.abroad) },
    data: { sessions: row.data.sessions, bytes: row.data.bytes, minor: row.data.minor },
    topUps: { count: row.topUps.count, minor: row.topUps.minor },
    balanceMinor: row.balanceMinor,
  };
}

function none(): { count: number; seconds: number; minor: number } {
  return { count: 0, seconds: 0, minor: 0 };
}

function add(sum: { count: number; seconds: number; minor: number }, seconds: number, minor: number): void {
  sum.count += 1;
  sum.seconds += seconds;
  sum.minor += minor;
}
