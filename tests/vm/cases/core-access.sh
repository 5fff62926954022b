#!/bin/bash
# VMs are for root and one group; only an administrator sets tenants; a user has so many entries.
. "$TESTLIB/host.sh"
. "$TESTLIB/core.sh"
rmmod kvmshare_vf kvmshare 2>/dev/null
core_load gid=4321 max_vms_per_uid=3
chgrp 4321 /dev/kvmshare
chmod 666 /dev/kvm
user=(setpriv --reuid=1234 --regid=1234 --clear-groups)
member=(setpriv --reuid=1234 --regid=4321 --clear-groups)

vmm_start a
fd=$(tell a create)
check "a VM is found" found a 1
id=$(vm_ids a)

# -- Reading ---------------------------------------------------------------------------
refuse "a user cannot list VMs" "${user[@]}" ls "$vms"
refuse "nor look into one" "${user[@]}" cat "$vms/$id/pid"
refuse "nor see counters" "${user[@]}" ls "$counters"
refuse "nor what discovery costs" "${user[@]}" cat /sys/kernel/kvmshare/discovery_cost_us
check "the version is for everybody" "${user[@]}" cat /sys/kernel/kvmshare/version
refuse "a user cannot open the device" "${user[@]}" sh -c ': < /dev/kvmshare'
is "a member of the group lists VMs" "$("${member[@]}" ls "$vms")" "$id"
for file in "$vms/$id"/*; do
	check "and reads ${file##*/}" "${member[@]}" cat "$file"
	is "${file##*/} is for root and the group" "$(stat -c '%u %g' "$file")" "0 4321"
done
refuse "a member cannot rename a VM in sysfs" "${member[@]}" sh -c "echo x > $vms/$id/name"
refuse "nor give it a tenant" "${member[@]}" sh -c "echo x > $vms/$id/tenant"
refuse "nor set how often VMs are looked for" "${member[@]}" sh -c 'echo 50 > /sys/kernel/kvmshare/discovery_interval_ms'

# A container's root that files let write, and nothing more.
parameter=/sys/module/kvmshare/parameters/max_vms_per_uid
jailed=(setpriv --inh-caps=-all "--bounding-set=-sys_admin,-sys_module")
refuse "root without its capabilities cannot turn discovery off" "${jailed[@]}" sh -c 'echo 0 > /sys/kernel/kvmshare/discovery_interval_ms'
is "it stays on" "$(cat /sys/kernel/kvmshare/discovery_interval_ms)" 1000
refuse "nor lower what a user may have" "${jailed[@]}" sh -c "echo 0 > $parameter"
is "that stays too" "$(cat $parameter)" 3
check "an administrator can" eval "echo 2 > $parameter && echo 3 > $parameter"

# -- Calls -----------------------------------------------------------------------------
vmm_start m "${member[@]}"
own=$(tell m create)
mine=$(tell m attach "$own" mine)
like "a member enters its own VM" "$mine" '^[0-9]+$'
is "under its user" "$(vm "$mine" uid)" 1234
is "it renames it" "$(tell m name "$mine" ours)" 0
is "it gives it no tenant" "$(tell m tenant "$mine" blue)" EPERM
is "not while attaching either" "$(tell m attach "$own" - blue)" EPERM
is "nor to what it expects" "$(tell m expect - blue)" EPERM
is "it does not name another's VM" "$(tell m name "$id" x)" EPERM
is "nor give that a tenant" "$(tell m tenant "$id" x)" EPERM
is "nor one that is not there" "$(tell m name 999999 x)" EPERM
is "no tenant was set" "$(cat "$vms"/*/tenant | sort -u)" ""

# -- A user's entries ------------------------------------------------------------------
tell m create-many 5 > /dev/null
check "as many of its VMs are entered as a user may have" wait_for 10 has_vms m 3
check "two passes later" passed
is "no more are" "$(vm_count m)" 3
is "attaching says so" "$(tell m attach "$(tell m create)")" EDQUOT
vmm_start r
tell r create > /dev/null
check "another user's are" found r 1
expected=$(tell r expect run)
is "one that an administrator announced becomes that user's" "$(tell r uid 1234)" 0
tell r create > /dev/null
check "and is entered though the user is full" wait_for 10 vm_is "$expected" state running
is "as the user's" "$(vm "$expected" uid)" 1234
tell m close "$own" > /dev/null
check "one that ends makes none yet" wait_for 5 gone "$mine"
vmm_quit r
check "another one does, for one that waited" wait_for 10 has_vms m 3

vmm_start n "${user[@]}"
is "a process of that user makes a user namespace" "$(tell n userns)" 0
echo "0 1234 2" > "/proc/${vmm_pid[n]}/uid_map"
echo "0 1234 2" > "/proc/${vmm_pid[n]}/gid_map"
is "and takes another uid in it" "$(tell n uid 1)" 0
tell n create > /dev/null
check "two passes later" passed
is "its VM counts as the user's, who is full" "$(vm_count n)" 0
vmm_kill m
check "it is entered when there is room" found n 1
is "which shows its own uid" "$(vm "$(vm_ids n)" uid)" 1235
vmm_quit n
vmm_quit a
core_is_empty
