#!/bin/bash
# VFs and PFs removed under leases: the holder is told, who removes waits for the holder alone, and the pool ends up as the bus is.
# timeout: 240
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

vf_setup -r

# -- sriov_numvfs written by someone else, a VF leased and open.
leases "a VMM has an NVMe VF open, and watches its lease" vmm -p $nvme -O -W
vf=$(vf_of vmm); lease=$(lease_of vmm)
talks events vfctl events 100; events=$talker
defer "kill $events"
check "and somebody reads the events" wait_for 10 said events ready
echo 0 > $pci/$nvme/sriov_numvfs & writer=$!
check "the holder is told by its descriptor" wait_for 20 said vmm '^poll pri'
check "and by an event" wait_for 5 said events "^lease-revoke id $lease .* bdf $vf"
check "the writer waits" kill -0 $writer
is "the VF is leased still" "$(state "$vf")" leased
check "the other PF serves meanwhile" bash -c "vfctl lease -p $igb < /dev/null"
like "this one has nothing to give" "$(vfctl lease -p $nvme -n 4 2>&1)" ENOSPC
kill_lessee "$pid"
check "the holder killed, the writer is done" wait_for 30 bash -c "! kill -0 $writer"
check "the VFs are gone from the pool" wait_for 30 bash -c "[ \$(cat $pool/pfs/$nvme/vfs) = 0 ]"
check "the lease too" wait_for 10 test ! -e "$pool/leases/$lease"
# Between the holder's end and the removal it may have been reset and returned.
like "history has that lease" "$(vfctl history "$vf")" "lease $lease .* state [07] "
echo 4 > $pci/$nvme/sriov_numvfs
check "VFs made anew are found, reset and free" wait_for 60 bash -c "[ \$(cat $pool/pfs/$nvme/vfs_free) = 4 ]"

# -- The same, leased but not open: nobody waits.
leases "a lessee has a VF that it never opened" idle -p $nvme
vf=$(vf_of idle); lease=$(lease_of idle)
check "sriov_numvfs 0 does not wait for it" timeout 60 bash -c "echo 0 > $pci/$nvme/sriov_numvfs"
is "the lease stays, naming what is gone" "$(state "$vf") $(cat "$pool/leases/$lease/vfs")" "gone 1"
echo 4 > $pci/$nvme/sriov_numvfs
check "VFs made anew take the names" wait_for 60 bash -c "[ \$(cat $pool/pfs/$nvme/vfs_free) = 4 ]"
is "that one too" "$(state "$vf")" free
leases "and it is leased to another" other -v "$vf" -O
kill_lessee "$pid"
check "the lease of what is gone ends like any" vfctl release "$lease"
check "and is forgotten" wait_for 10 test ! -e "$pool/leases/$lease"
for p in $lessees; do kill_lessee "$p"; done
check "everything is free" wait_for 30 all_are free

# -- sriov_numvfs under held VFs.
leases "a VMM leaves a helper" vmm -p $nvme -H
helper=$(child_of vmm); vf=$(vf_of vmm)
kill_lessee "$pid"
wait_for 10 in_state "$vf" held
echo 0 > $pci/$nvme/sriov_numvfs & writer=$!
is "the writer waits for the helper" "$(wait_for 3 bash -c "! kill -0 $writer"; state "$vf")" held
kill -KILL "$helper"
check "and is done with it" wait_for 30 bash -c "! kill -0 $writer"
check "the VF is gone" wait_for 10 test ! -e "$pool/vfs/$vf"
check "and its lease" wait_for 10 bash -c "[ -z \"\$(ls $pool/leases)\" ]"
echo 4 > $pci/$nvme/sriov_numvfs
wait_for 60 settled 11

# -- numvfs written while VFs come back, again and again.
for _ in 1 2 3; do
	for i in 1 2 3 4; do lessee "quick$i" -p $nvme -O || bail "a lessee"; done
	for p in $lessees; do kill -KILL "$p"; done
	echo 0 > $pci/$nvme/sriov_numvfs
	for p in $lessees; do kill_lessee "$p"; done
	echo 4 > $pci/$nvme/sriov_numvfs
	wait_for 60 settled 11
done
check "removing VFs that are being reset leaves all free" wait_for 60 all_are free

# -- The PF removed under a lease.
leases "a VMM has a network VF open" vmm -p $igb -O -W
lease=$(lease_of vmm)
echo 1 > $pci/$igb/remove & remover=$!
check "the holder is told" wait_for 20 said vmm '^poll pri'
check "who removes the PF waits" kill -0 $remover
check "the other PF serves meanwhile" bash -c "vfctl lease -p $nvme < /dev/null"
kill_lessee "$pid"
check "the holder killed, the PF is gone" wait_for 60 test ! -e $pci/$igb
check "from the pool too" wait_for 30 test ! -e $pool/pfs/$igb
check "and its VFs" wait_for 30 settled 4
echo 1 > /sys/bus/pci/rescan
check "it comes back" wait_for 30 test -e $pci/$igb
wait_for 60 test -e $pci/$igb/sriov_numvfs
check "not enrolled" test ! -e $pool/pfs/$igb
wait_for 30 bash -c "[ \$(basename \$(readlink $pci/$igb/driver)) = igb ]"
vf_make $igb 7
vfctl enrol -r $igb
check "until it is enrolled again" wait_for 60 settled 11

vf_over
