#!/bin/bash
# A VM that nobody attached is entered soon after it was made: about a second.
. "$TESTLIB/host.sh"
. "$TESTLIB/core.sh"
core_load

runs=7
vmm_start a
times=()
for ((i = 1; i <= runs; i++)); do
	start=$(now)
	fd=$(tell a create)
	found a 1 || not_ok "it is found, time $i"
	times+=("$(awk -v a="$start" -v b="$(now)" 'BEGIN { print b - a }')")
	tell a close "$fd" > /dev/null
	wait_for 5 has_vms a 0 || not_ok "its entry ends, time $i"
done
median=$(median "${times[@]}")
note "after ${times[*]} s"
record core.discovery_time s "$median" "a bare VM, made at any time of a pass" '{}' $runs
vmm_quit a
core_is_empty
