#!/bin/bash
# vf lease holds until its input ends; a lease is handed over, released, waited for, and remembered.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

pool_open "$nvme_pf" 1
vf=$(first_vf)

lease_starts "a VF is leased" one --vf class=nvme --tenant blue
is "the one there is" "$(lease_vf one)" "$vf"
is "it is leased" "$(cat "$vfs/$vf/state")" leased
exits 1 "no other is free" kvmshare vf lease --vf class=nvme
like "is told" "$said" "1 are leased"
lease_ask two --vf class=nvme --wait
sleep 1 # in which it could have had one
is "one who waits has nothing yet" "$(cat /tmp/two)" ""
lease_end one
check "when the first ends, the second gets it" wait_for 30 grep -q '^lease' /tmp/two
is "the history tells of the first" "$(field '.[-1] | .vf + " " + .tenant + " " + .end + " " + .reset' kvmshare vf history)" "$vf blue closed ok"

sleep 600 & heir=$!
defer "kill -9 $heir"
check "a lease is handed over" kvmshare vf handover "$(lease_id two)" $heir
is "to that process" "$(field '.[0].owner_pid' kvmshare vf list --leases)" $heir
check "who had it is told, and ends" wait_for 10 grep -q "handed over" /tmp/two
is "the VF stays leased" "$(cat "$vfs/$vf/state")" leased
sleep 0.01 & dead=$!
wait $dead
exits 1 "no lease goes to a process that has ended" kvmshare vf handover "$(lease_id two)" $dead
is "it stays where it was" "$(field '.[0].owner_pid' kvmshare vf list --leases)" $heir
kill -9 $heir
check "with the heir, it ends" wait_for 30 vf_is "$vf" free
is "as the history tells" "$(field '.[-1].end' kvmshare vf history)" "owner gone"

lease_starts "it is leased again" three --vf "vf=$vf"
check "and released by an administrator" kvmshare vf release "$(lease_id three)"
check "who had it is told" wait_for 10 grep -q "has ended" /tmp/three
check "the VF is back" wait_for 30 vf_is "$vf" free
is "as the history tells" "$(field '.[-1].end' kvmshare vf history)" released
is "only the last is shown where that is asked for" "$(field length kvmshare vf history --last 1)" 1
