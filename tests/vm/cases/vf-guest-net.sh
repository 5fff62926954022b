#!/bin/bash
# A Debian guest gets a leased network VF with a MAC and VLAN of its own; the next holder finds neither.
# tier: soak
# timeout: 240
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"
. "$TESTLIB/pool.sh"

mac=52:54:00:aa:bb:cc

pf_says() { ip link show "$pf_net" | grep 'vf 0'; }

# net_guest NAME SPEC: a guest that says which MAC it sees, and stays.
net_guest() {
	local words
	rm -f "$(guest_console "$1")"
	mapfile -t words < <(guest_command "$1" net,stay -device vfio-pci,host=@vf0)
	kvmshare run --name "$1" --vf "class=ethernet,$2" -- "${words[@]}" > "/var/tmp/$1.qemu" 2>&1 &
	printf -v "guest_pid_$1" %s $!
	defer "kill -9 $!"
	defer "cp $(guest_console "$1") $OUT/$CASE.$1.console; cp /var/tmp/$1.qemu $OUT/$CASE.$1.qemu"
}

pool_open "$net_pf" 1
vf=$(basename "$vfs"/*)
pf_net=$(basename "/sys/bus/pci/devices/$net_pf/net/"*)

net_guest first "mac=$mac,vlan=7,trust=on,spoofchk=off"
check "the guest's stock driver sees the MAC asked for" guest_waits first 90 "guest: net igbvf $mac"
like "the PF has the VLAN, trust and spoof check asked for" "$(pf_says)" 'vlan 7.*spoof checking off.*trust on'
guest_kill first
check "the VF comes back by itself" wait_for 60 vf_is "$vf" free
like "the PF has forgotten MAC, trust and spoof check" "$(pf_says)" '00:00:00:00:00:00.*spoof checking on.*trust off'
check "and the VLAN" eval '! pf_says | grep -q vlan'

net_guest second count=1
check "the next guest gets it" guest_waits second 90 'guest: net igbvf'
check "and not the first one's MAC" eval '! guest_said second "$mac"'
guest_kill second
check "it comes back too" wait_for 60 vf_is "$vf" free
