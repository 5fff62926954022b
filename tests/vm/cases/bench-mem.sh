#!/bin/bash
# What the policy costs with a hundred VMs, and how long it holds a VM's memory lock: on a clock that counts instructions.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h
# tier: bench
# timeout: 2400
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
mem_load

# -- How long a lock is held
guest "a VM that is all alike is there" a mib=128 same=100 layout=clustered
guest "another is" b mib=128 same=100 layout=clustered
check "they are merged" wait_for 600 is_merged a 30000
of a mode off
check "one is taken apart" wait_for 300 is_apart a
record mem.lock_hold ms "$(calc "$(of a lock_held_ns) / 1000000")" "a VM of 128 MiB, all of it merged, taken apart; the longest that its memory's lock was held"
guest_ends a
guest_ends b

# -- What looking costs
echo 1 > $mem/observe
echo 1000 > $mem/window_ms
for ((i = 0; i < 100; i++)); do
	memload mib=16 huge=0 < <(sleep 2000) > /dev/null 2>&1 &
	defer "kill -9 $!"
done
check "a hundred VMs are there" wait_for 600 eval '[ "$(cat $mem/vms)" = 100 ]'
sleep 5
read -r windows ns <<< "$(cat $mem/windows $mem/windows_ns | tr '\n' ' ')"
sleep 30
read -r windows_after ns_after <<< "$(cat $mem/windows $mem/windows_ns | tr '\n' ' ')"
check "windows went by" [ $((windows_after - windows)) -ge 20 ]
record mem.sense_cost percent "$(calc "100 * ($ns_after - $ns) / ($windows_after - $windows) / 1000000000")" "of a CPU: a hundred VMs of 16 MiB, a window a second"
