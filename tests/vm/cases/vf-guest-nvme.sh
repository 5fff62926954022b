#!/bin/bash
# A Debian guest uses a leased NVMe VF, is killed in mid-write, and the VF is soon leasable again and shows the next guest nothing of it.
# tier: check soak
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"
. "$TESTLIB/pool.sh"

queues() { grep -a '^guest: nvme queues' "$(guest_console "$1")"; }

pool_open "$nvme_pf" 1
vf=$(basename "$vfs"/*)

# kill_in_mid_write: a guest that writes is killed; how long until its VF is free goes to $times.
kill_in_mid_write() {
	local start
	guest_lease first class=nvme nvmewrite --tenant blue
	check "the guest finds the controller and writes" guest_waits first 90 'guest: writing' || exit 1
	sleep 1 # of writing: what is killed is to be in the middle of it
	start=$(now)
	guest_kill first
	check "the VF comes back by itself" wait_for 60 vf_is "$vf" free || exit 1
	times+=("$(awk -v a="$start" -v b="$(now)" 'BEGIN { printf "%.2f", b - a }')")
}

times=()
kills=$(size 1 10)
for ((i = 0; i < kills; i++)); do kill_in_mid_write; done
note "after ${times[*]} s"
record vf.return_time s "$(median "${times[@]}")" \
	"SIGKILL of QEMU in mid-write to the VF clean in the pool, median of $kills" '{}' "$kills"
is "no driver is left on it" "$(vf_driver "$vf")" none
is "no driver override is left on it" "$(vf_override "$vf")" "(null)"
check "the VM is gone from the registry" wait_for 5 eval '! kvmshare vm list | grep -q first'

guest_lease second class=nvme nvme,64,kvmshare --tenant blue
wait_for 60 vf_is "$vf" leased
is "the VF is leased" "$(cat "$vfs/$vf/state")" leased
is "it is charged to the tenant" "$(cat "$vfs/$vf/tenant")" blue
check "the VM is known by its name" wait_for 30 eval 'kvmshare vm list | grep -q "second.*blue"'
check "the next guest writes and reads 64 MiB with the same checksum" guest_waits second 120 'guest: nvme ok 64 MiB'
is "it finds the queues that a fresh VF has" "$(queues second)" "$(queues first)"
check "its VF comes back too" wait_for 60 vf_is "$vf" free
check "no lease is left" wait_for 10 grep -qx 0 /sys/kernel/kvmshare/counters/vf_leases
