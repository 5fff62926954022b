#!/bin/bash
# A VMM enters its own VM; it is named by its process, and given a tenant once, by an administrator.
. "$TESTLIB/host.sh"
. "$TESTLIB/core.sh"
core_load
echo 0 > /sys/kernel/kvmshare/discovery_interval_ms
wait_for 5 test -w /dev/kvmshare

vmm_start a
fd=$(tell a create)
id=$(tell a attach "$fd" web)
like "attaching gives an id" "$id" '^[0-9]+$'
is "the entry runs" "$(vm "$id" state)" running
is "it has its name" "$(vm "$id" name)" web
is "it is its process's" "$(vm "$id" pid)" "${vmm_pid[a]}"
is "attaching again gives the same entry" "$(tell a attach "$fd")" "$id"
is "which keeps its name" "$(vm "$id" name)" web

# -- A process that shares memory and descriptors, and outlives it -----------------------
vmm_start s
shared=$(tell s attach "$(tell s create)" shared)
other=$(tell s share)
defer "kill -9 $other"
vmm_kill s
check "an entry names no process once its own has ended" wait_for 5 vm_is "$shared" pid 0
refuse "nor a cgroup" vm "$shared" cgroup

echo 50 > /sys/kernel/kvmshare/discovery_interval_ms
check "two passes of discovery later" passed
is "the first is still one" "$(vm_ids a)" "$id"
is "the other is that of the process that still has the VM" "$(vm "$shared" pid)" "$other"
is "under its name" "$(vm "$shared" name)" shared
kill -9 "$other"
check "and ends with it" wait_for 5 gone "$shared"

# -- Names -----------------------------------------------------------------------------
is "its process renames it" "$(tell a name "$id" db)" 0
is "and that shows" "$(vm "$id" name)" db
check "an administrator renames it in sysfs" eval "echo 'db two' > $vms/$id/name"
is "and that shows" "$(vm "$id" name)" "db two"
refuse "a name that is too long is refused" eval "printf '%064d' 0 > $vms/$id/name"
refuse "a name that cannot be printed is refused" eval "printf 'a\tb' > $vms/$id/name"
is "it keeps the old one" "$(vm "$id" name)" "db two"

# -- The tenant ------------------------------------------------------------------------
is "a tenant is set" "$(tell a tenant "$id" blue)" 0
is "and shows" "$(vm "$id" tenant)" blue
is "setting it again changes nothing" "$(tell a tenant "$id" blue)" 0
is "another is refused" "$(tell a tenant "$id" red)" EEXIST
is "none is refused too" "$(tell a tenant "$id" -)" EEXIST
refuse "in sysfs as well" eval "echo red > $vms/$id/tenant"
is "the tenant stands" "$(vm "$id" tenant)" blue
second=$(tell a create)
check "the process's second VM is found" found a 2
is "it has the same tenant" "$(cat "$vms"/*/tenant | sort -u)" blue
is "another cannot be given on attaching either" "$(tell a attach "$second" - red)" EEXIST
check "nor did that make an entry" has_vms a 2

# -- What is not the caller's ------------------------------------------------------------
vmm_start b
other=$(tell b create)
check "the VM of another process is found" found b 1
is "root may name it" "$(tell a name "$(vm_ids b)" other)" 0
is "a file that is no VM is refused" "$(tell b attach "$(tell b devnull)")" EINVAL
is "its VM has no tenant" "$(vm "$(vm_ids b)" tenant)" ""
is "a tenant is given while attaching" "$(tell b attach "$other" - green)" "$(vm_ids b)"
is "and shows" "$(vm "$(vm_ids b)" tenant)" green
is "an entry that is none" "$(tell b name 999999 x)" ENOENT
vmm_quit a
vmm_quit b
core_is_empty
