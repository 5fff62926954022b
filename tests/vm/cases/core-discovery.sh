#!/bin/bash
# VMs of processes that know nothing of kvmshare are found once each, and end with the VM.
. "$TESTLIB/host.sh"
. "$TESTLIB/core.sh"
core_load

# -- One VM --------------------------------------------------------------------
vmm_start a
fd=$(tell a create)
check "a VM is found" found a 1
id=$(vm_ids a)
is "it runs" "$(vm "$id" state)" running
is "it belongs to its user" "$(vm "$id" uid)" 0
is "nobody has named it" "$(vm "$id" name)" ""
is "nobody gave it a tenant" "$(vm "$id" tenant)" ""
is "its cgroup is that of its process" "$(vm "$id" cgroup)" "$(sed -n 's/^0:://p' "/proc/${vmm_pid[a]}/cgroup")"
like "it has an age" "$(vm "$id" age_ms)" '^[0-9]+$'
check "two passes later" passed
is "it is still one" "$(vm_ids a)" "$id"

is "its descriptor is closed" "$(tell a close "$fd")" 0
check "the entry ends" wait_for 5 gone "$id"
check "the process lives" kill -0 "${vmm_pid[a]}"

# -- Two VMs of one process, one of them in two descriptors ----------------------
fd=$(tell a create)
tell a create > /dev/null
tell a many "$fd" 3 > /dev/null
check "two VMs of a process are two" found a 2
check "two passes later" passed
is "they are still two" "$(vm_count a)" 2
read -r first second <<< "$(vm_ids a | tr '\n' ' ')"
check "ids are not used twice" test "$first" -gt "$id" -a "$second" -gt "$first"

vmm_kill a
check "SIGKILL ends both" wait_for 5 eval "gone $first && gone $second"

# -- Who has the descriptor, and made no VM --------------------------------------
vmm_start b
tell b create > /dev/null
check "a VM is found" found b 1
id=$(vm_ids b)
child=$(tell b fork)
defer "kill -9 $child"
check "two passes after a fork" passed
is "a child with the descriptors has no VM" "$(vm_count "$child")" 0
is "there is one entry in all" "$(all_vms)" 1
vmm_kill b
check "the entry ends with the process that made the VM" wait_for 5 gone "$id"
check "though a child still has the descriptor" kill -0 "$child"
check "two passes later" passed
is "it makes no other entry" "$(all_vms)" 0
kill -9 "$child"

vmm_start c
fd=$(tell c create)
check "a VM is found" found c 1
is "a process that it was passed to cannot enter it" "$(tell c pass "$fd")" "$(python3 -c 'import errno; print(errno.EACCES)' 2>/dev/null || echo 13)"
check "two passes later" passed
is "and makes no second VM" "$(all_vms)" 1
vmm_quit c
check "it ends though another has the descriptor" wait_for 5 eval '[ "$(all_vms)" = 0 ]'
pkill -x -f vmm
core_is_empty
