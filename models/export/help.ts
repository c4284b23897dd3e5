/** What the command line says of itself. */
export const HELP = `npm run model:export -- (--topic NAME [--brokers HOSTS] | --log FILE…) --as-of DATE… --label LABEL --out FILE [options]

Makes a training set from an event log: the vector of every subscriber who could be scored at each as-of, by the very
functions that serve, and the label of what came after. One Parquet file, a row per subscriber and as-of.

  --topic NAME          the input log in Kafka, up to where it ends now, one partition after the other
  --brokers HOSTS       host:port, comma separated; CHURN_KAFKA_BROKERS if left out
  --log FILE…           instead of a topic: files of contract JSON, a record a line, plain or gzipped, in this order and as
                        one partition. Numbers in clear become pseudonyms as intake makes them (set
                        CHURN_PSEUDONYM_KEY_ID and CHURN_PSEUDONYM_SECRET as there), so that ids are those of the service
  --policy FILE         CHURN_POLICY_FILE if left out; time zone, lateness and warm-up as the scorer has them
  --as-of DATE…         a date is the end of that civil day in the policy's zone; an instant such as
                        2026-08-31T12:00:00Z is taken as it is. The vector is taken when event time reaches it
  --label LABEL         inactivity:DAYS  no outgoing call or message, no data, no top-up in the days after the vector's instant
                        departure:DAYS   deactivated, closed or ported out in these days, and not back by their end
                        table:FILE       CSV with label (0 or 1), matured_at (date or instant), and subscriber_id as in
                                         the log, or number (in clear; brought to international digits
                                         as intake does it)
                        A row is left out until event time has passed its window; a table's, where its label was known
                        only after the cut-off, or already at the vector's instant
  --country-code DIGITS how the table writes numbers, as the numbers setting of a feed tells it: then 0139… and +86 139… are
  --trunk-prefix DIGITS one; without them, each number must have its country code
  --known-through DATE  leaves out all that was known later: a backfill changes nothing, not one byte
  --known-by CLOCK      log: the topic's time stamps (default). source: recorded_at_ms, the source's own word, for a
                        history that was brought into the topic all at once; files always go by it
  --out FILE            the Parquet file, in a folder that is there
  --json                the summary as one line of JSON

Exit codes: 0 written, 1 nothing written (no rows, or the log cannot be read), 78 mistakes in options, policy or table.
`;
