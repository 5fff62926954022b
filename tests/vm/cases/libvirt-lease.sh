#!/bin/bash
# A libvirt guest's VF is leased before it starts, its QEMU owns the lease, and loses it when it stops or is killed.
# tier: soak debug
# timeout: 240
. "$TESTLIB/host.sh"
. "$TESTLIB/libvirt.sh"

pool_open "$nvme_pf" 1
vf=$(first_vf)
libvirt_start
check "a guest with a VF is defined" domain_define "$vf" no stay
check "it starts" virsh start leaser
is "its VF is leased" "$(cat "$vfs/$vf/state")" leased
is "to its QEMU" "$(lease_owner "$vf")" "$(cat $qemu_pidfile)"
is "and charged to the tenant of its metadata" "$(cat "$vfs/$vf/tenant")" blue
check "nobody holds it beside" eval '! pgrep -f "^/usr/sbin/kvmshare-libvirt-hook|qemu.d/kvmshare"'
exits 1 "nobody else gets it" kvmshare vf lease --vf "vf=$vf"
check "it stops" virsh destroy leaser
check "the VF comes back" wait_for 60 vf_is "$vf" free
check "the hook keeps nothing" eval '[ -z "$(ls /run/kvmshare/libvirt)" ]'

check "it starts again" virsh start leaser
kill -9 "$(cat $qemu_pidfile)"
check "killed, its QEMU loses the lease" wait_for 60 vf_is "$vf" free
check "and libvirt knows" wait_for 30 domain_is_off

lease_starts "the VF is leased" one --vf "vf=$vf"
mkdir -p /run/kvmshare/libvirt
lease_id one > /run/kvmshare/libvirt/$domain_uuid
exits 1 "while another has the VF, it does not start" virsh start leaser
like "and is told who" "$said" "lease [0-9]+ has it"
check "what was known of leases before is forgotten" test ! -e /run/kvmshare/libvirt/$domain_uuid
is "that lease is as it was" "$(lease_id one)" "$(cat "$vfs/$vf/lease")"
lease_end one
check "right after, it waits for the VF to come back" virsh start leaser
virsh destroy leaser > /dev/null
wait_for 60 vf_is "$vf" free

kvmshare vf quarantine "$vf"
exits 1 "with a VF that is set aside it does not start, nor wait" timeout 30 virsh start leaser
like "and is told so" "$said" "it is quarantined"
kvmshare vf quarantine "$vf" --end
wait_for 60 vf_is "$vf" free

domain_define "$vf" yes stay > /dev/null
exits 1 "with managed='yes' it does not start" virsh start leaser
like "and is told what to write" "$said" "managed='no'"
check "no lease is left" leases_are 0
