/** What the server answers: nil, an integer, bytes, a status, an error, or a list of these. */
export type Reply = null | number | Uint8Array | StatusReply | ErrorReply | readonly Reply[];

export interface StatusReply {
  readonly status: string;
}

export interface ErrorReply {
  /** As on the wire, code first: "WRONGTYPE Operation against …". */
  readonly error: string;
}

/** Thrown by commands where Redis answers an error; the server turns it into a reply. */
export class RefusedCommandError extends Error {
  override readonly name = 'RefusedCommandError';
}

/** What Redis can do and the simulation cannot: never an answer, always the end of the run. */
export class BeyondSimulationError extends Error {
  override readonly name = 'BeyondSimulationError';
}

export const OK: StatusReply = { status: 'OK' };

export function isList(reply: Reply): reply is readonly Reply[] {
  return Array.isArray(reply);
}

export function isError(reply: Reply): reply is ErrorReply {
  return typeof reply === 'object' && reply !== null && 'error' in reply;
}
