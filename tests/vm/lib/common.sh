# SPDX-License-Identifier: GPL-2.0
# Sourced by the scripts of tests/vm: where things are, what is supported, how
# to speak.  Not a program.
# shellcheck shell=bash

set -euo pipefail

vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
top=$(cd "$vm_dir/../.." && pwd)
cache=${KVMSHARE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kvmshare}
build=$top/build/vm

# The kernels, and which root file system each is tested in.  "detectors" is the
# debug kernel in a boot of its own, in which faults are made on purpose.
kernel_labels="6.1 6.12 7.3"

suite_of() {
	case $1 in
	6.1) echo bookworm ;;
	6.12|7.3|debug|detectors) echo trixie ;;
	*) die "no kernel '$1' here; there are: $kernel_labels debug" ;;
	esac
}

# release_of ROOT LABEL: the newest kernel of ROOT that answers to LABEL.
release_of() {
	local root=$1 label=$2 match="$2.*"
	! is_debug "$label" || match='*-kvmshare-debug'
	# shellcheck disable=SC2086
	(cd "$root/usr/lib/modules" && printf '%s\n' $match) | sort -V | tail -n 1
}

is_debug() { [ "$1" = debug ] || [ "$1" = detectors ]; }

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 1; }

need_root() {
	[ "$(id -u)" = 0 ] || die "needs root: chroot and mount are used; nothing was changed; try sudo"
}

# A key made of the content of files.
key_of() { cat "$@" | sha256sum | cut -c1-16; }

# Run a slow step with its log in a file and one line of progress for people.
step() {
	local what=$1 log=$2 start=$SECONDS; shift 2
	mkdir -p "$(dirname "$log")"
	printf '%-58s ' "$what" >&2
	if "$@" > "$log" 2>&1; then
		printf '%4d s\n' $((SECONDS - start)) >&2
	else
		printf 'failed\n' >&2
		tail -n 30 "$log" >&2
		die "$what: failed, see $log"
	fi
}

# Build something into the cache once: the builder gets a directory to fill,
# which takes its name only when it is whole.
cached() {
	local dir=$1; shift
	if [ ! -d "$dir" ]; then
		mkdir -p "$(dirname "$dir")"
		exec 9> "$dir.lock"
		flock 9
		if [ ! -d "$dir" ]; then
			rm -rf "$dir.part"
			mkdir "$dir.part"
			"$@" "$dir.part"
			mv "$dir.part" "$dir"
		fi
		exec 9>&-
	fi
}

# in_root ROOT COMMAND...: run in a root file system, in mount and pid
# namespaces of its own, so that nothing outlives it or shows outside.
# Directories in $binds (FROM:TO, TO below ROOT) are mounted first.
in_root() {
	local root=$1; shift
	# shellcheck disable=SC2016
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb \
		BINDS="${binds:-}" unshare -m -p -f --kill-child bash -ec '
		root=$1; shift
		mount --make-rprivate /
		mount -t proc proc "$root/proc"
		mount -t devtmpfs dev "$root/dev" 2>/dev/null || mount --bind /dev "$root/dev"
		for b in $BINDS; do mkdir -p "$root${b#*:}"; mount --bind "${b%%:*}" "$root${b#*:}"; done
		exec chroot "$root" "$@"' in_root "$root" "$@"
}
