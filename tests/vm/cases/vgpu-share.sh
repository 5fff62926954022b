#!/bin/bash
# Weights, a minimum and a cap share the soft engine's time; what is got done for it is bench-vgpu's.
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load
# An emulated host can be kept from running for longer than a job may last.
echo 5000000 > $engines/soft0/job_limit_us

all_ran() { [ "$(cat "$vgpus"/*/slices | grep -cv '^[0-9]$')" = "$1" ]; }

# shares NAME SPEC...: their parts of the engine's time go to $parts.
shares() {
	local name=$1; shift
	load_start "$name" 600 "$@"
	check "$name: clients that are always busy" wait_for 60 all_ran $# || exit 1
	mapfile -t parts < <(load_parts "$name" 4)
	note "parts ${parts[*]}"
	kill "${load_pid[$name]}"
	wait "${load_pid[$name]}"
	check "$name: they are gone" wait_for 20 nothing_lives
}

shares weights weight=100 weight=200 weight=400
about "a weight of 1 in 7 gets a seventh" "${parts[0]}" 14.29 5
about "a weight of 2 in 7" "${parts[1]}" 28.57 5
about "a weight of 4 in 7" "${parts[2]}" 57.14 5

shares promises min=50,weight=1 weight=1000 weight=1000 weight=1000
about "the minimum holds" "${parts[0]}" 50 5
about "the others share the rest" "$(calc "${parts[1]} + ${parts[2]} + ${parts[3]}")" 50 5

shares cap cap=20 weight=1
about "the cap holds" "${parts[0]}" 20 5
about "the other has the rest" "${parts[1]}" 80 5

busy=$(cat $engines/soft0/busy_ns)
load_start alone 4 cap=25
load_ends "one with a cap alone" alone
about "the engine is idle for the rest" "$(($(cat $engines/soft0/busy_ns) - busy))" 1000000000 15
is_empty
