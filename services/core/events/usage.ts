import type { CellLocation, Channel, Direction, OtherParty, PaymentWay } from './common.ts';

/** A voice call, or a slice of one (`recordSequenceNumber` ≥ 1; 0 is a whole call). */
export interface Call {
  readonly type: 'call';
  readonly direction: Direction;
  readonly otherParty: OtherParty | undefined;
  readonly durationS: number;
  readonly billedDurationS: number;
  readonly chargeMinor: number;
  readonly scope: 'unspecified' | 'local' | 'long_distance' | 'international' | 'roaming';
  readonly result: 'unspecified' | 'answered' | 'failed' | 'dropped';
  readonly location: CellLocation | undefined;
  readonly imeiHash: string;
  readonly forwardedTo: OtherParty | undefined;
  readonly inVpn: boolean;
  readonly callReference: string;
  readonly recordSequenceNumber: number;
}

/** A data session, or a slice of one (`recordSequenceNumber` ≥ 1; 0 is a whole session). */
export interface DataSession {
  readonly type: 'data_session';
  readonly durationS: number;
  readonly upBytes: number;
  readonly downBytes: number;
  readonly access: 'unspecified' | 'mobile' | 'wireless_broadband' | 'fixed';
  readonly radioGeneration: 'unspecified' | '2g' | '3g' | '4g' | '5g';
  readonly chargeMinor: number;
  readonly outOfBundleBytes: number;
  /** Part of `chargeMinor`. */
  readonly outOfBundleChargeMinor: number;
  readonly meanKbps: number;
  readonly location: CellLocation | undefined;
  readonly imeiHash: string;
  readonly roaming: boolean;
  readonly chargingId: string;
  readonly recordSequenceNumber: number;
}

export interface Message {
  readonly type: 'message';
  readonly kind: 'unspecified' | 'sms' | 'mms';
  readonly direction: Direction;
  readonly otherParty: OtherParty | undefined;
  readonly chargeMinor: number;
  readonly location: CellLocation | undefined;
  readonly imeiHash: string;
}

export interface TopUp {
  readonly type: 'top_up';
  /** Negative for a reversal. */
  readonly amountMinor: number;
  readonly channel: Channel;
  readonly paymentWay: PaymentWay;
  readonly balanceAfterMinor?: number;
}

export interface LocationUpdate {
  readonly type: 'location_update';
  readonly location: CellLocation | undefined;
}

export type UsageBody = Call | DataSession | Message | TopUp | LocationUpdate;
