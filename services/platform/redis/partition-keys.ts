import type { RiskBand } from '../../core/risk/risk.ts';

/**
 * Every key of a partition, under one hash tag, so that a partition lives in one slot of a cluster and one script can
 * write all of it. `keyspace` sets installations apart that share a server; '' by default.
 */
export function partitionKeys(keyspace: string, partition: number) {
  const tag = `${keyspace}{p${partition}}:`;
  return {
    control: `${tag}control`,
    outbox: `${tag}outbox`,
    state: (subscriberId: string) => `${tag}s:${subscriberId}`,
    wheelSlot: (slotOfDay: number) => `${tag}wheel:${slotOfDay}`,
    /** Hours of daily scores, each in one of a ring of places. */
    qualityHour: (place: number) => `${tag}quality:${place}`,
    band: (band: RiskBand) => `${tag}band:${band}`,
  };
}
