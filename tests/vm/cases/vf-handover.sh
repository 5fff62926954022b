#!/bin/bash
# An administrator hands a lease to another process, all at once: the old owner's end and its descriptors mean nothing from then on.
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

vf_setup -r
sleep 1000 & heir=$!
defer "kill $heir"

leases "a lessee has two VFs" hook -n 2 -p $igb
lease=$(lease_of hook); vf=$(vf_of hook)
like "a process that is not there gets nothing" "$(vfctl handover "$lease" 4194303 2>&1)" ESRCH
is "and the lease is as it was" "$(cat "$pool/leases/$lease/owner_pid")" "$pid"
like "nor does a lease that is not there pass" "$(vfctl handover 999999 $heir 2>&1)" ENOENT
sleep 0 & dead=$!
wait $dead
like "nor to one that has ended" "$(vfctl handover "$lease" $dead 2>&1)" ESRCH

talks events vfctl events 3; events=$talker
defer "kill $events"
check "and somebody reads the events" wait_for 10 said events ready
check "the lease is handed over" vfctl handover "$lease" $heir
is "it belongs to the heir" "$(cat "$pool/leases/$lease/owner_pid") $(cat "$pool/leases/$lease/handed_over")" "$heir 1"
is "by name too" "$(cat "$pool/leases/$lease/owner_comm")" sleep
check "and an event says so" wait_for 5 said events "^lease-owner id $lease value $heir"
kill_lessee "$pid"
is "the old owner gone, the heir has it still" "$(wait_for 2 in_state "$vf" free; state "$vf")" leased

leases "another lessee watches its descriptor" watcher -p $igb -W
check "it does" wait_for 10 said watcher polling
watched=$pid
check "handed over, too" vfctl handover "$(lease_of watcher)" $heir
check "that descriptor hangs up" wait_for 10 said watcher '^poll hup'
check "and a thread of the heir stands for it" vfctl handover "$lease" "$(find /proc/$heir/task -mindepth 1 -maxdepth 1 -printf '%f\n' | head -n 1)"

kill $heir
check "the heir gone, all of it comes back" wait_for 30 all_are free
kill_lessee "$watched"

# -- Handed to a process that is dying: it ends at once, or was never given.
for _ in $(seq 20); do
	lessee dying -p $igb || bail "a lessee to hand over from"
	sleep 1000 & heir=$!
	kill -KILL $heir & vfctl handover "$(lease_of dying)" $heir 2> /dev/null
	wait $heir
	kill_lessee "$pid"
done
check "20 leases handed to dying processes all come back" wait_for 30 all_are free

vf_over
