/** The options of `npm run faults`. In plain JavaScript: any Node tells them, also before the packages are installed. */
export const faultsUsage = `npm run faults -- [options]

  --only NAME      run this scenario; may be given several times
  --small          small sizes, as npm test runs most of them
  --seed N         seed of what is chosen by chance (1); with --simulate that
                   of the first run
  --simulate N     N runs of the deterministic simulation, and nothing else
  --json FILE      also write the results as JSON, anew after each scenario
  --logs DIR       keep what the services log, by scenario
  --help           tell this and do nothing
`;
