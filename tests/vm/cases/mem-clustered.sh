#!/bin/bash
# Of half-identical VMs the policy saves what the best of the other arms saves, with half of ksmd's CPU time, and in half of ksmtuned's time.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h tests/vm/guest/memload.c tests/vm/lib/mem-arms.sh
# tier: soak
# kernels: 6.1 6.12 7.3
# timeout: 2700
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
. "$TESTLIB/mem-arms.sh"
no_balancing
short_of_memory 512

clustered() { for _ in 1 2 3 4; do vm mib=128 same=50 layout=clustered; done; }
compare clustered 300
on="four VMs of 128 MiB, half of each the same, by huge pages; $length s"
figure mem.saved_vs_best ratio "$(ratio "$(of_arm kvmshare saved_mib)" "$(best_other saved_mib)")" '>= 0.95' \
	"$on" "$(by_arm .saved_mib)"
figure mem.ksmd_cpu_vs_best ratio "$(ratio "$(of_arm kvmshare ksmd_s)" "$(best_other ksmd_s)")" '<= 0.5' "$on" "$(by_arm .ksmd_s)"
figure mem.t90_vs_ksmtuned ratio "$(ratio "$(of_arm kvmshare t90_s)" "$(of_arm ksmtuned t90_s)")" '<= 0.5' "$on" "$(by_arm .t90_s)"
