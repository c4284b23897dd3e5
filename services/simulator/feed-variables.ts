import { Type } from 'typebox';

export const seedVariable = Type.Integer({ minimum: 0, maximum: 0xffff_ffff, default: 1, description: 'seed' });

export const markIntervalVariable = Type.Integer({
  minimum: 1,
  maximum: 1_440,
  default: 60,
  description: 'minutes of event time',
});

export const shareVariable = Type.Number({ minimum: 0, maximum: 1, default: 0, description: 'share' });
