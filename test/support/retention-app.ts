import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { createWorkingCalendar } from '../../services/core/time/working-calendar.ts';
import type { WorkingCalendar } from '../../services/core/time/working-calendar.ts';
import { createLogger } from '../../services/platform/telemetry/logger.ts';
import { openAccess } from '../../services/retention/auth/authenticate.ts';
import type { Desk } from '../../services/retention/desk.ts';
import { createDesk } from '../../services/retention/desk.ts';
import type { AppDeps } from '../../services/retention/http/app.ts';
import { createApp } from '../../services/retention/http/app.ts';
import { OVERLOAD_LIMITS } from '../../services/retention/http/refuse-overload.ts';
import type { OrderStore } from '../../services/retention/order-store.ts';
import { createQualityReader } from '../../services/retention/quality/read-quality.ts';
import type { QualityReader } from '../../services/retention/quality/read-quality.ts';
import { NO_BASELINE } from '../../services/core/quality/drift-baseline.ts';
import { createMemoryPartitionStore } from './memory-partition-store.ts';
import { createMemoryOrderStore } from './memory-order-store.ts';
import { createMemoryRiskReader } from './memory-risk-reader.ts';

export const PUBLIC_BASE_URL = 'https://desk.example.com';

/** A desk that works Monday to Friday, 9 to 18, in Shanghai, with a clock that the test sets. */
export interface TestDesk {
  readonly store: OrderStore;
  readonly desk: Desk;
  readonly calendar: WorkingCalendar;
  readonly now: () => number;
  setNow(atMs: number): void;
}

export function createTestDesk(store: OrderStore = createMemoryOrderStore()): TestDesk {
  let nowMs = Date.UTC(2026, 9, 20, 2);
  const now = (): number => nowMs;
  const calendar = weekdayCalendar();
  return {
    store,
    desk: createDesk({ store, calendar, dueWorkingDays: 3, now }),
    calendar,
    now,
    setNow(atMs) {
      nowMs = atMs;
    },
  };
}

/** The application over fakes; closed when the test ends. */
export async function createTestApp(
  t: TestContext,
  testDesk: TestDesk,
  changes: Partial<AppDeps> = {},
): Promise<FastifyInstance> {
  const app = await createApp({
    store: testDesk.store,
    desk: testDesk.desk,
    reader: createMemoryRiskReader([]),
    quality: nothingScored(),
    pseudonymOf: undefined,
    authenticate: openAccess,
    publicBaseUrl: PUBLIC_BASE_URL,
    now: testDesk.now,
    notReady: () => [],
    parts: () => [],
    logger: createLogger('test', 'silent'),
    onAnswered: () => undefined,
    // A machine that runs many tests comes late for other reasons.
    overloadLimits: { ...OVERLOAD_LIMITS, eventLoopDelayMs: 0 },
    ...changes,
  });
  t.after(() => app.close());
  return app;
}

/** What is told before anything was scored. */
export function nothingScored(): QualityReader {
  return createQualityReader({
    store: createMemoryPartitionStore(1),
    model: { modelVersion: 'test/1.0.0', driftBaseline: NO_BASELINE },
    partitionCount: 1,
    timeZone: 'UTC',
  });
}

function weekdayCalendar(): WorkingCalendar {
  const made = createWorkingCalendar({
    version: 'weekdays',
    timeZone: 'Asia/Shanghai',
    opensAtMinute: 540,
    closesAtMinute: 1080,
    workingWeekdays: [1, 2, 3, 4, 5],
    holidays: [],
    makeUpWorkdays: [],
    knownFrom: '2026-01-01',
    knownThrough: '2026-12-31',
  });
  assert.ok(made.ok);
  return made.value;
}
