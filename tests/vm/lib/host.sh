# SPDX-License-Identifier: GPL-2.0
# Sourced by every case, inside the test host: TAP, waiting, cleaning up.
# shellcheck shell=bash
#
# A case says in its second line which behaviour it shows.  It calls check, is
# and like for what must hold, wait_for instead of sleeping, and defer for what
# must be undone; the plan is printed when it ends.  Further header lines:
#   # timeout: SECONDS     # tier: check soak debug-quick debug bench demo
#   # kernels: LABEL...    (all, where there is none)
#   # landing: LABEL...    those of make check (all, where there is none)
#   # needs: FUNCTION...   what it uses of the host, for a reader
#   # covers: PATH...      what a kept result of it speaks of (see keep.sh)
#   # disk: desktop       it has $DESKTOP, the image of a guest with a desktop
#   # trouble: expected    the case itself judges the kernel's log
#
# It finds TIER and LABEL (the kernel) in its environment; OUT is copied out.

set -u
. "$TESTLIB/record.sh"
. "$TESTLIB/debug.sh"
tests=0
failed=0
deferred=()

ok() { tests=$((tests + 1)); echo "ok $tests - $*"; }
not_ok() { tests=$((tests + 1)); failed=$((failed + 1)); echo "not ok $tests - $*"; }
note() { printf '%s\n' "$*" | sed 's/^/# /'; }
skip() { local what=$1; shift; tests=$((tests + 1)); echo "ok $tests - $what # SKIP $*"; }

# check WHAT COMMAND...: WHAT holds if the command succeeds.
check() {
	local what=$1 out; shift
	if out=$("$@" 2>&1); then ok "$what"; else
		not_ok "$what"; note "ran: $*"; note "${out:0:2000}"; false
	fi
}

# refuse WHAT COMMAND...: WHAT holds if the command fails by itself, not by a signal.
refuse() {
	local what=$1 out rc=0; shift
	out=$("$@" 2>&1) || rc=$?
	if [ $rc -gt 0 ] && [ $rc -lt 126 ]; then ok "$what"; else
		not_ok "$what"; note "ran: $*, exit code $rc"; note "${out:0:2000}"; false
	fi
}

# is WHAT GOT WANTED
is() {
	if [ "$2" = "$3" ]; then ok "$1"; else
		not_ok "$1"; note "got:    $2"; note "wanted: $3"; false
	fi
}

# like WHAT GOT PATTERN: an extended regular expression.
like() {
	if grep -qE -- "$3" <<< "$2"; then ok "$1"; else
		not_ok "$1"; note "got:    $2"; note "wanted: /$3/"; false
	fi
}

# wait_for SECONDS COMMAND...: until it succeeds; fails when the time is over. A caller's
# $poll is how long it rests in between.
wait_for() {
	local end=$((SECONDS + $1 * slowness)); shift
	until "$@" > /dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep "${poll:-0.05}"
	done
}

# Seconds since boot, with hundredths.
now() { cut -d' ' -f1 /proc/uptime; }

# median NUMBER...: of an even count the lower of the two in the middle.
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

# defer COMMAND: run when the case ends, the latest first.
defer() { deferred=("$*" "${deferred[@]}"); }

bail() { not_ok "$*"; exit 1; }

# size CHECK FULL: how much of it fits where it runs.
size() { case $TIER in soak|bench) echo "$2" ;; *) echo "$1" ;; esac; }

# vf_make PF N: so many VFs, and no driver of the host's on them.
vf_make() {
	echo 0 > "/sys/bus/pci/devices/$1/sriov_drivers_autoprobe"
	echo "$2" > "/sys/bus/pci/devices/$1/sriov_numvfs"
}

# Ask for a reboot; the case is started again with STAGE one higher.
reboot_host() {
	echo "$tests $failed" > "$STATE/counts"
	touch "$STATE/want-reboot"
	deferred=()
	exit 99
}

finish() {
	local rc=$? d
	for d in "${deferred[@]}"; do eval "$d" > /dev/null 2>&1; done
	[ $rc != 99 ] || exit 99
	[ $rc = 0 ] || [ "$failed" -gt 0 ] || not_ok "$CASE came to its end (exit code $rc)"
	echo "1..$tests"
	[ "$failed" = 0 ] || exit 1
	exit 0
}
trap finish EXIT
[ "${STAGE:-0}" = 0 ] || read -r tests failed < "$STATE/counts"
