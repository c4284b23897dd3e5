import type { CauseCode, Channel, OtherParty, PaymentWay } from './common.ts';

export type PaymentType = 'unspecified' | 'prepaid' | 'postpaid';
export type CustomerType = 'unspecified' | 'personal' | 'group' | 'family' | 'government_enterprise' | 'public';
export type SubscriptionStatus = 'unspecified' | 'active' | 'suspended' | 'closed';
export type StatusReason = 'unspecified' | 'voluntary' | 'arrears' | 'fraud' | 'other';
export type PortStep = 'unspecified' | 'requested' | 'completed' | 'cancelled';
export type OrderResult = 'unspecified' | 'won' | 'lost' | 'unreachable' | 'expired' | 'cancelled';

export interface Activation {
  readonly type: 'activation';
  readonly channelId: string;
  readonly channel: Channel;
  readonly planId: string;
  readonly transactionAtMs: number;
  readonly entryOfferId: string;
  readonly simId: string;
  readonly paymentType: PaymentType;
}

export interface Reactivation {
  readonly type: 'reactivation';
  readonly channelId: string;
  readonly planId: string;
}

export interface PlanChange {
  readonly type: 'plan_change';
  readonly oldPlanId: string;
  readonly newPlanId: string;
  readonly channel: Channel;
}

export interface ContractStart {
  readonly type: 'contract_start';
  readonly contractId: string;
  readonly campaignId: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly binding: boolean;
  readonly renewal: boolean;
}

export interface ContractEnd {
  readonly type: 'contract_end';
  readonly contractId: string;
  readonly early: boolean;
}

export interface ServiceChange {
  readonly type: 'service_change';
  readonly productId: string;
  readonly kind: 'unspecified' | 'value_added' | 'provider' | 'group' | 'caller_display' | 'forwarding' | 'bundle';
  readonly on: boolean;
  readonly forwardTo: OtherParty | undefined;
  readonly providerId: string;
  readonly channel: Channel;
}

/** Attributes of the subscriber; one left out is unchanged. */
export interface Profile {
  readonly type: 'profile';
  readonly customerId?: string;
  readonly activatedAtMs?: number;
  readonly paymentType?: PaymentType;
  readonly customerType?: CustomerType;
  readonly service?: string;
  readonly planId?: string;
  readonly branchId?: string;
  readonly channelId?: string;
  readonly brand?: string;
  readonly creditClass?: string;
  readonly birthYear?: number;
  readonly sex?: string;
  readonly incomeBand?: string;
  readonly education?: string;
  readonly occupation?: string;
  readonly region?: string;
  readonly identityHash?: string;
  readonly minimumSpendMinor?: number;
  readonly callerDisplay?: boolean;
  readonly broadbandMbps?: number;
  readonly singleProduct?: boolean;
  readonly fused?: boolean;
  readonly areaId?: string;
}

export interface StatusChange {
  readonly type: 'status_change';
  readonly oldStatus: SubscriptionStatus;
  readonly newStatus: SubscriptionStatus;
  readonly reason: StatusReason;
}

/** A monthly bill; `month` is year × 100 + month, amounts are minor units. */
export interface Bill {
  readonly type: 'bill';
  readonly month: number;
  readonly totalMinor: number;
  readonly rentalMinor: number;
  readonly voiceMinor: number;
  readonly messageMinor: number;
  readonly dataMinor: number;
  readonly outOfBundleDataMinor: number;
  readonly valueAddedMinor: number;
  readonly providerMinor: number;
  readonly groupProductMinor: number;
  readonly giftCreditMinor: number;
  readonly discountMinor: number;
  readonly minutes: number;
  readonly bytes: number;
  readonly deliveredAtMs: number;
  readonly disputed: boolean;
}

export interface BalanceSnapshot {
  readonly type: 'balance_snapshot';
  readonly balanceMinor: number;
}

export interface Payment {
  readonly type: 'payment';
  readonly paidMinor: number;
  readonly dueMinor: number;
  readonly overdueDays: number;
  readonly lateFeeMinor: number;
  readonly waivedMinor: number;
  readonly writtenOffMinor: number;
  readonly paymentWay: PaymentWay;
}

export interface DeviceChange {
  readonly type: 'device_change';
  readonly imeiHash: string;
  readonly typeCode: string;
  readonly model: string;
  readonly dualSim: boolean;
}

export interface PortIn {
  readonly type: 'port_in';
  readonly operatorCode: string;
  readonly step: PortStep;
}

export interface PortOut {
  readonly type: 'port_out';
  readonly operatorCode: string;
  readonly step: PortStep;
  readonly cause: CauseCode;
}

export interface ClosureRequest {
  readonly type: 'closure_request';
  readonly reason: StatusReason;
  readonly channel: Channel;
  readonly cause: CauseCode;
}

export interface Deactivation {
  readonly type: 'deactivation';
  readonly reason: StatusReason;
  readonly channel: Channel;
}

export interface Consent {
  readonly type: 'consent';
  readonly marketingAllowed: boolean;
  /** 'unspecified' holds for all channels. */
  readonly channel: Channel;
}

export interface MembershipChange {
  readonly type: 'membership_change';
  readonly groupId: string;
  readonly kind: 'unspecified' | 'family' | 'vpn' | 'fused';
  readonly role: string;
  readonly joined: boolean;
}

export interface ProviderSettlement {
  readonly type: 'provider_settlement';
  readonly month: number;
  readonly providerId: string;
  readonly spendMinor: number;
  readonly settlementMinor: number;
}

export interface CommissionSettlement {
  readonly type: 'commission_settlement';
  readonly channelId: string;
  readonly model: 'unspecified' | 'fixed' | 'share';
  readonly paymentNo: number;
  readonly periodStartsAtMs: number;
  readonly periodEndsAtMs: number;
  readonly share: number;
  readonly amountMinor: number;
}

export interface PromotionGrant {
  readonly type: 'promotion_grant';
  readonly campaignId: string;
  readonly costMinor: number;
  readonly giftValueMinor: number;
  readonly points: number;
  readonly pointsCostMinor: number;
  readonly simFeeMinor: number;
  readonly simCostMinor: number;
}

export interface OrderOutcome {
  readonly type: 'order_outcome';
  readonly workOrderId: string;
  readonly alertId: string;
  /** Number of the episode that the alert opened, from 1. */
  readonly episode: number;
  readonly result: OrderResult;
  readonly cause: CauseCode;
  readonly offerId: string;
}

export type AccountBody =
  | Activation
  | Reactivation
  | PlanChange
  | ContractStart
  | ContractEnd
  | ServiceChange
  | Profile
  | StatusChange
  | Bill
  | BalanceSnapshot
  | Payment
  | DeviceChange
  | PortIn
  | PortOut
  | ClosureRequest
  | Deactivation
  | Consent
  | MembershipChange
  | ProviderSettlement
  | CommissionSettlement
  | PromotionGrant
  | OrderOutcome;
