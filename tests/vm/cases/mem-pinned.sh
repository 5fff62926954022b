#!/bin/bash
# A VM whose memory a device has pinned is out by itself, and says so; one beside it is merged.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h
# tier: check soak
# landing: 6.12
# timeout: 200
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
mem_load

guest "a VM is there" a mib=24 same=80 layout=clustered
guest "another is" b mib=24 same=80 layout=clustered
guest "one has its memory pinned" pinned mib=24 same=80 layout=clustered pin=1
check "two are merged" wait_for 120 is_merged a 4000
is "the pinned one is out" "$(of pinned merged) $(of pinned advised_bytes) $(of pinned merging_pages)" "0 0 0"
is "which is said" "$(of pinned reason) $(of pinned pinned)" "a device has its memory, which cannot merge then 1"
of pinned mode on
sleep 2
is "though an administrator wants it in" "$(of pinned advised_bytes)" 0

check "every page is as it was" guests_are_right a b pinned
