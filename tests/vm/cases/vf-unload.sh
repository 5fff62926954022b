#!/bin/bash
# Loading changes nothing, unloading is refused while anything is leased or held, and a VF comes back dirty after a load.
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

defer vf_teardown
modprobe kvmshare
vf_make $igb 7
before=$(cat $pci/*/driver_override; readlink $pci/*/driver)
modprobe kvmshare_vf
is "loading enrols nothing" "$(ls $pool/pfs $pool/vfs $pool/leases | xargs)" "$pool/leases: $pool/pfs: $pool/vfs:"
is "and touches no device" "$(cat $pci/*/driver_override; readlink $pci/*/driver)" "$before"
like "and leases nothing" "$(vfctl lease 2>&1)" ENOSPC
vfctl enrol $igb
check "enrolled, its VFs are reset" wait_for 60 settled 7
is "and all of them dirty" "$(vf_states | sort -u)" dirty
clean_all
check "cleaned, they are free" all_are free

leases "a lessee has one" one -O
vf=$(vf_of one)
refuse "the module is not unloaded under a lease" modprobe -r kvmshare_vf
is "which has it still" "$(state "$vf")" leased
like "nor is the PF taken out" "$(vfctl out $igb 2>&1)" EBUSY
kill_lessee "$pid"
check "after it the VF is dirty" wait_for 30 in_state "$vf" dirty
wait_for 10 bash -c "[ -z \"\$(ls $pool/leases)\" ]"
check "and the module unloads" modprobe -r kvmshare_vf
is "nothing stays bound or overridden" "$(cat $pci/*/driver_override; readlink $pci/*/driver)" "$before"
check "it loads again" modprobe kvmshare_vf
vfctl enrol $igb
check "everything is looked at" wait_for 60 settled 7
is "and dirty, what was free before too" "$(vf_states | sort -u)" dirty

# -- Unloaded in the middle of resets, again and again.
for _ in 1 2 3 4 5; do
	modprobe -r kvmshare_vf || bail "the module unloads while VFs are being reset"
	modprobe kvmshare_vf; vfctl enrol $igb
done
check "unloading under resets leaves the VFs usable" wait_for 60 settled 7
vf_make $nvme 4
check "taken out and enrolled, again and again" \
	bash -c "for i in 1 2 3 4 5; do vfctl enrol $nvme && wait_out() { until vfctl out $nvme 2> /dev/null; do :; done; } && timeout 30 bash -c 'until vfctl out $nvme 2> /dev/null; do sleep 0.05; done' || exit 1; done"
clean_all
vf_over
