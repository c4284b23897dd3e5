/** Parts of small feed files: calls with ref, msisdn, time and duration. */
const RECORDS = `
  timeZone: UTC
  numbers: { countryCode: '86' }
  records:
    - event: call
      id: [ref]
      subscriber: msisdn
      occurredAt: { from: time, format: epoch-ms }
      fields:
        direction: { value: mobile_originated }
        result: { value: answered }
        durationS: { from: duration, unit: s }
        callReference: ref
`;
export const CSV_MAPPING = `mapping:\n  format: csv${RECORDS}`;
export const JSON_MAPPING = `mapping:\n  format: json${RECORDS}`;
export const ORDERED = 'progress: { mode: ordered }\n';
