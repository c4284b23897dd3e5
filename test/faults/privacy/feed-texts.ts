import { feedFolderOf } from '../../support/intake-process.ts';
import type { Installation } from '../../support/installation.ts';

const NUMBERING = "numbers: { countryCode: '86', trunkPrefix: '0' }";
const VOICE = `
  use: msc-voice-csv
  ${NUMBERING}
  lookups:
    network: { match: prefix, of: number, values: { '86': on_net }, default: unspecified }
    operator: { match: prefix, of: number, values: { '86': own }, default: '' }
    partyKind: { match: prefix, of: number, values: { '86': person }, default: service }`;

/** Feed files by name; all rows may be rejected. */
export function feedTexts(shop: Installation, sourceTopic: string, rejectTopic: string): Record<string, string> {
  const folder = (feed: string): string =>
    `feed: ${feed}\nsource: { type: folder, path: ${feedFolderOf(shop, feed)}, watch: true }\n` +
    'progress: { mode: bounded-disorder, minutes: 120 }\nrejects: { maxShare: 1 }\n';
  return {
    voice: `${folder('voice')}mapping:${VOICE}\n`,
    headless: `${folder('headless')}mapping:${VOICE}\n`,
    ticket: `${folder('ticket')}mapping:\n  use: tmf621-trouble-ticket\n  ${NUMBERING}\n`,
    topup:
      `feed: topup\nsource: { type: topic, topic: ${sourceTopic} }\nprogress: { mode: bounded-disorder, minutes: 120 }\n` +
      `rejects: { maxShare: 1, topic: ${rejectTopic} }\nmapping:\n  use: tmf654-top-up\n  ${NUMBERING}\n`,
  };
}
