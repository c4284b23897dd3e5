import { Type } from 'typebox';
import { logVariables } from '../platform/config/shared-variables.ts';
import { PSEUDONYM_KEY_ID_PATTERN } from '../platform/crypto/pseudonym.ts';

/** Variables of both feeders, the simulator and the replay. */
export const feedVariables = {
  ...logVariables,
  CHURN_PSEUDONYM_KEY_ID: Type.String({
    pattern: PSEUDONYM_KEY_ID_PATTERN,
    default: 'demo',
    description: '1 to 8 lower-case letters or digits',
  }),
  CHURN_PSEUDONYM_SECRET: Type.String({
    default: '',
    description: 'at least 16 bytes; may be left out with brokers on this machine only',
  }),
};

export const seedVariable = Type.Integer({ minimum: 0, maximum: 0xffff_ffff, default: 1, description: 'seed' });

export const markIntervalVariable = Type.Integer({
  minimum: 1,
  maximum: 1_440,
  default: 60,
  description: 'minutes of event time',
});

export const eventsPerSecondVariable = Type.Number({
  minimum: 0,
  maximum: 10_000_000,
  default: 0,
  description: 'events per second, 0 for as fast as it goes',
});

export const shareVariable = Type.Number({ minimum: 0, maximum: 1, default: 0, description: 'share' });
