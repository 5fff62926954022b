#!/bin/bash
# A VF that is set aside stays so when its PF's VFs are made anew, by whomever, until an administrator says so.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

kept=/etc/kvmshare/quarantines.json
pool_open "$nvme_pf" 2
vf=$(basename "$(readlink "/sys/bus/pci/devices/$nvme_pf/virtfn1")")
defer 'rm -f /etc/kvmshare/quarantines.json'

check "a VF is set aside" kvmshare vf quarantine "$vf" --reason "it smells"
like "for the reason given" "$(kvmshare vf list)" "$vf +quarantined .*it smells"
is "it is written down" "$(jq -c '.quarantines | map([.index, .reason])' $kept)" '[[1,"it smells"]]'
exits 1 "it is not leased" kvmshare vf lease --vf "vf=$vf"
kvmshare vf provision "$nvme_pf" 0
kvmshare vf provision "$nvme_pf" 2
is "made anew, it is set aside from the first moment" "$(cat "$vfs/$vf/state")" quarantined
check "the other is free" wait_for 30 vf_counts free 1

# By somebody else, behind the tool's back.
echo 0 > "/sys/bus/pci/devices/$nvme_pf/sriov_numvfs"
check "the VFs are gone" wait_for 10 eval '[ ! -e "$vfs/$vf" ]'
echo 2 > "/sys/bus/pci/devices/$nvme_pf/sriov_numvfs"
check "the service sets it aside again" wait_for 30 vf_is "$vf" quarantined
check "the other is free" wait_for 30 vf_counts free 1
is "it is written down once" "$(jq '.quarantines | length' $kept)" 1

systemctl restart kvmshare-host
is "it stays so when the service starts anew" "$(cat "$vfs/$vf/state")" quarantined
check "an administrator takes it back" kvmshare vf quarantine "$vf" --end
check "it is free" wait_for 30 vf_is "$vf" free
is "it is not written down any more" "$(jq '.quarantines | length' $kept)" 0
exits 1 "it is not taken back twice" kvmshare vf quarantine "$vf" --end

# One that the kernel sets aside is written down by the service.
lease_starts "it is leased" one --vf "vf=$vf"
echo > "/sys/bus/pci/devices/$vf/reset_method"
lease_end one
check "a VF that cannot be reset is set aside" wait_for 30 vf_is "$vf" quarantined
check "and written down" wait_for 10 eval '[ "$(jq ".quarantines | length" $kept)" = 1 ]'
is "with the kernel's reason" "$(jq -r '.quarantines[0].reason' $kept)" "$(cat "$vfs/$vf/reason")"
echo default > "/sys/bus/pci/devices/$vf/reset_method"
check "mended, it is taken back" kvmshare vf quarantine "$vf" --end
check "and free" wait_for 30 vf_is "$vf" free
