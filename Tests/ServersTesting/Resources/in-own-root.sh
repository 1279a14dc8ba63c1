# SPDX-License-Identifier: Apache-2.0
# Runs a mail server in a root of its own: this system's programs, the unpacked servers, and the folder's own /etc and
# /var. So the server finds its users and its paths, and resolves names by nothing but that /etc.
#
# Usage: unshare --mount --pid --fork --kill-child sh in-own-root.sh FOLDER SERVERS [merged]     (as root)
#
# With "merged" the servers' files lie among the system's, for a program that can't be told other paths than its own.
# FOLDER/start is run there. All ends when standard input does, or the server: this shell is the first process of its
# namespace, and the kernel ends with it every process that it started, however deep.
set -eu
root=$1
servers=$2
cd "$root"
mkdir -p usr servers dev run tmp var/lib var/log var/spool
chmod 1777 tmp
ln -s ../run var/run
if [ "${3-}" = merged ]; then
    mount -t overlay overlay -o "lowerdir=$servers/usr:/usr" usr
else
    mount --bind /usr usr
fi
mount --bind "$servers" servers
for name in bin sbin lib lib64; do
    if [ -L "/$name" ]; then
        ln -s "$(readlink "/$name")" "$name"
    elif [ -d "/$name" ]; then
        mkdir "$name"
        mount --bind "/$name" "$name"
    fi
done
for name in null zero random urandom; do
    : >"dev/$name"
    mount --bind "/dev/$name" "dev/$name"
done
trap 'exit 1' USR1
{
    chroot . /bin/sh -eu /start >log 2>&1 || true
    kill -USR1 $$
} </dev/null &
while read -r _; do :; done
