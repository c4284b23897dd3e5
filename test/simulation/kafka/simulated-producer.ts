import { DEAD_LETTER_SUFFIX } from '../../../services/platform/kafka/dead-letter.ts';
import type { Producer } from '../../../services/platform/kafka/producer.ts';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import { UnacknowledgedError } from '../../../services/platform/kafka/send-acknowledged.ts';
import type { Life } from '../schedule/life.ts';
import { latencyMs, strikes } from '../world.ts';
import type { World } from '../world.ts';
import type { SimulatedLog } from './simulated-log.ts';
import type { SimulatedTopics } from './simulated-topics.ts';

/** What may become of a write, beside being written once and acknowledged. */
const MISHAPS = ['refused', 'unacknowledged', 'partial', 'repeated', 'late'] as const;

/** Records of one partition in one call: a broker takes them together, in their order, or none of them. */
interface Share {
  readonly log: SimulatedLog;
  readonly records: readonly OutgoingRecord[];
}

/**
 * A producer with one request in flight. A rejected call may have written all, some or none of its records, or may write
 * them later; a resolved one has written each partition's records once or more.
 */
export function createSimulatedProducer(
  world: World,
  life: Life,
  topics: SimulatedTopics,
  wallMs: () => number,
): Pick<Producer, 'send'> {
  const { scheduler, chance, plan, faults } = world;
  let last: Promise<unknown> = Promise.resolve();

  function write({ log, records }: Share): void {
    log.append(records, wallMs());
    if (strikes(world, plan.holes)) log.leaveHole(chance.between(1, 2));
  }

  /** Lets it befall the shares. @returns whether the call is acknowledged. */
  function befall(mishap: (typeof MISHAPS)[number], shares: readonly Share[], isDeadLetter: boolean): boolean {
    switch (mishap) {
      case 'refused':
        faults.count(isDeadLetter ? 'dead letters refused' : 'kafka write refused');
        return false;
      case 'unacknowledged':
        faults.count('kafka acknowledgement lost');
        shares.forEach(write);
        return false;
      case 'partial':
        if (shares.length > 1) faults.count('kafka write partial');
        shares.filter(() => chance.happens(0.5)).forEach(write);
        return false;
      case 'repeated':
        faults.count('kafka write repeated');
        shares.forEach(write);
        shares.filter(() => chance.happens(0.7)).forEach(write);
        return true;
      case 'late':
        faults.count('kafka write after its error');
        for (const share of shares) {
          scheduler.after(chance.unit() * 5_000, `${life.name} late write to ${share.log.topic}`, () => {
            write(share);
          });
        }
        return false;
    }
  }

  function send(records: readonly OutgoingRecord[]): Promise<void> {
    const shares = sharesOf(records, topics);
    const names = [...new Set(shares.map(({ log }) => `${log.topic}/${log.partition}`))].join(' ');
    const isDeadLetter = records.some(({ topic }) => topic.endsWith(DEAD_LETTER_SUFFIX));
    return new Promise((resolve, reject) => {
      scheduler.after(latencyMs(world), `${life.name} writes to ${names}`, () => {
        const isWritten = life.isAlive() || chance.happens(0.5);
        if (!isWritten) return;
        const mishap = strikes(world, isDeadLetter ? plan.deadLetter : plan.kafkaWrite)
          ? chance.pick(MISHAPS)
          : undefined;
        let isAcknowledged = true;
        if (mishap === undefined) shares.forEach(write);
        else isAcknowledged = befall(mishap, shares, isDeadLetter);
        scheduler.after(latencyMs(world), `${life.name} wrote to ${names}: ${mishap ?? 'acknowledged'}`, () => {
          life.whileAlive(() => {
            if (isAcknowledged) resolve();
            else reject(new UnacknowledgedError(`no broker has acknowledged records for ${names}`));
          });
        });
      });
    });
  }

  return {
    send(records) {
      if (records.length === 0) return Promise.resolve();
      const sent = last.then(() => send(records));
      last = sent.catch(() => undefined);
      return sent;
    },
  };
}

function sharesOf(records: readonly OutgoingRecord[], topics: SimulatedTopics): Share[] {
  const byLog = new Map<SimulatedLog, OutgoingRecord[]>();
  for (const record of records) {
    const log = topics.placeOf(record);
    byLog.set(log, [...(byLog.get(log) ?? []), record]);
  }
  return [...byLog].map(([log, its]) => ({ log, records: its }));
}
