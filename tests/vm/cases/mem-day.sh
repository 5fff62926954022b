#!/bin/bash
# Through days and nights in which half of the VMs' memory comes and goes, the policy has saved as much as the best of the other arms, on the whole, and more for each second of the CPU.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h tests/vm/guest/memload.c tests/vm/lib/mem-arms.sh
# tier: soak
# timeout: 2700
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
. "$TESTLIB/mem-arms.sh"
no_balancing
short_of_memory 512

day() { for _ in 1 2 3 4; do vm mib=128 same=50 layout=clustered day=120; done; }
compare day 240
on="four VMs of 128 MiB, half of each the same; half of it is there by day, of 60 s; $length s"
figure mem.day_saved_vs_best ratio "$(ratio "$(of_arm kvmshare mean_mib)" "$(best_other mean_mib)")" '>= 0.95' \
	"$on" "$(by_arm .mean_mib)"
a_second='mean_mib / ([.ksmd_s + .khugepaged_s, 0.01] | max)'
figure mem.day_mib_per_cpu_s_vs_best ratio \
	"$(ratio "$(jq -r ".kvmshare | .$a_second" <<< "$compared")" "$(best_other "$a_second")")" '>= 1' "$on" "$(by_arm ".$a_second")"
