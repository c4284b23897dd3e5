import type { CauseCode, CellLocation, Channel } from './common.ts';

/** A complaint at one of its steps; `complaintId` is the same at every step. */
export interface Complaint {
  readonly type: 'complaint';
  readonly complaintId: string;
  readonly cause: 'unspecified' | 'service' | 'transaction' | 'information' | 'price' | 'technical';
  readonly channel: Channel;
  readonly justified?: boolean;
  readonly step: 'unspecified' | 'received' | 'classified' | 'investigating' | 'handled' | 'reported_back' | 'archived';
  readonly openedAtMs: number;
  readonly closedAtMs: number;
  readonly result: string;
}

export interface Survey {
  readonly type: 'survey';
  readonly surveyId: string;
  readonly kind: 'unspecified' | 'fault' | 'service' | 'exit' | 'satisfaction';
  readonly aboutId: string;
  /** 0 (worst) to 10. */
  readonly score?: number;
  readonly cause: CauseCode;
  readonly answers: Readonly<Record<string, string>>;
}

/** A contact with a person of the operator. `matchedTerms` are terms found in what was said, never the text itself. */
export interface AgentContact {
  readonly type: 'agent_contact';
  readonly contactId: string;
  readonly channel: Channel;
  readonly waitS: number;
  readonly handleS: number;
  readonly topic: string;
  readonly matchedTerms: readonly string[];
  readonly resolved: boolean;
  readonly representativeId: string;
}

export interface PlanQuery {
  readonly type: 'plan_query';
  /** 'own' for the operator itself. */
  readonly operatorCode: string;
  readonly planId: string;
  readonly channel: Channel;
}

export interface PortOutEnquiry {
  readonly type: 'port_out_enquiry';
  readonly operatorCode: string;
  readonly channel: Channel;
  readonly cause: CauseCode;
}

/** A fault, when reported and when repaired; `faultId` is the same at every step. */
export interface Fault {
  readonly type: 'fault';
  readonly faultId: string;
  readonly service: string;
  readonly step: 'unspecified' | 'reported' | 'repaired';
  readonly reportedAtMs: number;
  readonly repairedAtMs: number;
  readonly location: CellLocation | undefined;
}

export interface AppActivity {
  readonly type: 'app_activity';
  readonly kind: 'unspecified' | 'login' | 'visit' | 'post';
  readonly count: number;
}

export interface SocialMention {
  readonly type: 'social_mention';
  readonly source: string;
  readonly matchedTerms: readonly string[];
  /** -1 to 1. */
  readonly sentiment: number;
}

export interface RivalEventAttendance {
  readonly type: 'rival_event_attendance';
  readonly partnerId: string;
  readonly operatorCode: string;
}

export interface CampaignContact {
  readonly type: 'campaign_contact';
  readonly campaignId: string;
  readonly offerId: string;
  readonly channel: Channel;
  readonly response: 'unspecified' | 'accepted' | 'refused' | 'none' | 'unreachable';
}

export interface Lead {
  readonly type: 'lead';
  readonly source: Channel;
  readonly need: string;
  readonly productId: string;
}

export type CareBody =
  | Complaint
  | Survey
  | AgentContact
  | PlanQuery
  | PortOutEnquiry
  | Fault
  | AppActivity
  | SocialMention
  | RivalEventAttendance
  | CampaignContact
  | Lead;
