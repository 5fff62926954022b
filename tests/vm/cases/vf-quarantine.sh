#!/bin/bash
# A VF whose reset fails is set aside, says why, is never leased, also after the module was unloaded and loaded, until an administrator takes it back.
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

vf_setup -r

vf=0000:41:10.1
[ -e "$pool/vfs/$vf" ] || vf=$(basename "$(ls -d $pool/vfs/0000:41:* $pool/vfs/0000:42:* 2> /dev/null | head -n 1)")
methods=$(cat "$pci/$vf/reset_method")

leases "a lessee has the VF" bad -v "$vf" -O
echo > "$pci/$vf/reset_method"
kill_lessee "$pid"
check "its reset made to fail, it is set aside" wait_for 30 in_state "$vf" quarantined
like "with the reason" "$(reason "$vf")" 'reset failed: .*no reset method'
is "bound to nothing" "$(driver_of "$vf")" none
check "and nothing can be bound, for it waits for a driver that is not there" \
	wait_for 10 bash -c "[ '$(override_of "$vf")' = kvmshare-quarantine ]"
echo "$vf" > /sys/bus/pci/drivers_probe
is "not by asking for any driver" "$(driver_of "$vf")" none
like "history says what the reset returned" "$(vfctl history "$vf")" 'reset -25 state 5'
like "it is not leased" "$(vfctl lease -v "$vf" 2>&1)" ENOSPC
like "nor with a wish to wait (a second)" "$(timeout -s USR1 1 vfctl lease -w -v "$vf" 2>&1)" EINTR
like "nor acknowledged as cleaned" "$(vfctl cleaned "$vf" "$(generation "$vf")" 2>&1)" EBUSY
is "the others are free" "$(count_of free)" 10

# -- Over a reload.
check "the module unloads" modprobe -r kvmshare_vf
is "the quarantine stays" "$(override_of "$vf")" kvmshare-quarantine
check "the module loads" modprobe kvmshare_vf
vfctl enrol -r $nvme; vfctl enrol -r $igb
check "the VFs are reset" wait_for 60 settled 11
is "the VF is set aside" "$(state "$vf")" quarantined
like "since before" "$(reason "$vf")" 'as its driver override says'
is "and no other is" "$(count_of quarantined) $(count_of free)" "1 10"

# -- Taken back while the reset still fails; then when it works.
check "an administrator takes it back too early" vfctl quarantine -e "$vf"
check "it is set aside again" wait_for 30 in_state "$vf" quarantined
check "the override with it" wait_for 10 bash -c "grep -qx kvmshare-quarantine $pci/$vf/driver_override"
echo default > "$pci/$vf/reset_method"
is "its reset mended" "$(cat "$pci/$vf/reset_method")" "$methods"
check "he takes it back" vfctl quarantine -e "$vf"
check "it is free" wait_for 30 in_state "$vf" free
is "the override is gone" "$(override_of "$vf")" "(null)"
refuse "what is not set aside is not taken back" vfctl quarantine -e "$vf"
leases "and it is leased" good -v "$vf" -O
kill_lessee "$pid"
wait_for 30 in_state "$vf" free

# -- Set aside by hand.
check "an administrator sets a VF aside" vfctl quarantine "$vf" "smells of smoke"
is "with his reason" "$(state "$vf"): $(reason "$vf")" "quarantined: smells of smoke"
check "it is written down" wait_for 10 bash -c "grep -qx kvmshare-quarantine $pci/$vf/driver_override"
check "unloading right after setting aside another" bash -c "vfctl quarantine 0000:21:00.2 && modprobe -r kvmshare_vf"
is "loses neither" "$(override_of "$vf") $(override_of 0000:21:00.2)" "kvmshare-quarantine kvmshare-quarantine"
modprobe kvmshare_vf; vfctl enrol -r $nvme; vfctl enrol -r $igb; wait_for 60 settled 11
is "after loading both are set aside" "$(state "$vf") $(state 0000:21:00.2)" "quarantined quarantined"
vfctl quarantine -e "$vf"; vfctl quarantine -e 0000:21:00.2
check "and both can be taken back" wait_for 30 all_are free

# -- The VFs made anew, by whomever, with nobody to set one aside again.
states_of() { local f; for f in "$pool"/vfs/0000:21:*/state; do cat "$f"; done | sort | uniq -c | xargs; }
vfctl quarantine 0000:21:00.2
wait_for 10 bash -c "grep -qx kvmshare-quarantine $pci/0000:21:00.2/driver_override"
echo 0 > "$pci/$nvme/sriov_numvfs"
check "their VFs are gone" wait_for 10 test ! -e "$pool/vfs/0000:21:00.2"
# One that is not on the bus.
check "a VF that is not there is set aside by its number" vfctl quarantine -i 2 "$nvme"
refuse "not of a PF that is not enrolled" vfctl quarantine -i 2 0000:00:01.0
vf_make "$nvme" 4
check "they are made anew" wait_for 60 settled 11
is "those two are set aside" "$(states_of)" "2 free 2 quarantined"
is "and have been from the first moment" "$(state 0000:21:00.2) $(state 0000:21:00.3)" "quarantined quarantined"
like "which they say" "$(reason 0000:21:00.2)" 'were made anew'
like "and they were never leasable" "$(vfctl history 0000:21:00.2; vfctl lease -v 0000:21:00.2 2>&1)" ENOSPC
vfctl quarantine -e 0000:21:00.2; vfctl quarantine -e -i 2 "$nvme"
check "both can be taken back" wait_for 30 all_are free
echo 0 > "$pci/$nvme/sriov_numvfs"
wait_for 10 test ! -e "$pool/vfs/0000:21:00.2"
vf_make "$nvme" 4
check "and stay so when made anew" wait_for 60 all_are free

vf_over
