import type { IncomingRecord } from '../../../services/platform/kafka/record.ts';
import { createOrderKeys, episodeField } from '../../../services/platform/redis/order-keys.ts';
import { parseStoredNotice } from '../../../services/retention/redis/order-json.ts';
import { workOrderIdOf } from '../../../services/core/work-orders/work-order.ts';
import { workOrderEventIdOf } from '../../../services/core/work-orders/work-order-event.ts';
import type { SimulatedLog } from '../kafka/simulated-log.ts';
import { isList } from '../redis/reply.ts';
import type { SimulatedServer } from '../redis/simulated-server.ts';
import { KEYSPACE, RUBBISH, TOPICS } from '../settings.ts';
import { readPosition } from './read-position.ts';
import { readTexts, toText } from './read-server.ts';

/** Holds the desk's orders to the invariants after each write, and each record on their topics. */
export interface OrderCheck {
  onWrite(): void;
  onAlert(record: IncomingRecord): void;
  onWorkOrder(record: IncomingRecord): void;
  onInput(record: IncomingRecord): void;
  /** Redis lost its last writes: what was told may be told of other changes under the same versions. */
  onLoss(): void;
  /** @param isCut whether a log has lost records that were to be read next: of its alerts only those before need orders. */
  atTheEnd(acknowledged: ReadonlyMap<string, number>, isCut: (log: SimulatedLog) => boolean): void;
  /** Orders that there are. */
  orders(): number;
}

/** An entry of the outbox. */
interface WaitingNotice {
  readonly eventId: string;
}

interface AlertSeen {
  readonly alertId: string;
  readonly workOrderId: string;
  readonly episodeField: string;
}

