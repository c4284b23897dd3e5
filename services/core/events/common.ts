export type Direction = 'unspecified' | 'mobile_originated' | 'mobile_terminated' | 'forwarded';
export type Network = 'unspecified' | 'on_net' | 'off_net' | 'international';
export type PartyKind = 'unspecified' | 'person' | 'service' | 'free' | 'rival_hotline';

/** The other side of a call or message. `partyId` is a pseudonym made with the subscribers' key; '' for service numbers. */
export interface OtherParty {
  readonly partyId: string;
  readonly operatorCode: string;
  readonly network: Network;
  readonly kind: PartyKind;
}

export interface CellLocation {
  readonly cellId: string;
  readonly areaId: string;
  readonly plmnId: string;
  readonly roamingArea: string;
}

export type Channel =
  | 'unspecified'
  | 'own_shop'
  | 'social'
  | 'direct_card_supply'
  | 'web'
  | 'app'
  | 'hotline'
  | 'sms'
  | 'outbound_call'
  | 'self_service'
  | 'payment_provider'
  | 'visit'
  | 'other';

export type PaymentWay = 'unspecified' | 'cash' | 'voucher' | 'bank' | 'wallet' | 'direct_debit';

/** The one list of causes that desks and surveys share. */
export type CauseCode =
  | 'unspecified'
  | 'service'
  | 'network'
  | 'price'
  | 'plan'
  | 'product'
  | 'experience'
  | 'communication'
  | 'rival'
  | 'policy'
  | 'need'
  | 'life'
  | 'other';
