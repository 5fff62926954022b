#!/bin/bash
# VMs whose VMM never asked for it are merged where that pays, and taken apart again; the kernel's knobs are as they were when the module has gone.
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
before=$(cat $ksm/run $ksm/pages_to_scan $ksm/sleep_millisecs)
mem_load

# -- In, and out
guest "a VM's memory is there" a mib=24 same=50 layout=clustered
guest "another's too" b mib=24 same=50 layout=clustered
check "one is let in by itself" wait_for 20 eval '[ "$(of a merged)" = 1 ]'
check "ksmd runs for that" wait_for 10 eval '[ "$(cat $ksm/run)" = 1 ]'
check "what is alike of them is merged" wait_for 120 is_merged a 2200 || note "$(mem_state)"
check "of the other, too" wait_for 60 is_merged b 2200
check "which saves memory" wait_for 20 eval '[ "$(of a profit_bytes)" -gt 1000000 ]'
check "and so it stays" wait_for 60 eval '[ "$(of a reason)" = "it pays" ]'
check "every page is as it was" guests_are_right a b

of a mode off
check "asked not to be, it is taken apart" wait_for 60 is_apart a
check "and every page is as it was" guests_are_right a b
is "it says why" "$(of a reason)" "asked for"
note "the lock was held for $(of a lock_held_ns) ns at most"
is "nothing went wrong" "$(of a last_error) $(of b last_error)" "0 0"
of a mode auto
check "it is let in again" wait_for 60 eval '[ "$(of a advised_bytes)" -gt 0 ]'

# -- Who cannot be
guest "one has shared memory" shared mib=16 memfd=1
check "which is said" wait_for 10 eval '[ "$(of shared shared_bytes)" = $((16 << 20)) ]'
is "it has nothing that could merge" "$(of shared mergeable_bytes)" 0

# -- Gone
guest_ends a
check "a VM that has ended is forgotten" wait_for 10 eval '[ "$(cat $mem/vms)" = 2 ]'
guest_ends b
guest_ends shared
check "without any, ksmd stops" wait_for 20 eval '[ "$(cat $ksm/run)" = 0 ]'
check "the module goes" modprobe -r kvmshare_mem
is "and the kernel's knobs are as they were" "$(cat $ksm/run $ksm/pages_to_scan $ksm/sleep_millisecs)" "$before"
