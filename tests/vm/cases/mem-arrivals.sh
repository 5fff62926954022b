#!/bin/bash
# VMs that come to a host which hardly has room for them, while others are told to go apart and together again: nobody is killed for want of memory who is not without the policy.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h tests/vm/guest/memload.c
# tier: check soak
# landing: 6.12
# timeout: 400
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
. "$TESTLIB/mem-arms.sh"
no_balancing
count=8
short_of_memory 0
free_mib() { awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo; }
mib=$((($(free_mib) - 160) / count))
note "$(free_mib) MiB are there for $count VMs of $mib MiB"
kills() { awk '/^oom_kill / { print $2 }' /proc/vmstat; }

# storm: they come one by one; those that are there are told this and that.
storm() {
	local dir way i
	for ((i = 0; i < count; i++)); do
		vm mib=$mib same=80 layout=clustered churn=5
		sleep 1
		way=$([ $((i % 2)) = 0 ] && echo off || echo on)
		for dir in $vms/*/mem/mode; do [ ! -e "$dir" ] || echo "$way" > "$dir"; done
	done 2> /dev/null
}

for arm in off kvmshare; do
	load_pids=()
	before=$(kills)
	"begin_$arm"
	storm
	check "$arm: all are there" wait_for 120 load_is_ready
	for i in 1 2 3 4; do
		for dir in $vms/*/mem/mode; do [ ! -e "$dir" ] || echo "$([ $((i % 2)) = 0 ] && echo off || echo on)" > "$dir"; done 2> /dev/null
		sleep 3
	done
	killed=$(($(kills) - before))
	note "$arm: $killed killed, $(free_mib) MiB left, $(cat $ksm/pages_sharing) pages merged"
	"end_$arm"
	load_ends
	ksm_as_booted
	[ $arm != off ] || without=$killed
done
check "nobody is killed who is not without the policy" [ "$killed" -le "$without" ]
