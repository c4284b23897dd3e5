/**
 * Places in a service at which the preload can kill it. "Sent" is when the bytes have been handed to the socket,
 * "answered" when the other side's answer is there and the service has not seen it yet.
 */
export const SCORER_POINTS = [
  'before commit',
  'commit sent',
  'commit answered',
  'before produce',
  'produce sent',
  'produce acknowledged',
  'before trim',
  'trim answered',
] as const;

export const RETENTION_POINTS = [
  'before create',
  'create sent',
  'create answered',
  'before produce',
  'produce sent',
  'produce acknowledged',
  'before trim',
  'trim answered',
  'before update',
  'update sent',
  'update answered',
  'before HTTP answer',
  'HTTP answer sent',
] as const;

export type KillPoint = (typeof SCORER_POINTS)[number] | (typeof RETENTION_POINTS)[number];

/** Called by the process that runs when it comes to a point; does not return where it is the one to die at. */
export type Reached = (point: KillPoint) => void;
