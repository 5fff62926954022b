#!/bin/bash
# A VM's entry follows it whatever its threads do and in whatever order they die.
. "$TESTLIB/host.sh"
. "$TESTLIB/core.sh"
core_load

# -- The leader first --------------------------------------------------------------
vmm_start a
tell a leader-exits > /dev/null
tell a create > /dev/null
check "a VM is found in a process whose leader has exited" found a 1
id=$(vm_ids a)
is "it runs" "$(vm "$id" state)" running
like "its cgroup is told by a thread that lives" "$(vm "$id" cgroup)" '^/'
check "two passes later" passed
is "it is the same" "$(vm_ids a)" "$id"
vmm_kill a
check "it ends with the last thread" wait_for 5 gone "$id"

vmm_start b
tell b create > /dev/null
check "a VM is found" found b 1
id=$(vm_ids b)
tell b leader-exits > /dev/null
check "two passes after the leader's exit" passed
is "the entry stands" "$(vm_ids b)" "$id"
vmm_quit b
check "it ends with the process" wait_for 5 gone "$id"

# -- A table of its own --------------------------------------------------------------
vmm_start c
tell c private > /dev/null
check "a VM in the table of one thread is found" found c 1
vmm_kill c

# -- A thread that its tracer never lets go --------------------------------------------
vmm_start d
is "a VM is expected" "$(tell d expect x | grep -c '^[0-9]')" 1
tracer=$(tell d traced-thread)
defer "kill -9 $tracer"
check "it is entered" found d 1
id=$(vm_ids d)
tell d create > /dev/null
check "it runs" wait_for 10 vm_is "$id" state running
kill -9 "${vmm_pid[d]}"
check "the entry ends" wait_for 10 gone "$id"
check "though the tracer keeps a dead thread" test -e "/proc/${vmm_pid[d]}"
kill -9 "$tracer"
vmm_ended d

# -- Memory shared with another process ----------------------------------------------
vmm_start e
tell e create > /dev/null
check "a VM is found" found e 1
id=$(vm_ids e)
other=$(tell e share)
defer "kill -9 $other"
check "two passes after a clone that shares memory" passed
is "the VM is one" "$(all_vms)" 1
vmm_kill e
check "the other process still has VM and memory" kill -0 "$other"
check "two passes later" passed
check "so the entry stands, and is the other's" vm_is "$id" pid "$other"
is "there is no second one" "$(all_vms)" 1
kill -9 "$other"
check "it ends with the last that shares them" wait_for 5 gone "$id"

# -- exec --------------------------------------------------------------------------
vmm_start f
tell f create > /dev/null
check "a VM is found" found f 1
id=$(vm_ids f)
is "its process executes another program" "$(tell f exec)" 0
check "the entry ends, with VM and memory" wait_for 5 gone "$id"
check "the process lives" kill -0 "${vmm_pid[f]}"
tell f create > /dev/null
check "its next VM is found" found f 1
vmm_quit f
core_is_empty
