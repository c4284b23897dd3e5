import type { Network, OtherParty, PartyKind } from '../../core/events/common.ts';

/** A telephone line as others call it. It may move to another operator, be replaced by another line, or end. */
export interface Line {
  readonly party: OtherParty;
  change?: LineChange;
}

export interface LineChange {
  readonly fromMs: number;
  /** The line by which the same person is reached from then on; undefined where nobody knows one. */
  readonly to: Line | undefined;
}

export function createLine(partyId: string, operatorCode: string, kind: PartyKind = 'person'): Line {
  return { party: { partyId, operatorCode, network: networkOf(operatorCode), kind } };
}

/** The line by which the person is reached at an instant. */
export function lineAt(line: Line, atMs: number): Line | undefined {
  let current: Line | undefined = line;
  while (current?.change !== undefined && atMs >= current.change.fromMs) current = current.change.to;
  return current;
}

function networkOf(operatorCode: string): Network {
  if (operatorCode === 'own') return 'on_net';
  return operatorCode === 'abroad' ? 'international' : 'off_net';
}
