#!/bin/bash
# A lease by class, node, PF or VF gives what was asked for, bound to vfio-pci, and its end gives it back reset, dirty, and then free.
# tier: check debug-quick
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

vf_setup

# -- What was asked for is what comes.
leases "a network VF is leased by class" net -c 020000/ff0000
like "it is the network card's" "$(cat /tmp/net)" "^vf .* pf $igb index [0-9]+ group [0-9]+ generation [0-9]+ node 1 class 020000 id 8086:10ca"
vf=$(vf_of net)
is "it is bound to vfio-pci" "$(driver_of "$vf")" vfio-pci
check "its group can be opened" test -c "/dev/vfio/$(cat "$pool/vfs/$vf/iommu_group")"
is "the pool shows it leased" "$(state "$vf")" leased
is "and by which lease" "$(cat "$pool/vfs/$vf/lease")" "$(lease_of net)"
is "the lease shows its owner" "$(cat "$pool/leases/$(lease_of net)/owner_pid")" "$pid"
is "and how many VFs it has" "$(cat "$pool/leases/$(lease_of net)/vfs")" 1
leases "an NVMe VF is leased near node 0" ssd -N 0 -S
like "it is the NVMe controller's" "$(cat /tmp/ssd)" "pf $nvme .* node 0 class 010802"
leases "a certain VF is leased" one -v 0000:21:00.4
is "it is that one" "$(vf_of one)" 0000:21:00.4
leases "two of one PF are leased at once" two -n 2 -p $nvme
is "they are two" "$(vfs_of two | sort -u | wc -l)" 2

# -- What is not there is refused, with nothing half done.
refuse "a VF that is leased already is not leased again" vfctl lease -v 0000:21:00.4
like "because there is none" "$(vfctl lease -v 0000:21:00.4 2>&1)" ENOSPC
like "no class fits" "$(vfctl lease -c 030000/ff0000 2>&1)" ENOSPC
like "no NVMe VF is left for two" "$(vfctl lease -p $nvme -n 1 2>&1)" ENOSPC
like "a node without network VFs has none" "$(vfctl lease -c 020000/ff0000 -N 0 -S 2>&1)" ENOSPC
is "6 network VFs are still free" "$(cat "$pool/pfs/$igb/vfs_free")" 6
is "no NVMe VF is" "$(cat "$pool/pfs/$nvme/vfs_free")" 0

# -- The end of a lease, by closing its last descriptor.
before=$(generation "$vf")
check "a lessee ends by itself" bash -c "vfctl lease -v 0000:41:13.1 < /dev/null || vfctl lease -p $igb < /dev/null"
wait_for 30 settled 11
is "its VF is dirty, and not leasable" "$(count_of dirty)" 1
dirty=$(grep -lx dirty "$pool"/vfs/*/state); dirty=$(basename "${dirty%/state}")
is "it is not bound any more" "$(driver_of "$dirty")" none
like "and says that it waits to be cleaned" "$(reason "$dirty")" 'cleaned'
like "a dirty VF is not leased" "$(vfctl lease -v "$dirty" 2>&1)" ENOSPC
refuse "an acknowledgement of another generation is not taken" vfctl cleaned "$dirty" "$before"
check "that of its own is" vfctl cleaned "$dirty" "$(generation "$dirty")"
is "and the VF is free" "$(state "$dirty")" free
refuse "acknowledged once, not twice" vfctl cleaned "$dirty" "$(generation "$dirty")"

# -- History says who had it.
like "history has that lease" "$(vfctl history "$dirty")" "vf $dirty .* reset 0 state 4 end 1 .* comm vfctl"

# -- An administrator ends a lease.
check "an administrator releases a lease" vfctl release "$(lease_of net)"
wait_for 30 in_state "$vf" dirty
is "its VF came back, its owner alive" "$(state "$vf")" dirty
like "a lease that has ended is not there" "$(vfctl release "$(lease_of net)" 2>&1)" ENOENT

vf_over
