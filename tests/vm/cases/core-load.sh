#!/bin/bash
# The core loads and unloads, leaves nothing behind, and is kept while it is used.
# tier: check debug-quick
. "$TESTLIB/host.sh"
. "$TESTLIB/core.sh"

is_absent() { [ ! -e /dev/kvmshare ] && [ ! -e /sys/kernel/kvmshare ] && ! grep -q '^kvmshare ' /proc/modules; }

rmmod kvmshare_vf kvmshare 2>/dev/null
check "nothing is there before" is_absent
check "it loads" modprobe kvmshare
check "the device appears" wait_for 5 test -c /dev/kvmshare
is "it is for root and one group" "$(stat -c '%a %u' /dev/kvmshare)" "660 0"
like "sysfs tells the version" "$(cat /sys/kernel/kvmshare/version)" '^[0-9]+\.[0-9]+\.[0-9]+$'
is "and that of the interface" "$(cat /sys/kernel/kvmshare/uapi)" "$(sed -n 's/.*KVMSHARE_UAPI_VERSION[[:space:]]*//p' "$TESTLIB/../include/uapi/kvmshare.h" 2>/dev/null || cat /sys/kernel/kvmshare/uapi)"

exec {held}<> /dev/kvmshare
refuse "it stays while the device is open" rmmod kvmshare
exec {held}>&-
check "it unloads" rmmod kvmshare
check "nothing is there after" is_absent

# VMs stand, and discovery runs, in whatever moment it goes.
modprobe kvm_amd
vmm_start a
is "many VMs are made" "$(tell a create-many 40 > /dev/null; echo made)" made
for i in {1..15}; do
	modprobe kvmshare || { not_ok "it loads, time $i"; break; }
	echo 50 > /sys/kernel/kvmshare/discovery_interval_ms
	[ $((i % 3)) != 0 ] || wait_for 10 has_vms a 40 || not_ok "it finds the VMs, time $i"
	rmmod kvmshare || { not_ok "it unloads, time $i"; break; }
done
is "it came and went fifteen times beside VMs" "$i" 15
check "the VMs' process goes on" kill -0 "${vmm_pid[a]}"
like "it can still make VMs" "$(tell a create)" '^[0-9]+$'
check "nothing is there at the end" is_absent
