# SPDX-License-Identifier: GPL-2.0
# Sourced by the runner and by host.sh: what is different on the debug kernel.
# shellcheck shell=bash

# How many times as long as elsewhere a case, and what it waits for, may take.
# shellcheck disable=SC2034
case $LABEL in debug|detectors) slowness=4 ;; *) slowness=1 ;; esac

# leaks: what kmemleak holds for lost.  A scan speaks of what an earlier one has
# seen and what is older than five seconds, so one after each case tells of that
# case and of the one before; and it errs: what another does not find was none.
leaks() {
	local file=/sys/kernel/debug/kmemleak
	echo scan=off > $file
	echo scan > $file
	[ -n "$(cat $file)" ] || return 0
	sleep 1
	echo scan > $file
	cat $file
	echo clear > $file
}
