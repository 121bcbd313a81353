#!/bin/sh
# Installs the named Debian packages without starting, now or at the next boot, the daemons that they bring.
# Run as root by debian-packages.js.
set -eu

export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
policy=/usr/sbin/policy-rc.d
mark='# zonewright test setup'

# One installation at a time: the first to finish removes the policy that the others rely on.
exec 9>/run/lock/zonewright-test-setup
flock 9

# Maintainer scripts ask policy-rc.d before they start a daemon. A policy of the machine's owner stays as it is; one of
# ours that a killed run left behind is taken over.
trap 'if grep -qsF "$mark" "$policy"; then rm -f "$policy"; fi' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
  chmod 755 "$policy"
fi

install() {
  apt-get install -qq --yes --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Acquire::Retries=2 "$@" 9>&-
}

# An installation that was interrupted earlier is finished first, or apt-get refuses to work.
if [ -n "$(dpkg --audit)" ]; then dpkg --configure -a 9>&-; fi

# Without names there is only a policy to remove.
if [ "$#" -eq 0 ]; then exit 0; fi

# The package lists are fetched only where those at hand do not do. A package that this release of Debian lacks must
# not keep the others away.
status=0
if ! install "$@"; then
  apt-get update -qq -o DPkg::Lock::Timeout=300 9>&-
  if ! install "$@"; then
    for package in "$@"; do install "$package" || status=$?; done
  fi
fi

if command -v systemctl >/dev/null; then
  for package in "$@"; do
    # The service of some is that of a package that they share, as with postgresql.
    units=$(dpkg -L "$package" "$package-common" 2>/dev/null | sed -n 's|^\(/usr\)\{0,1\}/lib/systemd/system/\([^/@]*\.service\)$|\2|p')
    for unit in $units; do systemctl --no-reload --quiet disable "$unit" 9>&- || :; done
  done
fi
exit "$status"
