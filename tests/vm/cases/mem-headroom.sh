#!/bin/bash
# Memory is not taken apart where too little is left for that: it stays merged, which is said, and goes apart when there is enough.
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
mem_load
guest "a VM is there" a mib=24 same=80 layout=clustered
guest "another is" b mib=24 same=80 layout=clustered
check "they are merged" wait_for 150 is_merged a 4000 || note "$(mem_state)"
merged=$(of a merging_pages)

# -- Too little
echo $(($(cat $mem/available_bytes) * 2)) > $mem/headroom_bytes
of a mode off
check "to take one apart waits for memory" wait_for 20 eval '[ "$(of a apart)" = "waits: too little memory is available" ]'
sleep 3
check "it stays merged" [ "$(of a merging_pages)" -ge $((merged * 9 / 10)) ]
like "which is told to people, too" "$(kvmshare mem explain "$(basename "$(vm_of a)")")" 'too little memory'

# -- Enough
echo $((64 << 20)) > $mem/headroom_bytes
check "with enough it goes apart" wait_for 60 is_apart a
# That is counted in the next window.
check "of which nothing is left" wait_for 10 eval '[ "$(of a merging_pages) $(of a apart)" = "0 no" ]'
check "every page is as it was" guests_are_right a b

# -- A VM that dies while it waits
of a mode on
check "it is merged again" wait_for 150 is_merged a 4000
echo $(($(cat $mem/available_bytes) * 2)) > $mem/headroom_bytes
of a mode off
check "it waits again" wait_for 20 eval '[ "$(of a apart)" = "waits: too little memory is available" ]'
guest_ends a
check "and is forgotten when it dies" wait_for 10 eval '[ "$(cat $mem/vms)" = 1 ]'
check "the module goes meanwhile" modprobe -r kvmshare_mem
