#!/bin/bash
# VMs come and die while the module is loaded, decides, takes them apart, and is unloaded; a cgroup's limit is hit in the midst of it: nothing hangs, nothing is left, and nobody is killed by the policy.
# covers: kmod/core kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h tests/vm/guest/memload.c
# tier: check soak
# landing: 7.3
# timeout: 900
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
mem_load

# -- Dying while they are let in and taken apart
rounds=$(size 12 150)
for ((i = 0; i < rounds; i++)); do
	memload mib=16 same=80 layout=clustered < <(sleep 300) > "/tmp/storm$i" 2>&1 &
	pids[i]=$!
	[ $i -lt 3 ] || kill -9 "${pids[i - 3]}"
	for dir in $vms/*/mem; do
		[ -e "$dir/mode" ] && echo $((i % 3 == 0)) | sed 's/1/off/; s/0/on/' > "$dir/mode"
	done 2> /dev/null
	sleep 0.$((RANDOM % 10))
done
kill -9 "${pids[@]}" 2> /dev/null
check "$rounds VMs came and went" wait_for 30 eval '[ "$(cat $mem/vms)" = 0 ]'
is "nothing of them is counted" "$(grep -c . $vms/*/id 2> /dev/null | wc -l)" 0

# -- Loaded and unloaded in the midst of it
guest "a VM is there" a mib=24 same=80 layout=clustered
guest "another is" b mib=24 same=80 layout=clustered
loads=$(size 5 60)
for ((i = 0; i < loads; i++)); do
	for name in a b; do of $name mode off; done 2> /dev/null
	sleep 0.$((RANDOM % 9))
	modprobe -r kvmshare_mem || break
	modprobe kvmshare_mem || break
	echo 200 > $mem/window_ms
	echo 80 > $mem/ksmd_cpu_percent
	sleep 0.$((RANDOM % 9))
done
is "the module came and went $loads times" "$i" "$loads"
check "it still decides" wait_for 60 eval '[ "$(of a merged)$(of b merged)" = 11 ]'
check "and merges" wait_for 150 is_merged a 4000
check "every page is as it was" guests_are_right a b

# -- A cgroup that has no room
cgroup=/sys/fs/cgroup/kvmshare-storm
echo +memory > /sys/fs/cgroup/cgroup.subtree_control
mkdir $cgroup
defer "rmdir $cgroup"
( echo 0 > $cgroup/cgroup.procs; exec memload mib=24 same=80 layout=clustered ) < <(sleep 600) > /tmp/c 2>&1 &
guest_pid[c]=$!
defer "kill -9 $!"
check "a VM of a cgroup is there" wait_for 60 guest_begins c
check "it is merged" wait_for 150 is_merged c 4000
used=$(cat $cgroup/memory.current)
echo $((used + (1 << 20))) > $cgroup/memory.max
of c mode off
check "to take it apart waits, where its cgroup has no room" wait_for 30 eval '[ "$(of c apart)" = "waits: too little memory is available" ]'
sleep 2
like "it is not killed for that" "$(cat $cgroup/memory.events)" '^oom_kill 0$'
echo max > $cgroup/memory.max
check "with room it goes apart" wait_for 60 is_apart c
like "nobody was killed" "$(cat $cgroup/memory.events)" '^oom_kill 0$'

# -- A cgroup's limit that kills, in the midst of it
of c mode on
check "it is merged again" wait_for 150 is_merged c 4000
of c mode off
echo $((8 << 20)) > $cgroup/memory.max
check "a limit far below kills it" wait_for 60 eval '! kill -0 ${guest_pid[c]}'
check "and it is forgotten" wait_for 20 eval '[ "$(cat $mem/vms)" = 2 ]'
check "the module goes" modprobe -r kvmshare_mem
