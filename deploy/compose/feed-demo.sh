#!/usr/bin/env bash
# Feeds the simulation into an input log that holds nothing, and leaves any other alone: `docker compose up` comes here
# again each time, and a second feed would be months late. Then leaves a file that says so, and stays without doing
# anything, for `docker compose up --wait` takes a container that has ended for one that has failed. A feed that was
# broken off cannot be gone on with, so a later start says so and ends with 1.
#
#   feed-demo.sh FOLDER    # of a volume, where it is kept that the feed came to its end
set -euo pipefail

fed_whole=$1/fed
records=$(node deploy/compose/count-log.ts)
if [[ $records == 0 ]]; then
  rm -f "$fed_whole"
  node services/simulator/main.ts |
    node --env-file=/pseudonym/pseudonym.env services/intake/main.ts deploy/feeds/generated.yaml
  touch "$fed_whole"
elif [[ -f $fed_whole ]]; then
  echo "the demo has been fed (the input log has had $records records), so nothing is fed; after \"docker compose down --volumes\" the log is empty"
else
  {
    echo "the demo is fed in part: the input log has had $records records, but the feed has not come to its end,"
    echo "or the records are of other feeds. What is there stays as it is and is scored; to feed the demo whole, begin anew:"
    echo "docker compose down --volumes && docker compose up (all that the service knows is lost)"
  } >&2
  exit 1
fi
touch "${TMPDIR:-/tmp}/fed"
exec sleep infinity
