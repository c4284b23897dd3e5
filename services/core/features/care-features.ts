import { ratio } from './feature.ts';
import type { Feature } from './feature.ts';
import { previousOf, sumOf } from './feature-view.ts';

const HOUR_MS = 3_600_000;
/** A survey after a fault speaks for this long. */
const FAULT_SURVEY_DAYS = 90;

/** Complaints, contacts, faults and signs of a rival. */
export const CARE_FEATURES: readonly Feature[] = [
  {
    name: 'complaints_90d',
    unit: 'count',
    windowDays: 90,
    source: 'complaint',
    meaning: { en: 'complaints opened in the last 90 days', zh: '近90天投诉次数' },
    valueOf({ state, asOfDay }) {
      let count = 0;
      for (const { firstDay } of state.complaints) if (firstDay > asOfDay - 90 && firstDay <= asOfDay) count++;
      return count;
    },
  },
  {
    name: 'agent_contacts_30d',
    unit: 'count',
    windowDays: 30,
    source: 'agent_contact',
    meaning: { en: 'contacts with a representative in the last 30 days', zh: '近30天人工服务次数' },
    valueOf: (view) => sumOf(view, 'agentContacts', 30),
  },
  {
    name: 'agent_handle_seconds_mean_90d',
    unit: 'seconds',
    windowDays: 90,
    source: 'agent_contact',
    meaning: { en: 'mean handling time of contacts in the last 90 days', zh: '近90天人工服务平均时长' },
    valueOf: (view) => ratio(sumOf(view, 'agentHandleSeconds', 90), sumOf(view, 'agentContacts', 90)),
  },
  {
    name: 'agent_wait_seconds_mean_90d',
    unit: 'seconds',
    windowDays: 90,
    source: 'agent_contact',
    meaning: { en: 'mean waiting time for a representative in the last 90 days', zh: '近90天人工服务平均等待时长' },
    valueOf: (view) => ratio(sumOf(view, 'agentWaitSeconds', 90), sumOf(view, 'agentContacts', 90)),
  },
  {
    name: 'unresolved_contact_share_90d',
    unit: 'ratio',
    windowDays: 90,
    source: 'agent_contact',
    meaning: { en: 'share of contacts left unresolved in the last 90 days', zh: '近90天未解决的人工服务占比' },
    valueOf: (view) => ratio(sumOf(view, 'unresolvedContacts', 90), sumOf(view, 'agentContacts', 90)),
  },
  {
    name: 'open_fault_hours',
    unit: 'hours',
    windowDays: undefined,
    source: 'fault',
    meaning: { en: 'hours that the oldest open fault has waited', zh: '最久未修复故障的等待小时数' },
    valueOf({ state, asOfMs }) {
      let longest = 0;
      for (const { reportedAtMs, repairedAtMs } of state.faults) {
        if (repairedAtMs === 0 && reportedAtMs <= asOfMs)
          longest = Math.max(longest, (asOfMs - reportedAtMs) / HOUR_MS);
      }
      return longest;
    },
  },
  {
    name: 'fault_survey_score',
    unit: 'score',
    windowDays: FAULT_SURVEY_DAYS,
    source: 'survey',
    meaning: { en: 'latest satisfaction after a fault, 0 to 10', zh: '最近一次故障后满意度（0—10分）' },
    valueOf: ({ state: { faultSurveyScore }, asOfDay, calendar }) =>
      faultSurveyScore !== undefined && calendar.dayOf(faultSurveyScore.atMs) > asOfDay - FAULT_SURVEY_DAYS
        ? faultSurveyScore.value
        : Number.NaN,
  },
  {
    name: 'rival_contacts_30d',
    unit: 'count',
    windowDays: 30,
    source: 'call, plan_query, agent_contact, social_mention, rival_event_attendance',
    meaning: { en: 'signs of interest in a rival in the last 30 days', zh: '近30天关注竞争对手的迹象次数' },
    valueOf: (view) => sumOf(view, 'rivalContacts', 30),
  },
  {
    name: 'port_out_enquiries_90d',
    unit: 'count',
    windowDays: 90,
    source: 'port_out_enquiry, port_out',
    meaning: { en: 'questions about taking the number away in the last 90 days', zh: '近90天携号转出咨询次数' },
    valueOf: (view) => sumOf(view, 'portOutEnquiries', 90),
  },
  {
    name: 'app_activities_change_30d',
    unit: 'ratio',
    windowDays: 60,
    source: 'app_activity',
    meaning: { en: 'app use of the last 30 days against the 30 before', zh: '近30天掌厅使用与此前30天之比' },
    valueOf: (view) => ratio(sumOf(view, 'appActivities', 30), previousOf(view, 'appActivities', 30, 60)),
  },
];
