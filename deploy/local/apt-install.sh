#!/bin/sh
# Installs Debian packages without starting or enabling their services: the local stack runs its own processes on its own
# ports. Needs root.
#
#   apt-install.sh PACKAGE...
set -eu

export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d

# Debian asks this script before it starts a service; 101 says no. One that is there already is left alone.
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

fetch() {
  apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"
}

had_redis=$(command -v redis-server || true)
# The package lists may be missing (a fresh image) or older than the archive.
fetch "$@" || {
  apt-get -q -o DPkg::Lock::Timeout=300 update
  fetch "$@"
}

# What was installed just now for us must not come up at the next boot either.
if [ -z "$had_redis" ] && command -v redis-server >/dev/null; then
  update-rc.d redis-server disable || true
fi
