import { counted, formatValue } from '../format-value.ts';
import { rounded } from '../write-number.ts';
import { changing } from './change-words.ts';
import { daysSinceLast } from './day-words.ts';
import { toneAgainst, type Fact, type FeatureWords, type Text, type WordsTable } from './fact.ts';
import { counting, inWindow } from './level-words.ts';
import { sharing } from './share-words.ts';

const complaints = counting(
  { label: { en: 'Complaints', zh: '投诉次数' }, did: 'Made', does: 'makes', zh: '投诉', more: 'leaving' },
  { one: 'complaint', many: 'complaints', measure: '次' },
);
const agentContacts = counting(
  {
    label: { en: 'Contacts with an agent', zh: '人工服务次数' },
    did: 'Had',
    does: 'has',
    zh: '联系人工客服',
    more: 'leaving',
  },
  { one: 'contact with an agent', many: 'contacts with an agent', measure: '次' },
);
const rivalSigns = counting(
  {
    label: { en: 'Signs of interest in a rival', zh: '关注竞争对手的迹象次数' },
    did: 'Gave',
    does: 'gives',
    zh: '出现关注竞争对手的迹象',
    more: 'leaving',
  },
  { one: 'sign of interest in a rival', many: 'signs of interest in a rival', measure: '次' },
);
const portOutEnquiries = counting(
  {
    label: { en: 'Questions about taking the number away', zh: '携号转出咨询次数' },
    did: 'Asked',
    does: 'asks',
    doesNone: 'does not ask',
    zh: '咨询携号转出',
    more: 'leaving',
  },
  {
    one: 'time about taking the number away',
    many: 'times about taking the number away',
    none: 'Did not ask about taking the number away',
    measure: '次',
  },
);

const NO_AGENT: Fact = {
  en: 'No contact with an agent is on record for the last 90 days',
  zh: '近90天没有人工服务记录',
  tone: undefined,
};

const OPEN_FAULT: FeatureWords = {
  label: { en: 'Oldest open fault', zh: '最久未修复的故障' },
  stand: (value) => (value === 0 ? { en: 'none', zh: '没有' } : wait(value)),
  say({ value }) {
    if (Number.isNaN(value))
      return { en: 'Whether a fault is open is not known', zh: '是否有未修复的故障未知', tone: undefined };
    return value === 0
      ? { en: 'No fault is open', zh: '没有未修复的故障', tone: 'staying' }
      : { en: `A fault has been open for ${wait(value).en}`, zh: `有故障已${wait(value).zh}未修复`, tone: 'leaving' };
  },
};

const FAULT_SURVEY: FeatureWords = {
  label: { en: 'Satisfaction after a fault', zh: '故障后满意度' },
  stand: (value) => ({ en: `${rounded(value, 1)} out of 10`, zh: `${rounded(value, 1)}分` }),
  say({ value }) {
    if (Number.isNaN(value)) {
      return { en: 'No survey after a fault in the last 90 days', zh: '近90天没有故障后满意度回访', tone: undefined };
    }
    const score = rounded(value, 1);
    const tone = toneAgainst(value, 6.5, 'staying');
    return {
      en: `Gave ${score} out of 10 in the survey after a fault`,
      zh: `故障后满意度评分为${score}分（满分10分）`,
      tone,
    };
  },
};

/** Complaints, contacts, faults, use of the app and signs of a rival. */
export const CARE_WORDS: WordsTable = {
  complaints_90d: inWindow(complaints, 90),
  agent_contacts_30d: inWindow(agentContacts, 30),
  agent_handle_seconds_mean_90d: agentTime({ en: 'Talks with an agent took', zh: '人工服务平均用时' }),
  agent_wait_seconds_mean_90d: agentTime({ en: 'Waiting for an agent took', zh: '等待人工服务平均用时' }),
  unresolved_contact_share_90d: sharing({
    of: 'contacts with an agent in the last 90 days',
    did: 'left the matter unresolved',
    zh: '近90天人工服务中未解决占比',
    nothing: NO_AGENT,
    more: 'leaving',
  }),
  open_fault_hours: OPEN_FAULT,
  fault_survey_score: FAULT_SURVEY,
  rival_contacts_30d: inWindow(rivalSigns, 30),
  port_out_enquiries_90d: inWindow(portOutEnquiries, 90),
  days_since_app_activity: daysSinceLast({ en: 'use of the app', zh: '使用掌厅' }),
  app_activities_change_30d: changing({
    what: { en: 'uses of the app', zh: '掌厅使用次数' },
    stopped: 'Use of the app stopped',
    nothing: 'The app was not used',
    when: { en: 'in the last 30 days', zh: '近30天' },
    before: { en: 'the 30 days before', zh: '此前30天' },
    needsDays: 60,
    more: 'staying',
  }),
};

/** Mean time of contacts; there is none where there was no contact. */
function agentTime(what: Text): FeatureWords {
  return {
    say({ value, typical }) {
      if (Number.isNaN(value)) return NO_AGENT;
      const found = formatValue(value, 'seconds');
      const fact = {
        en: `${what.en} ${found.en} on average over the last 90 days`,
        zh: `近90天${what.zh}${found.zh}`,
      };
      if (typical === undefined) return { ...fact, tone: undefined };
      const usual = formatValue(typical, 'seconds');
      return usual.en === found.en
        ? { en: `${fact.en}, like a typical customer's`, zh: `${fact.zh}，与一般客户相当`, tone: undefined }
        : {
            en: `${fact.en}; for a typical customer ${usual.en}`,
            zh: `${fact.zh}，一般客户为${usual.zh}`,
            tone: toneAgainst(value, typical, 'leaving'),
          };
    },
  };
}

function wait(hours: number): Text {
  return hours < 48
    ? counted(Math.max(1, Math.round(hours)), 'hour', '小时')
    : counted(Math.floor(hours / 24), 'day', '天');
}
