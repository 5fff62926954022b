#!/bin/bash
# Where each huge page has one page that is the same elsewhere, the others split and make huge pages without end; the policy leaves them whole, and lets both threads rest.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h tests/vm/guest/memload.c tests/vm/lib/mem-arms.sh
# tier: soak
# timeout: 2700
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"
. "$TESTLIB/mem-arms.sh"
no_balancing
short_of_memory 384
sleep_ms=$(cat $thp/khugepaged/scan_sleep_millisecs)
defer "echo $sleep_ms > $thp/khugepaged/scan_sleep_millisecs"
echo 1000 > $thp/khugepaged/scan_sleep_millisecs

pingpong() { for _ in 1 2 3 4; do vm mib=96 layout=one; done; }
compare pingpong 150
on="four VMs of 96 MiB, a page in each huge one the same; $length s, khugepaged wakes each second"
figure mem.arms_thp_kept percent "$(of_arm kvmshare huge_kept_percent)" '>= 95' "$on" "$(by_arm .huge_kept_percent)"
figure mem.pingpong_cpu_vs_defaults ratio \
	"$(ratio "$(of_arm kvmshare 'ksmd_s + .kvmshare.khugepaged_s')" "$(of_arm defaults 'ksmd_s + .defaults.khugepaged_s')")" '<= 0.5' \
	"$on" "$(by_arm '.ksmd_s + .khugepaged_s')"
