/**
 * What a retention desk talks about. Features that tell one story move together: their contributions are added up, and
 * one sentence speaks for all of them.
 */
const FEATURES_BY_STORY = [
  [
    'outgoing_calls',
    [
      'mo_calls_7d',
      'mo_calls_28d',
      'mo_calls_per_day_90d',
      'mo_seconds_28d',
      'mo_seconds_per_day_90d',
      'mo_calls_change_28d',
      'mo_seconds_change_28d',
      'mo_calls_pace_14v56d',
      'mo_calls_pace_28v56d',
      'mo_share_of_calls_change_28v56d',
      'mo_calls_7d_share_of_28d',
      'days_since_mo_call',
      'mo_call_days_28d',
      'international_call_share_90d',
    ],
  ],
  [
    'incoming_calls',
    [
      'mt_calls_7d',
      'mt_calls_28d',
      'mt_calls_per_day_90d',
      'mt_calls_change_28d',
      'mt_calls_pace_28v56d',
      'days_since_mt_call',
    ],
  ],
  [
    'messages',
    [
      'mo_messages_7d',
      'mo_messages_28d',
      'mo_messages_per_day_90d',
      'mt_messages_28d',
      'mt_messages_per_day_90d',
      'mo_messages_change_28d',
      'days_since_mo_message',
      'days_since_mt_message',
    ],
  ],
  [
    'data_use',
    [
      'data_sessions_28d',
      'data_bytes_7d',
      'data_bytes_28d',
      'data_bytes_per_day_90d',
      'data_bytes_change_30d',
      'days_since_data_session',
      'data_days_28d',
    ],
  ],
  [
    'activity',
    [
      'days_since_own_activity',
      'active_days_7d',
      'active_days_28d',
      'active_days_90d',
      'active_days_change_28d',
      'longest_gap_days_28d',
      'longest_gap_days_90d',
    ],
  ],
  ['circle', ['distinct_contacts_7d', 'distinct_contacts_28d']],
  [
    'rival_network',
    [
      'mo_off_net_seconds_28d',
      'rival_forwards_60d',
      'on_net_call_share_28d',
      'off_net_call_share_28d',
      'off_net_message_share_28d',
      'off_net_call_share_change_14v56d',
      'rival_contacts_30d',
    ],
  ],
  ['port_out', ['port_out_enquiries_90d']],
  ['spend', ['spend_7d', 'spend_28d', 'monthly_spend', 'spend_change_28d', 'out_of_bundle_share_28d']],
  ['bills', ['bill_change_1m', 'bill_falling_2m', 'bill_out_of_bundle_share_change_1m']],
  [
    'top_ups',
    [
      'top_ups_28d',
      'top_ups_90d',
      'top_up_sum_28d',
      'top_up_per_day_90d',
      'days_since_top_up',
      'top_up_overdue_90d',
      'top_up_cycle_90d',
    ],
  ],
  ['balance', ['balance', 'revenue_reserve_months']],
  ['faults_and_failures', ['failed_calls_28d', 'failed_call_share_28d', 'open_fault_hours', 'fault_survey_score']],
  [
    'complaints_and_care',
    [
      'complaints_90d',
      'agent_contacts_30d',
      'agent_handle_seconds_mean_90d',
      'agent_wait_seconds_mean_90d',
      'unresolved_contact_share_90d',
    ],
  ],
  ['app_use', ['days_since_app_activity', 'app_activities_change_30d']],
  ['tenure', ['tenure_days']],
  ['history_length', ['observed_days']],
  ['contract', ['contract_days_left', 'account_changes_30d', 'is_postpaid']],
] as const;

export type Story = (typeof FEATURES_BY_STORY)[number][0];

const STORY_OF: ReadonlyMap<string, Story> = new Map(
  FEATURES_BY_STORY.flatMap(([story, features]) => features.map((feature) => [feature, story] as const)),
);

/** Every story with the names of the features that tell it, in a fixed order. */
export const STORIES: readonly { readonly story: Story; readonly features: readonly string[] }[] =
  FEATURES_BY_STORY.map(([story, features]) => ({ story, features }));

/** The one story that a feature belongs to. @throws RangeError for a feature that has none. */
export function storyOf(feature: string): Story {
  const story = STORY_OF.get(feature);
  if (story === undefined) throw new RangeError(`feature ${feature} belongs to no story`);
  return story;
}
