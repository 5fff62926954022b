#!/bin/bash
# A pair of Debian guests talks over leased network VFs with MAC and VLAN of their own; the next holder finds neither.
# tier: soak debug
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"
. "$TESTLIB/pool.sh"

mac1=52:54:00:aa:bb:01 mac2=52:54:00:aa:bb:02

# What the PF has of the VF with MAC $1.
pf_says() { ip link show "$pf_net" | grep "vf .*$1"; }

# sum_of NAME WORD: the checksum that a guest told.
sum_of() { sed -n "s/^guest: net $2 \([0-9a-f]\{64\}\)\r*$/\1/p" "$(guest_console "$1")" | head -n 1; }

pool_open "$net_pf" 2
pf_net=$(basename "/sys/bus/pci/devices/$net_pf/net/"*)
# Frames between VFs pass where the PF is up.
ip link set "$pf_net" up
defer "ip link set $pf_net down"

guest_lease taker "class=ethernet,mac=$mac1,vlan=7" netreceive,192.0.2.1
check "the first guest's stock driver sees the MAC asked for" guest_waits taker 90 "guest: net igbvf $mac1"
check "it is ready" guest_waits taker 30 'guest: receives'
guest_lease giver "class=ethernet,mac=$mac2,vlan=7,trust=on,spoofchk=off" netsend,192.0.2.2,192.0.2.1,64
check "so does the second's" guest_waits giver 90 "guest: net igbvf $mac2"
like "the PF has the VLAN, trust and spoof check asked for" "$(pf_says $mac2)" 'vlan 7.*spoof checking off.*trust on'
check "one sends 64 MiB" guest_waits giver 150 'guest: net sent 64 MiB'
check "the other takes them" guest_waits taker 30 'guest: net got'
is "with the same checksum" "$(sum_of taker got)" "$(sum_of giver 'sent 64 MiB')"

check "it goes on sending" guest_waits giver 10 'guest: sending'
sleep 1 # of sending: what is killed is to be in the middle of it
guest_kill giver
guest_kill taker
check "both VFs come back by themselves" wait_for 60 vf_counts free 2
like "the PF has forgotten MAC, trust and spoof check" "$(pf_says 00:00:00:00:00:00)" 'spoof checking on.*trust off'
is "of both" "$(pf_says 00:00:00:00:00:00 | wc -l)" 2
is "and the VLAN" "$(ip link show "$pf_net" | grep -c vlan)" 0

guest_lease next class=ethernet,count=1 net,stay
check "the next guest gets one" guest_waits next 90 'guest: net igbvf'
check "and neither's MAC" eval '! guest_said next "$mac1|$mac2"'
guest_kill next
check "it comes back too" wait_for 60 vf_counts free 2
