/**
 * Folder with the tables of real customers (exacaster_mobile_churn/ and exacaster_events_2016/), from CHURN_DATA_DIR;
 * undefined where none is named. They are not part of this repository.
 */
export function readDataFolder(): string | undefined {
  const folder = process.env['CHURN_DATA_DIR']?.trim() ?? '';
  return folder === '' ? undefined : folder;
}
