#!/bin/bash
# A VMM that hides its merged memory, or moves it about, while that is taken apart has nothing merged in the end.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h tests/vm/guest/memload.c
# tier: check soak
# landing: 6.1
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
mem_load

# Merged in whole mappings, which a VMM may take apart at any page.
guest "a VM is there" a mib=32 same=90 layout=clustered huge=0
guest "another is" b mib=32 same=90 layout=clustered huge=0
check "they are merged" wait_for 120 is_merged a 6000
check "and have page frames in common" [ "$(shared_pages a b | cut -d' ' -f1)" -gt 5000 ]

# -- It moves
guest_does a swap
of a mode off
sleep 2
note "while it moves, it is taken apart: $(of a apart)"
guest_does a stay
check "it is taken apart" wait_for 60 is_apart a
is "and has no page in common with the other" "$(shared_pages a b | cut -d' ' -f1)" 0
check "every page is as it was" guests_are_right a b

# -- It hides, and takes back its advice, which the kernel may not do for what is hidden
of a mode auto
check "it is merged again" wait_for 200 is_merged a 6000
guest_does a hide
of a mode off
sleep 2
guest_does a unmerge
guest_does a show
check "it is taken apart all the same" wait_for 60 is_apart a
is "and has none in common, either" "$(shared_pages a b | cut -d' ' -f1)" 0
check "every page is as it was, still" guests_are_right a b
