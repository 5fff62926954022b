#!/bin/bash
# Every detector of the debug kernel reports the fault that is made for it, and the runner sees the report.
# kernels: detectors
# tier: debug
# trouble: expected
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/trouble.sh"

# new_log COMMAND...: what the kernel says while it runs.
new_log() {
	dmesg -C
	"$@"
	dmesg --notime
}

commit() { insmod "$MODULES/detectors.ko" "fault=$1" && rmmod detectors; }

# reports FAULT PATTERN
reports() {
	local log
	log=$(new_log commit "$1")
	like "$1 is reported" "$log" "$2"
	like "the runner sees $1" "$(trouble <<< "$log")" .
}

# The first: what KASAN reports makes lockdep fall silent, as its own report does.
is "lockdep is watching" "$(awk '/debug_locks/ { print $2 }' /proc/lockdep_stats)" 1
reports inversion 'possible circular locking dependency'
is "lockdep has stopped watching" "$(awk '/debug_locks/ { print $2 }' /proc/lockdep_stats)" 0
reports use-after-free 'KASAN: slab-use-after-free'
reports shift 'UBSAN: shift-out-of-bounds'
reports atomic 'BUG: sleeping function called from invalid context'
leaks > /dev/null
commit leak
sleep 5 # kmemleak does not tell of what is younger
leaks > /dev/null
like "leak is reported" "$(leaks)" 'unreferenced object'
