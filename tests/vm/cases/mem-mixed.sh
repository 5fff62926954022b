#!/bin/bash
# On a host of VMs of which some gain by merging, some do not, one is pinned and one churns, the policy saves what the best of the other arms saves, for a fraction of the CPU time.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h tests/vm/guest/memload.c tests/vm/lib/mem-arms.sh
# tier: soak
# timeout: 4500
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
. "$TESTLIB/mem-arms.sh"
no_balancing
short_of_memory 960

mixed() {
	vm mib=160 same=50 layout=clustered
	vm mib=160 same=50 layout=clustered
	vm mib=160 same=50 zero=10 layout=clustered
	vm mib=160
	vm mib=160 churn=20
	vm mib=160 same=50 layout=clustered pin=1
}
compare mixed 750
on="six VMs of 160 MiB, three of which gain; $length s"
figure mem.mixed_saved_vs_best ratio "$(ratio "$(of_arm kvmshare saved_mib)" "$(best_other saved_mib)")" '>= 0.95' \
	"$on" "$(by_arm .saved_mib)"
figure mem.mib_per_cpu_s_vs_ksmtuned ratio "$(ratio "$(by_cpu kvmshare)" "$(by_cpu ksmtuned)")" '>= 3' \
	"$on" "$(by_arm '.saved_mib / ([.ksmd_s + .khugepaged_s, 0.01] | max)')"
[ ! -e $ksm/advisor_mode ] ||
	figure mem.mib_per_cpu_s_vs_advisor ratio "$(ratio "$(by_cpu kvmshare)" "$(by_cpu advisor)")" '>= 2' "$on"
