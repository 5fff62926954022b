#!/bin/bash
# Where ksmd keeps to each NUMA node, tenants of two nodes are merged at the same time, each with its own VMs; once one of them has moved, they take turns.
# covers: kmod/ksm-tune kmod/compat/vma.h kmod/compat/ksm.h
# tier: check soak
# landing: 7.3
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/mem.sh"

cgroups=/sys/fs/cgroup
on_node() { echo $BASHPID > "$cgroups/kvmshare-node$1/cgroup.procs"; exec "${@:2}"; }

# on_its_own WHAT NODE TENANT NAME: WHAT holds if a VM of TENANT's begins on NODE.
on_its_own() {
	local by=(on_node "$2")
	guest "$1" "$4" mib=24 same=60 layout=clustered
	echo "$3" > "$(vm_of "$4")/tenant"
}
advised() { [ "$(of "$1" advised_bytes)" -gt 0 ]; }
# Both of one tenant's are mergeable, and neither of the other's.
only_one() { advised "$1" && is_apart "$2" || { advised "$2" && is_apart "$1"; }; }

echo 2 > $ksm/run
echo 0 > $ksm/run
echo 0 > $ksm/merge_across_nodes
defer "echo 2 > $ksm/run; echo 0 > $ksm/run; echo 1 > $ksm/merge_across_nodes"
echo +cpuset > $cgroups/cgroup.subtree_control
for node in 0 1; do
	mkdir $cgroups/kvmshare-node$node
	echo $node > $cgroups/kvmshare-node$node/cpuset.mems
	defer "rmdir $cgroups/kvmshare-node$node"
done
mem_load

# -- Nothing is done until each is its tenant's
echo 1 > $mem/observe
on_its_own "a tenant's VM begins on one node" 0 red red1
on_its_own "another of its does" 0 red red2
on_its_own "another tenant's begins on the other" 1 blue blue1
on_its_own "and another of its" 1 blue blue2
sleep 1
echo 0 > $mem/observe
check "the one's are merged" wait_for 120 is_merged red1 2000
check "at the same time, the other's are" wait_for 120 is_merged blue1 2000
is "each with its own" "$(shared_pages red1,red2 blue1,blue2 | cut -d' ' -f1)" 0
is "nobody is exposed" "$(of red1 exposed_times) $(of blue1 exposed_times)" "0 0"

# -- One of them moves
echo "${guest_pid[blue2]}" > $cgroups/kvmshare-node0/cgroup.procs
check "where one has moved, they take turns" wait_for 60 only_one red1 blue1
for name in red1 red2 blue1 blue2; do
	check "every page of $name is as it was" guests_are_right $name
done
for name in red1 red2 blue1 blue2; do guest_ends $name; done
