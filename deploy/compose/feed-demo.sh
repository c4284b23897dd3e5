#!/usr/bin/env bash
# Feeds the simulation into an input log that holds nothing, and leaves any other alone: `docker compose up` comes here
# again each time, and a second feed would be months late. Then leaves a file that says so, and stays without doing
# anything, for `docker compose up --wait` takes a container that has ended for one that has failed.
set -euo pipefail

records=$(node deploy/compose/count-log.ts)
if [[ $records == 0 ]]; then
  node services/simulator/main.ts |
    node --env-file=/credentials/pseudonym.env services/intake/main.ts deploy/feeds/generated.yaml
else
  echo "the input log has had $records records, so nothing is fed; after \"docker compose down --volumes\" it is empty"
fi
touch /tmp/fed
exec sleep infinity
