interface TruthHead {
  readonly subscriberId: string;
  /** When the subscriber first behaved differently. */
  readonly onsetAtMs: number;
  /** From here on there is no activity; `silence` has no event that says so. */
  readonly churnedAtMs: number;
  readonly ending: 'silence' | 'deactivation' | 'port_out';
  /** Pseudonym under which contacts reach the person afterwards: the same after a port-out, '' where nobody knows. */
  readonly reachableAs: string;
}

/** What was planted, subscriber by subscriber; whoever is not listed does not churn. */
export type GroundTruth = TruthHead &
  (
    | { readonly mechanism: 'slow_fade' }
    | { readonly mechanism: 'abrupt_stop' }
    | { readonly mechanism: 'price_shock'; readonly contractId: string; readonly contractEndedAtMs: number }
    | {
        readonly mechanism: 'service_pain';
        readonly complaintIds: readonly string[];
        readonly faultIds: readonly string[];
      }
    | {
        readonly mechanism: 'rival_poaching';
        readonly operatorCode: string;
        /** The member of the circle who left first; a follower's own id differs. */
        readonly ledBySubscriberId: string;
      }
    | { readonly mechanism: 'second_sim'; readonly operatorCode: string; readonly rivalPartyId: string }
    | { readonly mechanism: 'leave_and_rejoin'; readonly successorSubscriberId: string; readonly sameDevice: boolean }
    | { readonly mechanism: 'farmed_sim'; readonly channelId: string; readonly imeiHash: string }
  );

export type Mechanism = GroundTruth['mechanism'];
