#!/bin/bash
# Where what is alike lies between what is not, page by page, the policy saves what the best of the other arms saves, with huge pages and without.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h tests/vm/guest/memload.c tests/vm/lib/mem-arms.sh
# tier: soak
# timeout: 2700
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
. "$TESTLIB/mem-arms.sh"
no_balancing
short_of_memory 384

# saves_as_much LOAD ON
saves_as_much() {
	compare "$1" 120
	figure "mem.$1_saved_vs_best" ratio "$(ratio "$(of_arm kvmshare saved_mib)" "$(best_other saved_mib)")" '>= 0.95' \
		"$2; $length s" "$(by_arm .saved_mib)"
}

small() { for _ in 1 2 3 4; do vm mib=96 same=40 zero=10 huge=0; done; }
saves_as_much small "four VMs of 96 MiB in small pages, half of which are the same or zero"
large() { for _ in 1 2 3 4; do vm mib=96 same=40 zero=10; done; }
saves_as_much large "four VMs of 96 MiB in huge pages, of each of which half is the same or zero"
