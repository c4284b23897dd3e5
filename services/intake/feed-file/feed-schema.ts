import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Mapping, MappingUse } from './mapping-schema.ts';

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1 });
const Minutes = Type.Number({ minimum: 0 });

const Source = Type.Union([
  Type.Object({ type: Type.Literal('file'), path: Text }, closed),
  Type.Object(
    {
      type: Type.Literal('folder'),
      path: Text,
      pattern: Type.Optional(Type.String({ minLength: 1, description: 'Names of files, * and ?. Default *' })),
      watch: Type.Optional(Type.Boolean({ description: 'Go on with files that come later. Default false' })),
      settleSeconds: Type.Optional(
        Type.Number({ minimum: 0, description: 'A watched file is complete when unchanged for so long. Default 5' }),
      ),
    },
    closed,
  ),
  Type.Object({ type: Type.Literal('stdin') }, closed),
  Type.Object({ type: Type.Literal('topic'), topic: Text, groupId: Type.Optional(Text) }, closed),
]);

const quietAfterMinutes = Type.Optional(
  Type.Number({
    exclusiveMinimum: 0,
    description:
      'A live source read to its end for so long counts as "nothing happened". Left out: a quiet feed holds time back',
  }),
);

const maxStepHours = Type.Optional(
  Type.Number({
    exclusiveMinimum: 0,
    description:
      'How far one row may lead progress on; one farther ahead counts when 3 further rows lie at or beyond it, for its clock may be wrong. Default 24',
  }),
);

const Progress = Type.Union([
  Type.Object({ mode: Type.Literal('ordered'), maxStepHours, quietAfterMinutes }, closed),
  Type.Object({ mode: Type.Literal('bounded-disorder'), minutes: Minutes, maxStepHours, quietAfterMinutes }, closed),
  Type.Object(
    {
      mode: Type.Literal('end-of-file'),
      fileNameTime: Type.Optional(
        Type.Object(
          {
            format: Type.String({
              minLength: 1,
              description: 'Pattern of the time in the file name, of fixed length: no xx, iso or epoch',
            }),
            timeZone: Type.Optional(Text),
          },
          { ...closed, description: 'A file is complete through the time in its name, instead of its newest row' },
        ),
      ),
      maxStepHours,
      quietAfterMinutes,
    },
    closed,
  ),
  Type.Object(
    { mode: Type.Literal('stated') },
    { ...closed, description: 'The source holds marks (contract-json only)' },
  ),
]);

const Rejects = Type.Object(
  {
    maxShare: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Above it the feed stops. Default 0.05' }),
    ),
    topic: Type.Optional(Type.String({ minLength: 1, description: 'Topic for rejects instead of files' })),
  },
  closed,
);

/** One feed: where its rows come from and what they mean. */
export const FeedFile = Type.Object(
  {
    feed: Type.String({
      pattern: '^[a-z][a-z0-9_-]{0,62}$',
      description: 'Name of the feed, as in the policy’s required feeds',
    }),
    source: Source,
    progress: Progress,
    rejects: Type.Optional(Rejects),
    rowsPerSecond: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Upper limit. Left out: none' })),
    mapping: Type.Union([
      Type.String({ minLength: 1, description: 'Name of a ready mapping, or a file beside the feed file' }),
      MappingUse,
      Mapping,
    ]),
  },
  { ...closed, title: 'Feed', description: 'A feed of the churn-warning intake' },
);

export type FeedFile = Static<typeof FeedFile>;
export type FeedSource = Static<typeof Source>;
export type FeedProgressRule = Static<typeof Progress>;
export type FeedRejects = Static<typeof Rejects>;
