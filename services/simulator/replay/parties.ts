import type { OtherParty } from '../../core/events/common.ts';

/** The source does not say who was called, only in which network: parties have no id, and contacts cannot be counted. */
export const PARTIES = {
  on_net: partyIn('on_net'),
  off_net: partyIn('off_net'),
  international: partyIn('international'),
  unspecified: undefined,
} satisfies Record<string, OtherParty | undefined>;

function partyIn(network: OtherParty['network']): OtherParty {
  return Object.freeze({ partyId: '', operatorCode: '', network, kind: 'unspecified' });
}
