#!/bin/bash
# A VF that a process still has open is held, and the process is named, for as long as it lives.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

pool_open "$nvme_pf" 2
# A group that is open without a device in use holds nothing: the helper has both.
kvmshare run --vf class=nvme --tenant blue -- bash -c '
	echo @vf0 > /var/tmp/leased
	group=$(basename "$(readlink "/sys/bus/pci/devices/@vf0/iommu_group")")
	sleep 600 | vfctl hold "$group" @vf0 > /var/tmp/helper 2>&1 &
	echo $! > /var/tmp/helper.pid
	wait' &
pid=$!
defer "kill -9 $pid \$(cat /var/tmp/helper.pid)"
wait_for 30 grep -q '^ready' /var/tmp/helper || { note "$(cat /var/tmp/helper)"; bail "a helper has the VF open"; }
vf=$(cat /var/tmp/leased)
helper=$(cat /var/tmp/helper.pid)
kill -9 $pid
check "the VF is held" wait_for 10 vf_is "$vf" held
like "the holder is named" "$(kvmshare vf list)" "$vf +held .*open in vfctl\($helper\)"
is "in JSON too" "$(field '.[] | select(.state == "held") | .holders | join(" ")' kvmshare vf list)" "vfctl($helper)"
is "it is charged to the tenant still" "$(cat "$vfs/$vf/tenant")" blue

# Removing the VFs waits for it, and says so.
exits 1 "a PF with a held VF is not taken out" kvmshare vf enrol "$nvme_pf" --out
exits 1 "nor are its VFs removed" kvmshare vf provision "$nvme_pf" 0
is "nothing was changed" "$(cat "/sys/bus/pci/devices/$nvme_pf/sriov_numvfs")" 2
kill -9 "$helper"
check "it comes back when the holder is gone" wait_for 30 vf_is "$vf" free

# A VF in use by who leased nothing: the kernel's own waiting.
kvmshare vf enrol "$nvme_pf" --out
echo vfio-pci > "/sys/bus/pci/devices/$vf/driver_override"
echo "$vf" > /sys/bus/pci/drivers_probe
group=$(basename "$(readlink "/sys/bus/pci/devices/$vf/iommu_group")")
# Opened as a device, not as a group alone: see vfctl.
sleep 600 | vfctl hold "$group" "$vf" > /var/tmp/hold 2>&1 & holder=$!
defer "kill -9 $holder"
if ! wait_for 10 grep -q '^ready' /var/tmp/hold; then
	note "$(cat /var/tmp/hold)"
	bail "a process holds the VF"
fi
# Enrolled only now: the module takes a VF back that nobody has open.
kvmshare vf enrol "$nvme_pf"
like "it is foreign, and its user named" "$(kvmshare vf list)" "$vf +foreign .*vfctl\($holder\)"
kvmshare vf provision "$nvme_pf" 0 > /var/tmp/provision 2>&1 & provision=$!
check "removing waits, and says for whom" wait_for 20 grep -q "waiting for VF $vf, which vfctl($holder) has open" /var/tmp/provision
kill -TERM $provision
wait $provision
is "a signal ends the waiting, as Ctrl-C does" $? 1
check "and the PF is in the pool again" test -e "/sys/kernel/kvmshare/pfs/$nvme_pf"
like "and is told what goes on" "$(cat /var/tmp/provision)" "goes on as soon as"
kvmshare vf provision "$nvme_pf" 0 > /var/tmp/again 2>&1 & again=$!
defer "kill -9 $again"
check "another who wants it removed is told what it waits for" wait_for 20 grep -q "waiting for another kvmshare" /var/tmp/again
kill -9 $holder
check "the kernel goes on when it is let go" wait_for 30 grep -qx 0 "/sys/bus/pci/devices/$nvme_pf/sriov_numvfs"
wait $again
is "and so does who waited" $? 0
