#!/bin/bash
# Whose a vGPU is: the VM of its process, that VM's tenant, and its cgroup, as the registry has them.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load

# whose FILE: of the one there is.
whose() { cat $vgpus/*/"$1"; }

systemd-run --quiet --unit=kvmshare-whose --property=KillMode=control-group \
	kvmshare run --tenant blue -- "$(command -v vgpu-load)" 60 engine=soft0,count=64
defer "systemctl stop kvmshare-whose"
check "a VM's process shares an engine" wait_for 30 eval 'ls $vgpus/*/tenant'
is "its tenant is shown" "$(whose tenant)" blue
vm=$(whose vm)
check "and its VM" [ "$vm" -gt 0 ]
is "which the registry has" "$(cat "/sys/kernel/kvmshare/vms/$vm/tenant")" blue
like "and its cgroup" "$(whose cgroup)" 'kvmshare-whose\.service'
systemctl stop kvmshare-whose
check "it goes with the VM" wait_for 30 eval '[ -z "$(ls $vgpus)" ]'

vgpu-load 60 engine=soft0,count=64 > /dev/null & nobody=$!
defer "kill -9 $nobody"
check "a process that is no VM's shares one" wait_for 30 eval 'ls $vgpus/*/tenant'
is "it has no VM and no tenant" "$(whose vm) '$(whose tenant)'" "0 ''"
is "but a cgroup" "$(whose cgroup)" "$(sed -n 's/^0:://p' /proc/$nobody/cgroup)"
kill -9 $nobody
wait $nobody 2> /dev/null
is_empty
