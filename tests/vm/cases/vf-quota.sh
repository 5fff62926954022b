#!/bin/bash
# Quotas bound what a uid and a tenant have at once, leased and held, on every path that takes or gives back.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

vf_setup -r

check "a tenant may have 2" vfctl quota -t blue 2
leases "it leases one" one -t blue -H
one=$pid; helper=$(child_of one)
like "two more are too many" "$(vfctl lease -t blue -n 2 2>&1)" EDQUOT
is "and nothing was taken for them" "$(count_of free)" 10
leases "one more is not" two -t blue
like "with 2 a third is refused" "$(vfctl lease -t blue 2>&1)" EDQUOT
like "and not waited for" "$(timeout 5 vfctl lease -w -t blue 2>&1)" EDQUOT
check "another tenant is not concerned" bash -c "vfctl lease -t green < /dev/null"
check "nor one without a tenant" bash -c "vfctl lease < /dev/null"
kill_lessee "$one"
wait_for 10 in_state "$(vf_of one)" held
like "what is held still counts" "$(vfctl lease -t blue 2>&1)" EDQUOT
kill -KILL "$helper"
wait_for 30 in_state "$(vf_of one)" free
check "what came back does not" bash -c "vfctl lease -t blue < /dev/null"
wait_for 30 bash -c "[ \$(ls $pool/leases | wc -l) = 1 ]"

check "uid 1000 may have 1" vfctl quota -u 1000 1
leases "root leases for him" his -u 1000
is "he is charged" "$(cat "$pool/leases/$(lease_of his)/uid")" 1000
like "a second is refused" "$(vfctl lease -u 1000 2>&1)" EDQUOT
check "root has no quota" bash -c "vfctl lease < /dev/null"
check "a quota below what is leased" vfctl quota -u 1000 0
is "takes nothing away" "$(state "$(vf_of his)")" leased
check "lifted" vfctl quota -u 1000 -n
check "it bounds nothing" bash -c "vfctl lease -u 1000 < /dev/null"

check "quota 0" vfctl quota -t red 0
for _ in 1 2 3 4 5 6 7 8; do vfctl lease -t red 2> /dev/null; vfctl lease -n 9 -p $nvme -t blue 2> /dev/null; vfctl lease -v $nvme -t blue 2> /dev/null; done
leases "refused leases cost nothing: blue has one left" last -t blue
vfctl quota -t red -n; vfctl quota -t blue -n
is "no quota is left" "$(live quotas)" 0

vf_over
