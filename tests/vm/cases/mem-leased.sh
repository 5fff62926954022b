#!/bin/bash
# A guest with a VF has all its memory pinned: it is out by itself.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h
# tier: soak
# kernels: 6.1 6.12 7.3
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/mem.sh"
pool_open "$nvme_pf" 1
mem_load

guest_lease leased class=nvme stay
guest_pid[leased]=$guest_pid_leased
check "a guest has a VF" wait_for 30 eval '[ "$(of leased pinned)" = 1 ]'
sleep 1
is "it is out" "$(of leased merged) $(of leased advised_bytes)" "0 0"
like "and says why" "$(of leased reason)" 'a device has its memory'
