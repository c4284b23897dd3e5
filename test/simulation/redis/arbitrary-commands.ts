import fc from 'fast-check';

/** An argument: text or bytes as they are, or the id that the stream command of that number was given. */
export type CommandArgument = string | Uint8Array | { readonly streamId: number };

export interface ArbitraryCommand {
  readonly name: string;
  readonly args: readonly CommandArgument[];
  /** Sent through a script that hands it on. */
  readonly isScript: boolean;
}

type Argument = fc.Arbitrary<CommandArgument>;

const scoreTexts = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map(String),
  fc.constantFrom('1.5', '1e1', '-inf', 'inf', '+Infinity', 'x', '1763856000000'),
);
const value: Argument = fc.oneof(fc.constantFrom('', 'a', '转网', '10'), fc.uint8Array({ maxLength: 6 }));
const member: Argument = fc.oneof(
  fc.constantFrom('a', 'b', 'B', '转', '😀', ''),
  fc.uint8Array({ minLength: 1, maxLength: 2 }),
);
const field: Argument = fc.constantFrom('f', 'g', 'h\u0000', '转');
const place: Argument = fc.oneof(fc.integer({ min: -6, max: 6 }).map(String), fc.constantFrom('x', '', '01', '-0'));
const score: Argument = scoreTexts;
const scoreBound: Argument = fc.oneof(
  scoreTexts,
  scoreTexts.map((text) => `(${text}`),
);
const memberBound: Argument = fc.constantFrom('-', '+', '[a', '(a', '[转', '(b', 'a', '[', '(', '');
const limit = fc.tuple(fc.constant('LIMIT'), place, place);
const streamId: Argument = fc.oneof(
  fc.nat({ max: 8 }).map((number) => ({ streamId: number })),
  fc.constantFrom('-', '+', '0', '1-1', 'x'),
);

/** Keys mostly hold what the command is for: 0 text, 1 hash, 2 list, 3 and 4 sorted sets, 5 stream. */
function keyOf(kind: number): Argument {
  return fc
    .oneof(
      { weight: 12, arbitrary: fc.constantFrom(`${kind}`, `${kind}:other`) },
      { weight: 1, arbitrary: fc.constantFrom('0', '1', '2', '3', ...(kind === 0 ? [] : ['5'])) },
    )
    .map((key) => `key ${key}`);
}

function command(name: string, ...parts: readonly fc.Arbitrary<CommandArgument | readonly CommandArgument[]>[]) {
  return fc.tuple(...parts).map((args) => ({ name, args: args.flatMap((arg) => (isMany(arg) ? arg : [arg])) }));
}

function isMany(arg: CommandArgument | readonly CommandArgument[]): arg is readonly CommandArgument[] {
  return Array.isArray(arg);
}

function many(...parts: readonly Argument[]): fc.Arbitrary<readonly CommandArgument[]> {
  return fc.array(fc.tuple(...parts), { minLength: 1, maxLength: 4 }).map((groups) => groups.flat());
}

function perhaps(part: fc.Arbitrary<readonly CommandArgument[]>): fc.Arbitrary<readonly CommandArgument[]> {
  return fc.oneof(fc.constant([]), part);
}

const [text, hash, list, scored, named, stream] = [0, 1, 2, 3, 4, 5].map(keyOf);
if (!text || !hash || !list || !scored || !named || !stream) throw new Error('a kind of key is missing');

/** There is one stream and nothing overwrites it, so that it never gives an id twice, however little time has passed. */
const onlyStream: Argument = fc.constant('key 5');

const forms = {
  MGET: command('MGET', many(text)),
  MSET: command('MSET', many(text, value)),
  HGET: command('hget', hash, field),
  HMGET: command('HMGET', hash, many(field)),
  HSET: command('HSET', hash, many(field, value)),
  HSETNX: command('HSETNX', hash, field, value),
  HEXISTS: command('HEXISTS', hash, field),
  RPUSH: command('RPUSH', list, many(value)),
  LRANGE: command('LRANGE', list, place, place),
  LINDEX: command('LINDEX', list, place),
  LTRIM: command('LTRIM', list, place, place),
  ZADD: command('ZADD', scored, many(score, member)),
  'ZADD of one score': command('ZADD', named, many(fc.constant('0'), member)),
  ZREM: command('ZREM', fc.oneof(scored, named), many(member)),
  ZCARD: command('ZCARD', scored),
  ZCOUNT: command('ZCOUNT', scored, scoreBound, scoreBound),
  ZRANGE: command('ZRANGE', scored, place, place),
  ZRANGEBYSCORE: command('ZRANGEBYSCORE', scored, scoreBound, scoreBound, perhaps(limit)),
  ZRANGEBYLEX: command('ZRANGEBYLEX', named, memberBound, memberBound, perhaps(limit)),
  XADD: command('XADD', onlyStream, fc.constant('*'), many(field, value)),
  XRANGE: command('XRANGE', stream, streamId, streamId, perhaps(fc.tuple(fc.constant('COUNT'), place))),
  XDEL: command('XDEL', stream, many(streamId)),
  XLEN: command('XLEN', stream),
};

/** Every simulated command, with a wrong number of arguments now and then. */
export const arbitraryCommand: fc.Arbitrary<ArbitraryCommand> = fc
  .tuple(
    fc.oneof(...Object.values(forms)),
    fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 2) }),
    fc.boolean(),
  )
  .map(([{ name, args }, dropped, isScript]) => {
    // Half an option is beyond the simulation.
    const least = args.includes('LIMIT') || args.includes('COUNT') ? args.length : 0;
    return { name, args: args.slice(0, Math.max(args.length - dropped, least)), isScript };
  });

/** All that commands can read, for the comparison at the end. */
export const readingCommands: readonly ArbitraryCommand[] = ['', ':other'].flatMap((suffix) =>
  [
    ['MGET', `key 0${suffix}`],
    ['HMGET', `key 1${suffix}`, 'f', 'g', 'h\u0000', '转'],
    ['LRANGE', `key 2${suffix}`, '0', '-1'],
    ['ZRANGE', `key 3${suffix}`, '0', '-1'],
    ['ZRANGE', `key 4${suffix}`, '0', '-1'],
    ['XRANGE', `key 5${suffix}`, '-', '+'],
  ].map(([name = '', ...args]) => ({ name, args, isScript: false })),
);
