#!/bin/bash
# A pool of hugetlb pages that may grow does so for a command that asks for them, keeps what is in use, shrinks when it idles, and is left alone once somebody else sets it.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h userspace/cmd/run_hugepages.c
# tier: check soak
# landing: 6.12
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
mem_load
pool=$mem/pools/node0-2048kB
nr=/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages
before=$(cat $nr)

like "there is a pool of 2 MiB pages" "$(kvmshare mem pools)" 'node0-2048kB'
is "nobody looks after it" "$(cat $pool/owner)" untouched
refuse "where it may not grow, a command that asks for pages does not begin" kvmshare run --hugepages 2M,mem=64M -- true
like "which it says" "$(kvmshare run --hugepages 2M,mem=64M -- true 2>&1)" '32 pages of 2M are asked for: 0 are free'
like "one that does not say how many, neither" "$(kvmshare run --hugepages 2M -- true 2>&1)" 'how many'
refuse "more than it may have is not asked for" sh -c "echo 1 > $pool/demand_pages"

# -- It grows
kvmshare mem set most_pages 48 --pool node0-2048kB
check "where it may, the command begins" kvmshare run --hugepages 2M,mem=64M -- sh -c 'echo begun'
check "the pages are there" [ "$(cat $nr)" -ge 32 ]
is "the pool is the policy's" "$(cat $pool/owner)" ours
check "which people are told" wait_for 10 eval "kvmshare mem pools | grep -qE 'node0-2048kB +32 .* ours'"
kvmshare run --hugepages 2M,mem=64M --mem auto -- memload mib=64 hugetlb=1 < <(sleep 120) > /tmp/a 2>&1 &
guest_pid[a]=$!
defer "kill -9 $!"
check "a VM has its memory in them" wait_for 60 guest_begins a
check "which is seen" wait_for 10 eval '[ "$(cat $pool/used_pages)" = 32 ]'
# The VM is looked at after its pool, and not in the same second.
names_cause() { [ "$(of a hugetlb_bytes) $(of a mergeable_bytes)" = "$((64 << 20)) 0" ]; }
check "and cannot merge, for which the cause is named" wait_for 10 names_cause

# -- Never below what is in use
kvmshare mem set most_pages 16 --pool node0-2048kB
sleep 5
is "what is in use stays, whatever it may have now" "$(cat $nr) $(cat $pool/used_pages)" "32 32"
kvmshare mem set most_pages 48 --pool node0-2048kB

# -- Somebody else
echo 40 > $nr
check "somebody else's number is left" wait_for 10 eval '[ "$(cat $pool/owner)" = theirs ]'
guest_ends a
sleep 3
is "for good" "$(cat $nr)" 40
check "until it is taken back" kvmshare mem reclaim node0-2048kB
check "and looked after again" wait_for 10 eval '[ "$(cat $pool/owner)" != theirs ]'

# -- At the end
check "the module goes" modprobe -r kvmshare_mem
note "there were $before pages before, and $(cat $nr) after"
echo 0 > $nr
