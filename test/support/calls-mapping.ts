/** A mapping of calls in CSV, its columns, and a row that fits it. */
export const COLUMNS = ['kind', 'msisdn', 'other', 'at', 'seconds', 'fee', 'cause', 'imei', 'ref'];
export const CALLS = `
  format: csv
  timeZone: Asia/Shanghai
  emptyValues: ['NULL']
  numbers: { countryCode: '86', trunkPrefix: '0', servicePrefixes: ['400'] }
  lookups:
    network: { match: prefix, of: number, values: { '86139': on_net, '86': off_net }, default: international }
    party: { match: prefix, of: number, values: { '10010': rival_hotline, '400': service }, default: person }
  records:
    - when: [{ field: kind, is: [0, MO] }]
      event: call
      id: [ref, at]
      subscriber: msisdn
      occurredAt: { from: at, format: yyyyMMddHHmmss }
      fields:
        direction: { value: mobile_originated }
        otherParty.partyId: { from: other, pseudonym: number, optional: true }
        otherParty.network: { from: other, lookup: network, optional: true }
        otherParty.kind: { from: other, lookup: party, optional: true }
        durationS: { from: seconds, unit: s }
        chargeMinor: { from: fee, unit: thousandth, default: 0 }
        result: { from: cause, values: { '0': answered, '4': dropped }, default: failed }
        imeiHash: { from: imei, pseudonym: device, optional: true }
    - when: [{ field: kind, is: [MT] }, { field: other, present: true }, { field: cause, isNot: ['9'] }]
      skip: terminated
`;
export const GOOD = ['MO', '13900000001', '0755-1234567', '20250312181500', '61', '1250', '4', '490154203237510', 'r1'];
