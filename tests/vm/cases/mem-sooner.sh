#!/bin/bash
# Of half-identical VMs the policy saves what ksmtuned saves, and in half of its time.
# kernels: 6.12
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
. "$TESTLIB/mem-arms.sh"
no_balancing
short_of_memory 128

sooner() { for _ in 1 2 3 4; do vm mib=32 same=50 layout=clustered; done; }
compare sooner 45
on="four VMs of 32 MiB, half of each the same, by huge pages; $length s"
figure mem.saved_vs_best ratio "$(ratio "$(of_arm kvmshare saved_mib)" "$(best_other saved_mib)")" '>= 0.95' \
	"$on" "$(by_arm .saved_mib)"
figure mem.t90_vs_ksmtuned ratio "$(ratio "$(of_arm kvmshare t90_s)" "$(of_arm ksmtuned t90_s)")" '<= 0.5' "$on" "$(by_arm .t90_s)"
