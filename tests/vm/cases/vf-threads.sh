#!/bin/bash
# Two hundred threads lease and give back at once: each VF has one lessee at a time, and all come back.
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

vf_setup -r

out=$(vfstress threads 200 5); rc=$?
note "$out"
is "200 threads do what they must" $rc 0
like "leases were given" "$out" '^leased [1-9]'
is "a thousand calls were answered" "$(awk '{ print $2 + $4 }' <<< "$out")" 1000
check "all VFs come back" wait_for 60 all_are free
generations=$(vfctl history | sed 's/.* generation \([0-9]*\) .*/\1/')
is "no generation was seen twice" "$(sort <<< "$generations" | uniq -d)" ""
is "history has each lease that was given" "$(vfctl history | grep -c ' end 1 ')" "$(awk '{ print $2 }' <<< "$out")"

vf_over
