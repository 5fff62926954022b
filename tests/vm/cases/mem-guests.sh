#!/bin/bash
# Of real guests of one image the policy saves what the best of the other arms saves, for less of ksmd's time than the kernel's defaults take.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h tests/vm/lib/mem-arms.sh
# tier: soak
# timeout: 2700
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"
. "$TESTLIB/mem.sh"
. "$TESTLIB/mem-arms.sh"
no_balancing
short_of_memory 768

# A name that ksmtuned knows is in a word of no effect; QEMU advises its memory, where it
# is not the policy that decides.
one_guest() {
	local name=guest$1 merge=on
	[ "$arm" != kvmshare ] || merge=off
	GUEST_MEM=160 guest_begin guest_run "$name" stay -machine "mem-merge=$merge" \
		-fw_cfg name=opt/kvmshare/words,string=-enable-kvm
	local pid=guest_pid_$name
	load_pids+=("${!pid}")
	echo "ready 0 0" > "/tmp/load.$1"
}
guests() { for nr in 1 2 3; do one_guest $nr; done; }
compare guests 150
on="three guests of 160 MiB that have begun and rest; $length s"
figure mem.guests_saved_vs_best ratio "$(ratio "$(of_arm kvmshare saved_mib)" "$(best_other saved_mib)")" '>= 0.95' \
	"$on" "$(by_arm .saved_mib)"
figure mem.guests_ksmd_cpu_vs_best ratio "$(ratio "$(of_arm kvmshare ksmd_s)" "$(best_other ksmd_s)")" '<= 1' "$on" "$(by_arm .ksmd_s)"
