import { accepted, refused } from '../../core/outcome.ts';
import type { Outcome } from '../../core/outcome.ts';

/** A total of calls: how many, how long, how dear. */
export interface CallTotals {
  readonly count: number;
  readonly seconds: number;
  readonly minor: number;
}

export interface MessageTotals {
  readonly count: number;
  readonly minor: number;
}

/**
 * One user and month of the usage table, in integers: seconds, bytes (the table's MB are 2^20) and hundredths of the
 * currency. `…InactiveDays` count from the last event of that kind, whenever it was, to the last day of the month.
 */
export interface UsageRow {
  readonly userId: string;
  readonly year: number;
  /** 1–12. */
  readonly month: number;
  /** Days from activation to the last day of the month; undefined where the source does not know. */
  readonly lifetimeDays: number | undefined;
  readonly balanceMinor: number;
  readonly spendMinor: number;
  readonly topUps: { readonly count: number; readonly minor: number; readonly inactiveDays: number };
  readonly calls: CallTotals & {
    readonly onNet: CallTotals;
    readonly offNet: CallTotals;
    readonly abroad: CallTotals;
    readonly longestSeconds: number;
    readonly dearestMinor: number;
    readonly inactiveDays: number;
  };
  readonly messages: MessageTotals & {
    readonly onNet: MessageTotals;
    readonly offNet: MessageTotals;
    readonly abroad: MessageTotals;
    readonly dearestMinor: number;
    readonly inactiveDays: number;
  };
  readonly incomingMessages: MessageTotals & { readonly abroad: MessageTotals };
  readonly data: {
    readonly sessions: number;
    readonly bytes: number;
    readonly minor: number;
    readonly inactiveDays: number;
  };
}

/** Beyond forty years a lifetime is counted from the Unix epoch: the source's way of saying "not known". */
const LONGEST_LIFETIME_DAYS = 40 * 365;

const BYTES_PER_MB = 2 ** 20;

/** Reads one record of the usage table; says which column does not hold a number. */
export function parseUsageRow(record: Readonly<Record<string, string>>): Outcome<UsageRow, 'unreadable_row'> {
  const { row, bad } = readColumns(record);
  return bad.length === 0 ? accepted(row) : refused('unreadable_row', `no usable number in ${bad.join(', ')}`);
}

function readColumns(record: Readonly<Record<string, string>>): {
  readonly row: UsageRow;
  /** Columns without a usable value. */
  readonly bad: readonly string[];
} {
  const bad: string[] = [];

  function number(column: string): number {
    const text = record[column];
    const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) bad.push(column);
    return value;
  }
  const scaled = (column: string, factor: number): number => Math.round(number(column) * factor);
  const count = (column: string): number => {
    const value = number(column);
    if (Number.isFinite(value) && (value < 0 || !Number.isSafeInteger(value))) bad.push(column);
    return value;
  };
  const money = (column: string): number => scaled(column, 100);
  const calls = (prefix: string): CallTotals => ({
    count: count(`${prefix}_count`),
    seconds: scaled(`${prefix}_duration`, 60),
    minor: money(`${prefix}_spendings`),
  });
  const messages = (prefix: string): MessageTotals => ({
    count: count(`${prefix}_count`),
    minor: money(`${prefix}_spendings`),
  });

  const lifetimeDays = count('user_lifetime');
  const row: UsageRow = {
    userId: record['user_account_id'] ?? '',
    year: count('year'),
    month: count('month'),
    lifetimeDays: lifetimeDays > LONGEST_LIFETIME_DAYS ? undefined : lifetimeDays,
    balanceMinor: money('user_account_balance_last'),
    spendMinor: money('user_spendings'),
    topUps: {
      count: count('reloads_count'),
      minor: money('reloads_sum'),
      inactiveDays: count('reloads_inactive_days'),
    },
    calls: {
      ...calls('calls_outgoing'),
      onNet: calls('calls_outgoing_to_onnet'),
      offNet: calls('calls_outgoing_to_offnet'),
      abroad: calls('calls_outgoing_to_abroad'),
      longestSeconds: scaled('calls_outgoing_duration_max', 60),
      dearestMinor: money('calls_outgoing_spendings_max'),
      inactiveDays: count('calls_outgoing_inactive_days'),
    },
    messages: {
      ...messages('sms_outgoing'),
      onNet: messages('sms_outgoing_to_onnet'),
      offNet: messages('sms_outgoing_to_offnet'),
      abroad: messages('sms_outgoing_to_abroad'),
      dearestMinor: money('sms_outgoing_spendings_max'),
      inactiveDays: count('sms_outgoing_inactive_days'),
    },
    incomingMessages: { ...messages('sms_incoming'), abroad: messages('sms_incoming_from_abroad') },
    data: {
      sessions: count('gprs_session_count'),
      bytes: scaled('gprs_usage', BYTES_PER_MB),
      minor: money('gprs_spendings'),
      inactiveDays: count('gprs_inactive_days'),
    },
  };
  if (row.userId === '') bad.push('user_account_id');
  if (row.month < 1 || row.month > 12) bad.push('month');
  return { row, bad };
}

/** What a usage table must have: an empty record lacks each column that is read. */
export const USAGE_COLUMNS: readonly string[] = [...new Set(readColumns({}).bad)];
