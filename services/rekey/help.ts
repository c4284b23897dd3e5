/** What the command line says of itself. */
export const HELP = `npm run rekey -- --numbers FILE --to KEYSPACE [options]

Gives every subscriber the pseudonym of a new key: moves states, episodes and work orders into a keyspace of their own, so
that no history is lost and no warning is raised again. Everything has to be stopped first: see docs/key-rotation.md.

npm run rekey -- --reopen --to KEYSPACE [--from KEYSPACE] [--dry-run]

The way back, with the variables of the move: gives the old keyspace, which a move retires, back to the services, and takes
the new one from them; as long as nothing has come of the new names.

  --numbers FILE     the operator's own list: one number a line, in the form of which intake makes pseudonyms (international
                     digits, such as 8613900000000); - reads standard input. Numbers of other parties may be on it
  --to KEYSPACE      prefix of the new keys: the CHURN_REDIS_KEYSPACE that services get afterwards
  --from KEYSPACE    prefix of the present ones; CHURN_REDIS_KEYSPACE unless told. It keeps all it has
  --leave-unlisted   goes on where subscribers are not on the list: they keep their old id, and nothing comes of them any more
  --dry-run          checks and counts all, writes nothing
  --json             the books as one line of JSON

  CHURN_OLD_PSEUDONYM_KEY_ID, CHURN_OLD_PSEUDONYM_SECRET   the key that is given up
  CHURN_PSEUDONYM_KEY_ID, CHURN_PSEUDONYM_SECRET           the new one
  and the variables of Kafka, Redis and topics that the services have.

Cut off, it is run again, and ends in the same. Until it has, services refuse the new keyspace.

Exit codes: 0 done, also where it had been done before; 1 refused or failed, and says why; 78 mistakes in options or variables.
`;