export function createOrderCheck(deps: {
  readonly server: SimulatedServer;
  readonly alertLogs: readonly SimulatedLog[];
  readonly onBroken: (invariant: string) => void;
}): OrderCheck {
  const { server, alertLogs, onBroken } = deps;
  const keys = createOrderKeys(KEYSPACE);
  const alerts = new Map<string, AlertSeen>();
  /** By event id: content. */
  const told = new Map<string, string>();
  const outcomes = new Map<string, string>();
  /** By entry id; an entry never changes. */
  const entries = new Map<string, WaitingNotice>();
  let hasLost = false;
  /** Versions known to be on the topic, from the first on. */
  const toldThrough = new Map<string, number>();

  function alertOf(record: IncomingRecord): AlertSeen {
    const alertId = record.headers['ce_id']?.toString() ?? '';
    const known = alerts.get(alertId);
    if (known !== undefined) return known;
    const end = alertId.lastIndexOf('.');
    const seen = {
      alertId,
      workOrderId: workOrderIdOf(alertId),
      episodeField: episodeField(alertId.slice(0, end), Number(alertId.slice(end + 1))),
    };
    alerts.set(alertId, seen);
    return seen;
  }

  function readOutbox(): WaitingNotice[] {
    const reply = server.execute(['XRANGE', keys.outbox, '-', '+']);
    if (!isList(reply)) throw new TypeError('XRANGE answered no list');
    return reply.map((item) => {
      const [entryId, fields] = isList(item) ? item : [];
      const id = toText(entryId) ?? '';
      const known = entries.get(id);
      if (known !== undefined) return known;
      const body = fields !== undefined && isList(fields) ? fields[1] : undefined;
      const entry = { eventId: parseStoredNotice(Buffer.from(toText(body) ?? '', 'latin1').toString()).eventId };
      entries.set(id, entry);
      return entry;
    });
  }

  function requireOrders(): void {
    if (alerts.size === 0) return;
    const known = [...alerts.values()];
    const versions = readTexts(server, ['HMGET', keys.versions, ...known.map(({ workOrderId }) => workOrderId)]);
    const byEpisode = readTexts(server, ['HMGET', keys.episodes, ...known.map((alert) => alert.episodeField)]);
    const waiting = new Set(readOutbox().map(({ eventId }) => eventId));
    let orders = 0;
    for (const [place, { workOrderId }] of known.entries()) {
      const version = versions[place];
      if (version === undefined) continue;
      orders++;
      if (byEpisode[place] !== workOrderId) onBroken(`invariant 7: the episode of ${workOrderId} has another order`);
      requireTold(workOrderId, Number(version), waiting);
    }
    const all = server.execute(['ZCARD', keys.all]);
    if (all !== orders) onBroken(`invariant 7: ${Number(all)} orders for ${orders} alerts that have one`);
    for (const log of alertLogs)
      requirePassed(log, new Map(known.map(({ alertId }, place) => [alertId, versions[place]])));
  }

  /** No change is silent: each version waits in the outbox or is on the topic. */
  function requireTold(workOrderId: string, version: number, waiting: ReadonlySet<string>): void {
    for (let v = (toldThrough.get(workOrderId) ?? 0) + 1; v <= version; v++) {
      const eventId = workOrderEventIdOf(workOrderId, v);
      if (told.has(eventId)) {
        if ((toldThrough.get(workOrderId) ?? 0) === v - 1) toldThrough.set(workOrderId, v);
      } else if (!waiting.has(eventId)) {
        onBroken(`invariant 7: version ${v} of ${workOrderId} is neither in the outbox nor on the topic`);
      }
    }
  }

  /** Every alert before the position is an order. */
  function requirePassed(log: SimulatedLog, versions: ReadonlyMap<string, string | undefined>): void {
    const [position] = readTexts(server, ['HMGET', keys.positions, `${log.topic}/${log.partition}`]);
    if (position === undefined) return;
    for (const record of log.records) {
      if (record.offset >= BigInt(position)) return;
      if (record.value?.equals(RUBBISH) === true) continue;
      const { alertId } = alertOf(record);
      if (versions.get(alertId) === undefined) {
        onBroken(`invariant 7: the alert ${alertId} was passed without an order`);
      }
    }
  }

  /** Alerts that nobody can read any more, or not before what is lost. */
  function unreadableOf(log: SimulatedLog): readonly string[] {
    const position = readPosition(server, log) ?? log.bounds().lowOffset;
    return log.records
      .filter(({ offset, value }) => offset >= position && value?.equals(RUBBISH) !== true)
      .map((record) => alertOf(record).alertId);
  }

  function requireOneContent(known: Map<string, string>, record: IncomingRecord, what: string): boolean {
    const id = record.headers['ce_id']?.toString() ?? '';
    const content = record.value?.toString('latin1') ?? '';
    const isNew = !known.has(id);
    if (!hasLost && (known.get(id) ?? content) !== content) onBroken(`${what}: ${id} stands for two contents`);
    known.set(id, content);
    return isNew;
  }

  return {
    onWrite: requireOrders,
    onAlert(record) {
      alertOf(record);
    },
    onWorkOrder(record) {
      const id = record.headers['ce_id']?.toString() ?? '';
      if (!requireOneContent(told, record, TOPICS.workOrder)) return;
      const [, orderId = '', version = ''] = /^(.*)-v(\d+)$/.exec(id) ?? [];
      if (version !== '1' && !told.has(workOrderEventIdOf(orderId, Number(version) - 1))) {
        onBroken(`version ${version} of ${orderId} was told before the one before it`);
      }
    },
    onInput(record) {
      if (record.headers['ce_source']?.toString() !== '/churn-warning/retention') return;
      requireOneContent(outcomes, record, 'outcomes in the input log');
    },
    onLoss() {
      hasLost = true;
    },
    orders: () => Number(server.execute(['ZCARD', keys.all])),
    atTheEnd(acknowledged, isCut) {
      requireOrders();
      const known = [...alerts.values()];
      if (known.length === 0) return;
      const versions = readTexts(server, ['HMGET', keys.versions, ...known.map(({ workOrderId }) => workOrderId)]);
      const bodies = readTexts(server, ['HMGET', keys.bodies, ...known.map(({ workOrderId }) => workOrderId)]);
      const unreadable = new Set(alertLogs.filter(isCut).flatMap(unreadableOf));
      for (const [place, { alertId, workOrderId }] of known.entries()) {
        const version = Number(versions[place] ?? 0);
        if (version === 0 && !unreadable.has(alertId)) onBroken(`at the end the alert ${alertId} has no order`);
        for (let v = 1; v <= version; v++) {
          const eventId = workOrderEventIdOf(workOrderId, v);
          if (!told.has(eventId)) onBroken(`at the end ${eventId} is not on the topic`);
        }
        if (!hasLost && told.has(workOrderEventIdOf(workOrderId, version + 1))) {
          onBroken(`at the end a version after ${version} of ${workOrderId} was told`);
        }
        if (!hasLost && version < (acknowledged.get(workOrderId) ?? 0)) {
          onBroken(`at the end ${workOrderId} is at version ${version}, but a later one was acknowledged`);
        }
        const isClosed = /"state":"(won|lost|unreachable|expired|cancelled)"/.test(bodies[place] ?? '');
        const hasOutcome = outcomes.has(`${workOrderId}-outcome`);
        if (isClosed && !hasOutcome) onBroken(`at the end the outcome of ${workOrderId} is not in the log`);
        if (!isClosed && hasOutcome && !hasLost) onBroken(`at the end ${workOrderId} is open, but has an outcome`);
      }
    },
  };
}
