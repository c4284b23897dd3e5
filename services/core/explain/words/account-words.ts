import { counted } from '../format-value.ts';
import { longTime } from './day-words.ts';
import { toneAgainst, type FeatureWords, type Text, type WordsTable } from './fact.ts';
import { counting, inWindow } from './level-words.ts';

const changes = counting(
  {
    label: { en: 'Changes of plan or services', zh: '业务变更次数' },
    did: 'Made',
    does: 'makes',
    zh: '变更业务',
    more: undefined,
  },
  { one: 'change of plan or services', many: 'changes of plan or services', measure: '次' },
);

/** "for 14 months"; "since today". */
function forTime(days: number): Text {
  const { en, zh } = longTime(days);
  return days < 1 ? { en: 'since today', zh: '今天入网' } : { en: `for ${en}`, zh: `在网${zh}` };
}

/** "Has been a customer for more than 6 years; a typical one for more than 2 years". */
const TENURE: FeatureWords = {
  label: { en: 'Time as a customer', zh: '在网时长' },
  stand: (days) => (days >= 0 && days < 1 ? { en: 'since today', zh: '今天入网' } : longTime(days)),
  say({ value, typical }) {
    if (Number.isNaN(value))
      return { en: 'The start of the subscription is not on record', zh: '没有入网日期记录', tone: undefined };
    if (value < 0) return { en: 'The subscription has not begun yet', zh: '尚未入网', tone: undefined };
    const found = forTime(value);
    const fact = {
      en: `Has been a customer ${found.en}`,
      zh: value < 1 ? found.zh : `在网已有${longTime(value).zh}`,
    };
    if (typical === undefined) return { ...fact, tone: undefined };
    const usual = forTime(typical);
    return usual.en === found.en
      ? { en: `${fact.en}, like a typical customer`, zh: `${fact.zh}，与一般客户相当`, tone: undefined }
      : {
          en: `${fact.en}; a typical one ${usual.en}`,
          zh: `${fact.zh}，一般客户${usual.zh}`,
          tone: toneAgainst(value, typical, 'staying'),
        };
  },
};

const OBSERVED: FeatureWords = {
  label: { en: 'Days on record', zh: '有记录的天数' },
  say({ value }) {
    if (Number.isNaN(value))
      return { en: 'How long there have been records is not known', zh: '记录的起点未知', tone: undefined };
    if (value < 1) return { en: 'Records have only just begun', zh: '记录刚刚开始', tone: 'leaving' };
    const days = counted(Math.floor(value), 'day', '天');
    return value >= 90
      ? { en: 'There are records of the last 90 days and more', zh: '有近90天以上的完整记录', tone: 'staying' }
      : { en: `There are records of the last ${days.en} only`, zh: `只有近${days.zh}的记录`, tone: 'leaving' };
  },
};

const CONTRACT: FeatureWords = {
  label: { en: 'Contract', zh: '合约' },
  stand(value) {
    const days = counted(Math.abs(value), 'day', '天');
    if (value === 0) return { en: 'ends today', zh: '今天到期' };
    return value > 0
      ? { en: `ends in ${days.en}`, zh: `${days.zh}后到期` }
      : { en: `ended ${days.en} ago`, zh: `已到期${days.zh}` };
  },
  say({ value }) {
    if (Number.isNaN(value)) return { en: 'No contract is on record', zh: '没有合约记录', tone: undefined };
    const days = counted(Math.abs(value), 'day', '天');
    if (value === 0) return { en: 'The contract ends today', zh: '合约今天到期', tone: 'leaving' };
    return value > 0
      ? {
          en: `The contract ends in ${days.en}`,
          zh: `合约还有${days.zh}到期`,
          tone: value > NEAR_DAYS ? 'staying' : 'leaving',
        }
      : { en: `The contract ended ${days.en} ago`, zh: `合约已到期${days.zh}`, tone: 'leaving' };
  },
};

/** A contract that ends within these days no longer holds anybody. */
const NEAR_DAYS = 90;

const POSTPAID: FeatureWords = {
  label: { en: 'Pays after use', zh: '后付费' },
  say({ value }) {
    if (Number.isNaN(value))
      return { en: 'Whether the customer pays in advance is not known', zh: '付费方式未知', tone: undefined };
    return value > 0
      ? { en: 'Pays by bill, after use', zh: '使用后按账单付费', tone: undefined }
      : { en: 'Pays in advance', zh: '预付费', tone: undefined };
  },
};

/** Tenure, contract and kind of subscription. */
export const ACCOUNT_WORDS: WordsTable = {
  tenure_days: TENURE,
  observed_days: OBSERVED,
  contract_days_left: CONTRACT,
  account_changes_30d: inWindow(changes, 30),
  is_postpaid: POSTPAID,
};
