#!/bin/bash
# A libvirt guest with a leased VF starts and stops again and again, and its VF is free after each.
# tier: soak debug
# timeout: 600
. "$TESTLIB/host.sh"
. "$TESTLIB/libvirt.sh"

pool_open "$nvme_pf" 1
vf=$(first_vf)
libvirt_start
domain_define "$vf" no stay > /dev/null
starts=$(size 2 20) good=0
for _ in $(seq "$starts"); do
	virsh start leaser > /dev/null && vf_is "$vf" leased &&
		virsh destroy leaser > /dev/null && wait_for 60 vf_is "$vf" free && good=$((good + 1))
done
is "$starts starts and stops" $good "$starts"
check "no lease is left" leases_are 0
is "each use is in the history" "$(field length kvmshare vf history)" "$starts"
