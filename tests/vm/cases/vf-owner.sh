#!/bin/bash
# A lease belongs to the process that it was made for: it ends when that is killed, whoever else has its descriptor, and lives through exec; who holds the VF in VFIO still, keeps it held.
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

vf_setup -r

# -- Killed, with the VF open in VFIO, as a VMM has it.
leases "a VMM has a VF open" vmm -O
vf=$(vf_of vmm)
kill_lessee "$pid"
check "killed, its VF comes back by itself" wait_for 30 in_state "$vf" free
is "unbound" "$(driver_of "$vf")" none
like "history says that the owner was gone, or its descriptor closed" "$(vfctl history "$vf")" ' end [12] '

# -- A descriptor that was passed on carries no right.
leases "a child inherits a lease" parent -F
vf=$(vf_of parent); child=$(child_of parent)
check "the child has the descriptor" bash -c "ls -l /proc/$child/fd | grep -q kvmshare-lease"
kill_lessee "$pid"
check "the owner killed, the VF comes back" wait_for 30 in_state "$vf" free
check "although the child lives, and has it still" bash -c "ls -l /proc/$child/fd | grep -q kvmshare-lease"
refuse "which keeps the module" modprobe -r kvmshare_vf
kill -KILL "$child"

# -- A helper that inherited the VFIO descriptors.
leases "a VMM leaves a helper" vmm -H -t blue
vf=$(vf_of vmm); helper=$(child_of vmm); lease=$(lease_of vmm)
kill_lessee "$pid"
check "the VMM killed, its VF is held" wait_for 10 in_state "$vf" held
is "bound as it was" "$(driver_of "$vf")" vfio-pci
check "says so" wait_for 5 grep -q 'still has it open' "$pool/vfs/$vf/reason"
is "and is charged to the tenant still" "$(cat "$pool/vfs/$vf/tenant")" blue
is "by the lease that has ended" "$(cat "$pool/leases/$lease/state")" ended
check "the helper is who has the group open" \
	bash -c "ls -l /proc/$helper/fd | grep -q /dev/vfio/$(cat "$pool/vfs/$vf/iommu_group")"
refuse "a held VF cannot be set aside" vfctl quarantine "$vf"
refuse "nor its PF be taken out" vfctl out "${vf%:*}:00.0"
refuse "nor the module be unloaded" modprobe -r kvmshare_vf
is "and it does not become free by waiting" "$(wait_for 3 in_state "$vf" free; state "$vf")" held
kill -KILL "$helper"
check "the helper gone, it comes back by itself" wait_for 10 in_state "$vf" free
held=$(vfctl history "$vf" | tail -n 1 | sed 's/.*held_ms \([0-9]*\) .*/\1/')
check "history says for how long it was held: $held ms" test "$held" -ge 3000

# -- exec keeps the lease, and its descriptor closed ends it.
leases "a lessee becomes another program" shell -x 'exec sleep 1000'
vf=$(vf_of shell); lease=$(lease_of shell)
check "it has" wait_for 10 grep -q sleep "/proc/$pid/comm"
is "the lease is its" "$(cat "$pool/leases/$lease/owner_pid") $(state "$vf")" "$pid leased"
kill_lessee "$pid"
check "and ends with it" wait_for 30 in_state "$vf" free
leases "a lessee closes its lease" closer -C
vf=$(vf_of closer)
check "that ends it, the owner alive" wait_for 30 in_state "$vf" free
check "alive" kill -0 "$pid"

vf_over
