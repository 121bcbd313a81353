#!/bin/sh
# Makes a machine a node: sh setup.sh knot|bind|nsd <deployer.pub
# Run it as root, in its own folder. Standard input is the deployer's public key, one line. It may be run again.
# What remains to be done by hand, the configuration of the daemons, stands in docs/nodes.md.

set -eu
umask 022

root=/var/lib/zonewright
program=/usr/local/lib/zonewright/zonewright-node

server=${1-}
case $server in
  knot) directory= ;;
  bind) directory=/var/cache/bind ;;
  nsd) directory=/var/lib/nsd ;;
  *)
    echo 'usage: setup.sh knot|bind|nsd <deployer.pub' >&2
    exit 64
    ;;
esac
IFS= read -r key
case $key in
  ssh-* | ecdsa-* | sk-*) ;;
  *)
    echo 'standard input is not a public key of ssh' >&2
    exit 1
    ;;
esac

# A user without a password. "*" and not "!": sshd lets nobody in whose account is locked.
if ! id -u zonewright >/dev/null 2>&1; then
  useradd --system --user-group --home-dir "$root" --shell /bin/sh --password '*' zonewright
fi

install -d -m 755 /etc/zonewright "${program%/*}"
install -m 755 zonewright-node "$program"
for file in node.conf nsd-control.conf; do
  [ -e "/etc/zonewright/$file" ] || install -m 644 "$file" "/etc/zonewright/$file"
done
visudo -cqf sudoers
[ -e /etc/sudoers.d/zonewright ] || install -m 440 sudoers /etc/sudoers.d/zonewright

install -d -m 755 -o zonewright -g zonewright "$root" "$root/releases"
install -d -m 755 "$root/.ssh"
printf 'restrict,command="%s" %s\n' "$program" "$key" >"$root/.ssh/authorized_keys"

# Until the first rollout a release without zones is there, so that the servers can start. It counts as none.
if [ ! -e "$root/current" ]; then
  empty=$root/releases/empty
  install -d -m 755 -o zonewright -g zonewright "$empty" "$empty/nameservers" "$empty/zones" "$empty/web"
  for list in knot named nsd; do : >"$empty/nameservers/$list.conf"; done
  : >"$empty/web/Caddyfile"
  printf 'vcl 4.1;\nbackend default none;\n' >"$empty/web/varnish.vcl"
  ln -s releases/empty "$root/current"
  chown -R -h zonewright:zonewright "$empty" "$root/current"
fi

# These servers look for zone files below a directory of their own.
[ -z "$directory" ] || ln -sfn "$root/current/zones" "$directory/zones"
