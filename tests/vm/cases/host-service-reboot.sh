#!/bin/bash
# After a reboot enrolments, limits, quotas and quarantines are as before, and nothing was leasable in between.
# timeout: 240
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

shown() { kvmshare vf list --json | jq -c 'map([.bdf, .state, .reason])'; kvmshare vf quota --json | jq -c 'map([.tenant, .uid, .max])'; }
kept=/var/lib/kvmshare-test/shown

case $STAGE in
0)
	pool_open "$nvme_pf" 3
	kvmshare vf enrol "$net_pf" --limit 5
	kvmshare vf provision "$net_pf" 2
	kvmshare vf quota --tenant blue --max 3
	kvmshare vf quarantine "$(basename "$(readlink "/sys/bus/pci/devices/$nvme_pf/virtfn2")")" --reason "bad sectors"
	check "five VFs are there, one set aside" wait_for 60 vf_counts free 4
	shown > $kept
	reboot_host
	;;
1)
	defer "rm -f /etc/kvmshare/*.json"
	defer "pool_close $nvme_pf; pool_close $net_pf"
	modprobe kvmshare_vf
	is "before the service nothing is enrolled" "$(ls /sys/kernel/kvmshare/pfs)" ""
	exits 1 "and nothing can be leased" kvmshare vf lease --vf class=nvme
	check "the service restores" systemctl start kvmshare-host
	check "four VFs are free" wait_for 60 vf_counts free 4
	is "all is as before" "$(shown)" "$(cat $kept)"
	is "the limit holds" "$(jq '.pfs[] | select(.pf == "'"$net_pf"'") | .limit' /etc/kvmshare/pfs.json)" 5
	is "no driver of the host took a VF" "$(ls -d /sys/bus/pci/devices/*/physfn 2> /dev/null | while read -r p; do [ ! -e "${p%/physfn}/driver" ] || echo "$p"; done)" ""
	;;
esac
