#!/bin/bash
# A lease may wait until it can be served: it gets what comes free, a signal ends the wait, and a waiter that is killed leaves nothing behind.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

vf_setup -r
waiters() { [ "$(live waiters)" = "$1" ]; }

leases "one has all NVMe VFs" all -n 4 -p $nvme
all=$pid
talks first vfctl lease -D -w -p $nvme -n 2; first=$talker
lessees+=" $first"
check "another waits for two" wait_for 10 waiters 1
refuse "and has none" said first ready
kill_lessee "$all"
check "they come free, and he has them" wait_for 30 said first ready
is "two of them" "$(vfs_of first | wc -l)" 2

leases "the rest is leased" rest -n 2 -p $nvme -w
talks second vfctl lease -D -w -p $nvme; second=$talker
wait_for 10 waiters 1
kill -USR1 $second
check "a signal ends a wait" wait_for 10 said second 'lease: EINTR'
wait $second
talks third vfctl lease -D -w -p $nvme; third=$talker
wait_for 10 waiters 1
kill -KILL $third
check "and so does SIGKILL" wait_for 10 waiters 0
wait $third 2> /dev/null
is "leaving nothing" "$(find $pool/leases -mindepth 1 -maxdepth 1 | wc -l) $(live leases)" "2 2"

for i in 1 2 3 4 5 6; do vfctl lease -w -p $nvme < /dev/null > "/tmp/queue$i" 2>&1 & lessees+=" $!"; done
check "six wait" wait_for 10 waiters 6
kill_lessee "$pid"; kill_lessee "$first"
for i in 1 2 3 4 5 6; do wait_for 60 said "queue$i" ready || not_ok "waiter $i was served: $(cat "/tmp/queue$i")"; done
check "and all are served in turn" wait_for 30 waiters 0

vf_make $nvme 0
talks early vfctl lease -D -w -p $nvme; early=$talker
lessees+=" $early"
check "one waits for a PF without VFs" wait_for 10 waiters 1
echo 4 > $pci/$nvme/sriov_numvfs
check "made, he has one" wait_for 60 said early ready

vf_over
