#!/bin/bash
# kvmshare run --user gives one node to the user and nothing else, and it is gone with the lease.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

useradd -m -G kvm alice && defer "userdel -rf alice"
useradd -m bob && defer "userdel -rf bob"
pool_open "$nvme_pf" 2
told=/var/tmp/$CASE.out

export SECRET=mine KVMSHARE_SECRET=mine
kvmshare run --user alice --vf class=nvme --tenant blue --name web -- bash -c '
	exec 9<> "/dev/vfio/$(basename "$(readlink "/sys/bus/pci/devices/@vf0/iommu_group")")" && echo opened
	grep -E "^(Uid|Gid|Groups|CapEff|CapPrm|CapInh|CapAmb|NoNewPrivs|Seccomp):" /proc/self/status
	ulimit -l; env; echo "arg @vf0 @@vf0"; echo end
	exec sleep 600' > "$told" 2>&1 &
pid=$!
defer "kill -9 $pid"
wait_for 30 grep -q '^end' "$told"
vf=$(sed -n 's/^KVMSHARE_VF0=//p' "$told")
node=/dev/vfio/$(group_of "$vf")

said=$(cat "$told")
like "the command runs as the user" "$said" "^Uid:.$(id -u alice).$(id -u alice).$(id -u alice).$(id -u alice)"
like "with the user's groups" "$said" "^Groups:.*\b$(getent group kvm | cut -d: -f3)\b"
like "without capabilities" "$(grep -c '0000000000000000$' <<< "$said")" '^4$'
like "with no way back to root" "$said" '^NoNewPrivs:.1'
like "nor by typing into the terminal" "$said" '^Seccomp:.2'
like "may lock what VFIO locks" "$said" '^unlimited'
like "has the user's environment" "$said" '^HOME=/home/alice'
check "and nothing of root's" eval '! grep -q SECRET "$told"'
like "its arguments name the VF" "$said" "^arg $vf @vf0\$"
like "the user can open the VF" "$said" '^opened'
is "the node is the user's alone" "$(stat -c '%U %a' "$node")" "alice 600"
refuse "another user cannot open it" su bob -s /bin/bash -c "exec 9<> $node"
is "the lease is charged to the user" "$(field '.[0].uid' kvmshare vf list --leases)" "$(id -u alice)"
is "and to the tenant" "$(field '.[0].tenant' kvmshare vf list --leases)" blue
is "the lease is owned by the command" "$(field '.[0].owner_pid' kvmshare vf list --leases)" "$pid"
is "a VM is expected under the name" "$(field '.[0] | .name + " " + .state' kvmshare vm list)" "web expected"

kill -9 $pid
check "the VF comes back" wait_for 30 vf_is "$vf" free
check "the node is gone" test ! -e "$node"
check "the VM is not expected any more" wait_for 10 eval '[ "$(field length kvmshare vm list)" = 0 ]'
check "no lease is left" leases_are 0
