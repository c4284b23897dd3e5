import type { CauseCode } from '../../core/events/common.ts';
import { DAY_MS } from '../calendar.ts';
import type { ScheduledBody } from '../feeds.ts';
import type { Subscriber } from '../population/subscriber.ts';
import { chance, pick } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { PORTING_RIVALS } from '../world/catalogue.ts';
import { createLine } from '../world/line.ts';
import type { Line } from '../world/line.ts';
import type { GroundTruth } from './ground-truth.ts';

export interface Leaving {
  readonly ending: GroundTruth['ending'];
  readonly reachableAs: string;
  readonly scheduled: readonly ScheduledBody[];
}

export interface LeaveOptions {
  readonly churnedAtMs: number;
  /** Nothing is said before this instant. */
  readonly onsetAtMs: number;
  readonly cause: CauseCode;
  /** Overrules what the payment type suggests: silence for prepaid, port-out or deactivation for postpaid. */
  readonly ending?: GroundTruth['ending'];
  readonly operatorCode?: string;
  /** The line that contacts use afterwards; drawn when not stated. */
  readonly nextLine?: Line;
}

const KNOWN_RIVAL_NUMBER_SHARE = 0.6;

/** Ends a subscription: plans what the operator hears of it, and moves the person's line for everybody else. */
export function leave(
  random: Random,
  subscriber: Subscriber,
  options: LeaveOptions,
  newLine: (operatorCode: string) => Line,
): Leaving {
  const { churnedAtMs } = options;
  const operatorCode = options.operatorCode ?? pick(random, PORTING_RIVALS);
  const fallback =
    subscriber.plan.paymentType === 'prepaid' ? 'silence' : chance(random, 0.5) ? 'port_out' : 'deactivation';
  const ending = options.ending ?? fallback;
  const isKnown = chance(random, KNOWN_RIVAL_NUMBER_SHARE);
  const ported = ending === 'port_out' ? createLine(subscriber.line.party.partyId, operatorCode) : undefined;
  const nextLine = ported ?? options.nextLine ?? (isKnown ? newLine(operatorCode) : undefined);
  subscriber.line.change = { fromMs: churnedAtMs, to: nextLine };
  return {
    ending,
    reachableAs: nextLine?.party.partyId ?? '',
    scheduled: announcements(random, ending, operatorCode, options),
  };
}

function announcements(
  random: Random,
  ending: GroundTruth['ending'],
  operatorCode: string,
  { churnedAtMs, onsetAtMs, cause }: LeaveOptions,
): readonly ScheduledBody[] {
  if (ending === 'silence') return [];
  const deactivation: ScheduledBody = {
    atMs: churnedAtMs,
    feed: 'account',
    body: { type: 'deactivation', reason: 'voluntary', channel: ending === 'port_out' ? 'other' : 'own_shop' },
  };
  const closed: ScheduledBody = {
    atMs: churnedAtMs,
    feed: 'account',
    body: { type: 'status_change', oldStatus: 'active', newStatus: 'closed', reason: 'voluntary' },
  };
  if (ending === 'deactivation') {
    const request: ScheduledBody = {
      atMs: churnedAtMs - DAY_MS,
      feed: 'account',
      body: { type: 'closure_request', reason: 'voluntary', channel: 'hotline', cause },
    };
    return [...(request.atMs >= onsetAtMs ? [request] : []), deactivation, closed];
  }
  const enquiry: ScheduledBody = {
    atMs: churnedAtMs - 3 * DAY_MS,
    feed: 'care',
    body: { type: 'port_out_enquiry', operatorCode, channel: 'hotline', cause },
  };
  const port = (step: 'requested' | 'completed', atMs: number): ScheduledBody => ({
    atMs,
    feed: 'account',
    body: { type: 'port_out', operatorCode, step, cause },
  });
  const warnings = [...(chance(random, 0.6) ? [enquiry] : []), port('requested', churnedAtMs - DAY_MS)];
  return [...warnings.filter(({ atMs }) => atMs >= onsetAtMs), port('completed', churnedAtMs), deactivation, closed];
}
