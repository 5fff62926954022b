#!/bin/bash
# A whole cycle of a VF (bound to vfio-pci, reset, given back) by kvmshare, by driverctl with a reset through sysfs, and the bare reset.
# tier: bench
# timeout: 900
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"

rounds=10

# Nanoseconds that tasks ran, the kernel's own among them, idle time left out:
# with a clock that counts instructions, one each.
busy_ns() { awk '/^cpu[0-9]/ { sum += $8 } END { printf "%d", sum }' /proc/schedstat; }
elapsed_ns() { date +%s%N; }

by_kvmshare() {
	kvmshare run --vf "vf=$vf" -- true || return
	wait_for 20 vf_is "$vf" free
}

by_driverctl() {
	driverctl --nosave set-override "$vf" vfio-pci || return
	echo 1 > "/sys/bus/pci/devices/$vf/reset"
	# It fails to bind to no driver, and says so, after it has undone the rest.
	driverctl --nosave unset-override "$vf" 2>/dev/null
	[ "$(vf_driver "$vf")" = none ]
}

by_reset() { echo 1 > "/sys/bus/pci/devices/$vf/reset"; }

# arm NAME: one cycle; its busy and elapsed nanoseconds are added to the arm's.
declare -A busy elapsed
arm() {
	local b e
	b=$(busy_ns) e=$(elapsed_ns)
	"by_$1" || bail "a cycle by $1"
	busy[$1]=$((${busy[$1]:-0} + $(busy_ns) - b))
	elapsed[$1]=$((${elapsed[$1]:-0} + $(elapsed_ns) - e))
}

arms() { jq -nc --argjson k "$1" --argjson d "$2" --arg other "$3" '{kvmshare: $k, ($other): $d}'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.4f", a / b }'; }
mean() { echo $(($1 / rounds)); }

make_vf() {
	echo 0 > "/sys/bus/pci/devices/$net_pf/sriov_drivers_autoprobe"
	echo "$1" > "/sys/bus/pci/devices/$net_pf/sriov_numvfs"
	vf=$(basename "$(readlink "/sys/bus/pci/devices/$net_pf/virtfn0")")
}

# Before kvmshare is there, so that it does nothing in the others' time.
modprobe vfio-pci
make_vf 1
for _ in $(seq "$rounds"); do
	arm driverctl
	arm reset
done

modprobe kvmshare_vf || bail "the module loads"
systemctl start kvmshare-host || bail "the service starts"
check "the card is enrolled" kvmshare vf enrol "$net_pf" --reset-cleans
defer "pool_close $net_pf"
check "the VF is free" wait_for 30 vf_is "$vf" free
for _ in $(seq "$rounds"); do arm kvmshare; done

check "every cycle was whole" [ "${#busy[@]}" = 3 ]
record vf.lease_cost ratio "$(ratio "${busy[kvmshare]}" "${busy[driverctl]}")" \
	"busy instructions of a cycle, mean of $rounds: kvmshare run -- true against driverctl and a reset" \
	"$(arms "$(mean "${busy[kvmshare]}")" "$(mean "${busy[driverctl]}")" driverctl)" "$rounds"
record vf.cycle_vs_reset ratio "$(ratio "${elapsed[kvmshare]}" "${elapsed[reset]}")" \
	"virtual time of a cycle against a bare reset, mean of $rounds" \
	"$(arms "$(mean "${elapsed[kvmshare]}")" "$(mean "${elapsed[reset]}")" reset)" "$rounds"
