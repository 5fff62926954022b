#!/bin/bash
# VFs that are made and removed again and again while the module looks for them are all found, and nothing is held of those that went.
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

vf_setup -r
rounds=$(size 8 60)
found=0
for ((i = 0; i < rounds; i++)); do
	echo 0 > "$pci/$nvme/sriov_numvfs"
	wait_for 20 bash -c "[ \$(cat $pool/pfs/$nvme/vfs) = 0 ]" || break
	echo 4 > "$pci/$nvme/sriov_numvfs"
	wait_for 30 bash -c "[ \$(cat $pool/pfs/$nvme/vfs_free) = 4 ]" || break
	found=$((found + 1))
done
is "all four were found and free, $rounds times" "$found" "$rounds"
is "the other PF has its seven" "$(cat "$pool/pfs/$igb/vfs_free")" 7
