#!/bin/bash
# The test host is what it says: KVM with nested paging, an IOMMU with interrupt remapping, two SR-IOV functions on two NUMA nodes.
. "$TESTLIB/host.sh"

pf_node() { cat "/sys/bus/pci/devices/$(lspci -Dn -d "$1" | cut -d' ' -f1)/numa_node"; }

check "/dev/kvm is there" test -c /dev/kvm
is "nested paging is on" "$(cat /sys/module/kvm_amd/parameters/npt)" Y
like "the IOMMU remaps interrupts" "$(dmesg)" 'DMAR-IR: Enabled IRQ remapping'
is "the NVMe controller sits on node 0" "$(pf_node 1b36:0010)" 0
is "the network card sits on node 1" "$(pf_node 8086:10c9)" 1
check "there is an edu device" lspci -d 1234:11e8
like "the kernel is the one asked for" "$(uname -r)" "^${LABEL/debug/6.12}"
