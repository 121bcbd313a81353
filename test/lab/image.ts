import type { Space } from './space.ts';

/** Where releases are kept on a node. */
export const ROOT = '/var/lib/zonewright';

/** The most that the releases of a node may take; a small disk is quickly full. */
export const DISK = '192m';

// The machine's own /etc, /var and /usr/local stay as they are beneath; /run, /tmp and the disk for releases begin empty.
const MOUNTS = `
mount -t tmpfs -o mode=755 tmpfs /mnt
for folder in etc var usr/local; do
  mkdir -p "/mnt/$folder" "/mnt/$folder.work"
  mount -t overlay -o "lowerdir=/$folder,upperdir=/mnt/$folder,workdir=/mnt/$folder.work" overlay "/$folder"
done
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir -p "$1" /run/sshd /run/sudo
mount -t tmpfs -o "mode=755,size=$2" tmpfs "$1"
echo "127.0.0.1 localhost $(hostname)" >/etc/hosts
`;

/** Gives a machine files of its own: whatever is installed and configured inside is gone with it. */
export async function ownFiles(space: Space, disk: string = DISK): Promise<void> {
  await space.must(['sh', '-eu', '-c', MOUNTS, 'mounts', ROOT, disk]);
}
