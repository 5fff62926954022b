#!/bin/bash
# Whatever ends a command while the PF is out of the pool, the PF is let in again.
# timeout: 90
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

pool_open "$nvme_pf" 1
vf=$(first_vf)
kvmshare vf enrol "$nvme_pf" --out
echo vfio-pci > "/sys/bus/pci/devices/$vf/driver_override"
echo "$vf" > /sys/bus/pci/drivers_probe
sleep 600 | vfctl hold "$(basename "$(readlink "/sys/bus/pci/devices/$vf/iommu_group")")" "$vf" > /var/tmp/interrupted 2>&1 & holder=$!
defer "kill -9 $holder"
wait_for 10 grep -q '^ready' /var/tmp/interrupted || { note "$(cat /var/tmp/interrupted)"; bail "a process holds the VF"; }
kvmshare vf enrol "$nvme_pf"

mkfifo /var/tmp/progress
# A shell ignores it for what it puts into the background.
env --default-signal=QUIT kvmshare vf provision "$nvme_pf" 0 2> /var/tmp/progress > /dev/null & provision=$!
defer "kill -9 $provision; rm -f /var/tmp/progress"
# It may have to wait for the service before, and says that first.
like "who removes VFs says how far it is, to a reader" "$(sed '/removing VFs/q' /var/tmp/progress)" 'removing VFs'
# It speaks every two seconds.
sleep 5
check "and goes on when nobody reads" kill -0 "$provision"
check "the PF is out of the pool meanwhile" test ! -e "/sys/kernel/kvmshare/pfs/$nvme_pf"
job=$(pgrep -P "$provision")
kill -QUIT "$provision"
wait "$provision"
is "SIGQUIT ends the waiting" $? 1
check "and the PF is in the pool again" test -e "/sys/kernel/kvmshare/pfs/$nvme_pf"
check "the kernel's part goes on" kill -0 "$job"
is "and keeps no pipe of who began it" "$(readlink "/proc/$job/fd/2")" /dev/null
kill -9 "$holder"
check "to its end" wait_for 30 grep -qx 0 "/sys/bus/pci/devices/$nvme_pf/sriov_numvfs"
