#!/bin/bash
# A tenant's VMM cannot make its memory mergeable, by no way into the kernel that there is, nor can what it starts; what it was given before is taken from it.
# covers: kmod/core userspace/cmd/run.c userspace/cmd/run_take.c userspace/lib/seal.c
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
mem_load
sealed=$(command -v sealed)

alone=$(sealed)
note "of its own: $alone"
like "a process can advise its memory" "$alone" '^madvise: done$'
like "and set up a ring" "$alone" '^io_uring_setup: (Bad address|done)$'

check "a tenant's cannot, by any way" kvmshare run --tenant blue -- sealed
check "nor as another user" kvmshare run --tenant blue --user nobody -- "$sealed"
check "nor can what it starts" kvmshare run --tenant blue -- sh -c 'sealed'
refuse "one without a tenant is not kept from it" kvmshare run -- sealed

refuse "a process may be given a ring" sealed given "$sealed" has
check "a tenant's has none" sealed given kvmshare run --tenant blue -- "$sealed" has
check "nor as another user" sealed given kvmshare run --tenant blue --user nobody -- "$sealed" has

# -- What the registry says
kvmshare run --tenant blue -- memload mib=16 < <(sleep 60) > /tmp/blue 2>&1 &
defer "kill -9 $!"
guest_pid[blue]=$!
check "a tenant's VM begins" wait_for 60 guest_begins blue
is "it is told to be sealed" "$(cat "$(vm_of blue)/sealed")" 1
kvmshare run -- memload mib=16 < <(sleep 60) > /tmp/nobodys 2>&1 &
defer "kill -9 $!"
guest_pid[nobodys]=$!
check "another begins" wait_for 60 guest_begins nobodys
is "it is not" "$(cat "$(vm_of nobodys)/sealed")" 0
refuse "nobody says so later" sh -c "echo 1 > $(vm_of nobodys)/sealed"
