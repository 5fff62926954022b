#!/bin/bash
# Lease and release from 8 threads with a random SIGKILL in one of five: no VF is lost, none keeps a driver or an override, and no object is left.
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

cycles=${CYCLES:-120}
vf_setup -r

seed=$RANDOM
out=$(vfstress processes 8 "$cycles" 5 $seed); rc=$?
note "$out (seed $seed)"
is "$cycles cycles do what they must" $rc 0
is "and are all accounted for" "$(awk '{ print $2 + $6 }' <<< "$out")" "$cycles"
like "some were killed" "$out" 'killed [1-9]'
wait_for 60 all_are free
record vf.leaks VFs $((11 - $(count_of free))) "$cycles lease and release cycles, 8 threads, SIGKILL in one of five"
is "no VF is lost" "$(count_of free)" 11

vf_over
