#!/bin/bash
# VFs of an enrolled PF are made when run needs the first, up to its limit.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

pool_open "$nvme_pf" 0
exits 0 "the PF is enrolled anew with a limit" kvmshare vf enrol "$nvme_pf" --limit 3
exits 0 "run makes VFs and leases one" kvmshare run --vf class=nvme -- sh -c 'ls -d /sys/bus/pci/devices/@vf0'
like "and says so" "$said" 'making 3'
is "as many as the limit" "$(cat "/sys/bus/pci/devices/$nvme_pf/sriov_numvfs")" 3
is "no driver of the host takes them" "$(cat "/sys/bus/pci/devices/$nvme_pf/sriov_drivers_autoprobe")" 0
check "all are free in the end" wait_for 30 vf_counts free 3
exits 1 "more than the limit is refused" kvmshare vf provision "$nvme_pf" 4
like "by its name" "$said" "limit is 3"
exits 1 "so is another number, from this one" kvmshare vf provision "$nvme_pf" 2
like "with the way to it" "$said" "provision PF 0"
is "nothing has changed" "$(cat "/sys/bus/pci/devices/$nvme_pf/sriov_numvfs")" 3
exits 0 "the same number is no change" kvmshare vf provision "$nvme_pf" 3
exits 0 "none" kvmshare vf provision "$nvme_pf" 0
is "removes them" "$(cat "/sys/bus/pci/devices/$nvme_pf/sriov_numvfs")" 0
exits 0 "taken out, it is the host's again" kvmshare vf enrol "$nvme_pf" --out
is "with drivers for its VFs" "$(cat "/sys/bus/pci/devices/$nvme_pf/sriov_drivers_autoprobe")" 1
