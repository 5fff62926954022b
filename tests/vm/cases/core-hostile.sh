#!/bin/bash
# What a process does with names, descriptors and tables makes no VM of what is none, and hides none.
# timeout: 240
. "$TESTLIB/host.sh"
. "$TESTLIB/core.sh"
rmmod kvmshare_vf kvmshare 2>/dev/null
core_load max_vms_per_process=100

vmm_start a
fd=$(tell a create)
check "a VM is found" found a 1
id=$(vm_ids a)
path=$(tell a opath "$fd")
tell a memfd kvm-vm > /dev/null
tell a memfd kvm-vm > /dev/null
check "two passes beside an O_PATH descriptor and memfds of that name" passed
is "there is one VM" "$(all_vms)" 1

# An O_PATH descriptor pins the file's dentry: that keeps the entry, and no more.
tell a close "$fd" > /dev/null
check "two passes after the VM's close" passed
tell a close "$path" > /dev/null
check "the entry is gone once the O_PATH descriptor is" wait_for 5 gone "$id"
fd=$(tell a create)
path=$(tell a opath "$fd")
check "the next VM is found" found a 1
id=$(vm_ids a)
vmm_quit a
check "it ends with its process, O_PATH descriptor or not" wait_for 5 gone "$id"

# -- Many descriptors ------------------------------------------------------------------
vmm_start b
null=$(tell b devnull)
tell b many "$null" 60000 > /dev/null
tell b create > /dev/null
check "a VM behind sixty thousand descriptors is found" wait_for 60 has_vms b 1
passed
note "a pass takes $(cat /sys/kernel/kvmshare/discovery_cost_us) us"
vmm_start c
fd=$(tell c create)
tell c move "$fd" 1000000 > /dev/null
check "a VM at descriptor one million is found" wait_for 60 has_vms c 1
for i in {1..6}; do
	vmm_start "wide$i"
	tell "wide$i" create > /dev/null
	tell "wide$i" many "$(tell "wide$i" devnull)" 20000 > /dev/null
done
vmm_start d
tell d create > /dev/null
check "one beside many such tables is found as soon as ever" found d 1
note "a pass takes $(cat /sys/kernel/kvmshare/discovery_cost_us) us"
for i in {1..6}; do
	check "and so is that in a wide table, time $i" found "wide$i" 1
	vmm_quit "wide$i"
done
vmm_quit b
vmm_quit c
vmm_quit d

# -- Many VMs --------------------------------------------------------------------------
vmm_start e
tell e create-many 150 > /dev/null
check "of a process's hundred and fifty VMs as many are entered as it may have" found e 100
check "two passes later" passed
is "no more are" "$(vm_count e)" 100
check "each has an id of its own" test "$(vm_ids e | sort -u | wc -l)" = 100
is "attaching says so" "$(tell e attach "$(tell e create)")" EDQUOT
vmm_start f
tell f create > /dev/null
check "another process of that user has its VM entered" found f 1
vmm_kill e
vmm_quit f
core_is_empty
