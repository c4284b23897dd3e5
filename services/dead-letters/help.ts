/** What the command line says of itself. */
export const HELP = `npm run dead-letters -- list|show|export|replay [options]

Looks at the records that a service could not use, and feeds them back in. See services/dead-letters/README.md.

  list     how many there are, by reason and partition, and how many have been fed back in
  show     a line for each: where it stood, when, why it was parked, how large it is; never key or content
  export   those whose content can be read, as lines of JSON, to be mended. They hold pseudonyms: keep them as the topic
  replay   feeds them back into their topic, in its order, with their key and into their partition. What was fed in before
           is not fed in again. Try it with --dry-run first

  --topic TOPIC         whose letters: input (default), alert or outcome, or the name that one of these topics has
  --reason REASON…      parked for this reason; replay leaves late ones out unless they are named here
  --partition N         of this partition
  --from-offset N       from this offset of the origin on; --to-offset N up to that one, included
  --since INSTANT       that the origin took at 2026-08-31T12:00:00Z or later; --until INSTANT before then
  --with FILE           replay: mended records, {"partition": 0, "offset": "12", "record": {…}} a line, in place of their
                        letters; only these are fed in. An event may be given another subscriber, key and partition follow
  --out FILE            export: where to
  --limit N             letters of one run, the oldest first; 10000 unless told
  --dry-run             replay: judges all, writes nothing
  --json                the result as one line of JSON

A record that is late stays late: fed in again it is parked again, as a new letter. One that is still bad is not fed in.

Exit codes: 0 done, 1 some letters are still bad or could not be read, 78 mistakes in options or variables.
`;
