#!/bin/bash
# A whole cycle of a VF (bound to vfio-pci, reset, given back) by kvmshare, by driverctl with a reset through sysfs, and the bare reset.
# tier: bench
# timeout: 900
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"

rounds=20

# Nanoseconds that tasks ran, the kernel's own among them, idle time left out:
# with a clock that counts instructions, one each.
busy_ns() {
	local sum=0 words
	while read -ra words; do
		[[ ${words[0]} != cpu[0-9]* ]] || sum=$((sum + words[7]))
	done < /proc/schedstat
	echo $sum
}

# One lease by a program that asks for it, and waits for the round before to be over.
by_lease() { vfctl lease -w -v "$vf" < /dev/null; }
by_run() { kvmshare run --wait --vf "vf=$vf" -- true; }

by_driverctl() {
	driverctl --nosave set-override "$vf" vfio-pci || return
	echo 1 > "/sys/bus/pci/devices/$vf/reset"
	# It fails to bind to no driver, and says so, after it has undone the rest.
	driverctl --nosave unset-override "$vf" 2>/dev/null
	[ "$(vf_driver "$vf")" = none ]
}

by_reset() { echo 1 > "/sys/bus/pci/devices/$vf/reset"; }

# measure NAME HOW: so many rounds, and what follows from them; the mean of a
# round's busy and elapsed nanoseconds is the arm's.
declare -A busy elapsed
measure() {
	local b e
	sleep 1
	b=$(busy_ns) e=$(date +%s%N)
	for ((i = 0; i < rounds; i++)); do "by_$2" > /dev/null || bail "a round by $1"; done
	elapsed[$1]=$((($(date +%s%N) - e) / rounds))
	sleep 1
	busy[$1]=$((($(busy_ns) - b) / rounds))
	note "$1: ${busy[$1]} instructions, ${elapsed[$1]} ns"
}

udev_units="systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-udevd.service"
udev() { systemctl "$1" $udev_units; }

# compare NAME UNIT-ARRAY ARM OTHER SCENARIO: a ratio, of which the other arm is one.
compare() {
	local -n of=$2
	record "$1" ratio "$(awk -v a="${of[$3]}" -v b="${of[$4]}" 'BEGIN { printf "%.4f", a / b }')" "$5" \
		"$(jq -nc --arg a "$3" --argjson x "${of[$3]}" --arg b "$4" --argjson y "${of[$4]}" '{($a): $x, ($b): $y}')" $rounds
}

# Before kvmshare is there, so that it does nothing in the others' time.
modprobe vfio-pci
vf_make "$net_pf" 1
vf=$(basename "$(readlink "/sys/bus/pci/devices/$net_pf/virtfn0")")
measure reset reset
measure driverctl-with-udev driverctl
udev stop
defer "udev start"
measure driverctl driverctl
udev start

modprobe kvmshare_vf || bail "the module loads"
systemctl start kvmshare-host || bail "the service starts"
check "the card is enrolled" kvmshare vf enrol "$net_pf" --reset-cleans
defer "pool_close $net_pf"
check "the VF is free" wait_for 30 vf_is "$vf" free
measure kvmshare-with-udev lease
measure kvmshare-run-with-udev run
udev stop
measure kvmshare lease
measure kvmshare-run run
udev start

check "every arm was measured" [ "${#busy[@]}" = 7 ]
compare vf.lease_cost busy kvmshare driverctl \
	"busy instructions of a cycle without udev, whose work on the same events is the same: one program that leases and lets go, against driverctl, a reset, driverctl"
compare vf.lease_cost_with_udev busy kvmshare-with-udev driverctl-with-udev "the same with udev"
compare vf.run_cost busy kvmshare-run driverctl "busy instructions without udev: kvmshare run -- true, against driverctl, a reset, driverctl"
compare vf.run_cost_with_udev busy kvmshare-run-with-udev driverctl-with-udev "the same with udev"
compare vf.cycle_vs_reset elapsed kvmshare reset "virtual time of a cycle against a bare reset"
