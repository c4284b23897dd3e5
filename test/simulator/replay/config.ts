/** Folder of the real data sets, for the tests that use them where they are; undefined elsewhere. */
export const realDataFolder = process.env['CHURN_DATA_DIR'] === '' ? undefined : process.env['CHURN_DATA_DIR'];
