# SPDX-License-Identifier: GPL-2.0
# Sourced by cases about the policy of memory, after host.sh.
# shellcheck shell=bash

mem=/sys/kernel/kvmshare/mem
vms=/sys/kernel/kvmshare/vms
ksm=/sys/kernel/mm/ksm
thp=/sys/kernel/mm/transparent_hugepage

balancing=/proc/sys/kernel/numa_balancing

# no_balancing: before 6.5 ksmd cannot read what NUMA balancing watches, and what VMs here
# have in their memory they never touch again.
no_balancing() { [ ! -e $balancing ] || balance "$(cat $balancing)" 0; }

# balance BEFORE NOW
balance() {
	echo "$2" > $balancing
	defer "echo $1 > $balancing"
}

# mem_load: the module, which goes when the case ends; its windows are short, and ksmd may
# take most of an emulated CPU, and does for what is new.
mem_load() {
	no_balancing
	modprobe kvmshare_mem || bail "kvmshare_mem loads"
	defer "wait_for 20 modprobe -r kvmshare_mem" # it stays for a sealed VM
	echo 200 > $mem/window_ms
	echo 80 > $mem/ksmd_cpu_percent
	echo 2 > $mem/start_seconds
}

# guest WHAT NAME OPTION...: WHAT holds if memload begins; what it says in /tmp/NAME, its
# input by guest_input[NAME], its process guest_pid[NAME]. (Not through check: that would
# forget it.)
declare -A guest_pid guest_input
by=()
guest() {
	local what=$1; shift
	guest_start "$@"
	check "$what" wait_for 60 guest_begins "$1"
}
guest_start() {
	local name=$1 fd; shift
	rm -f "/tmp/$name" "/tmp/$name.in"
	mkfifo "/tmp/$name.in"
	"${by[@]}" memload "$@" < "/tmp/$name.in" > "/tmp/$name" 2>&1 &
	guest_pid[$name]=$!
	defer "kill -9 $!"
	exec {fd}> "/tmp/$name.in"
	guest_input[$name]=$fd
}
guest_begins() { grep -q ready "/tmp/$1" && [ -n "$(vm_of "$1")" ]; }

# tenant_guest WHAT TENANT NAME OPTION...: the same by kvmshare run, of a tenant.
tenant_guest() {
	local what=$1; shift
	tenant_guest_start "$@"
	check "$what" wait_for 60 guest_begins "$2"
}
tenant_guest_start() {
	local by=(kvmshare run --tenant "$1" --mem auto --name "$2" --)
	guest_start "${@:2}"
}

# shared_pages NAME[,NAME...] NAME[,NAME...]: how many pages are one for two tenants, each
# of these VMs, and of how many.
shared_pages() {
	local tenant name pids args=()
	for tenant; do
		pids=
		for name in ${tenant//,/ }; do pids+=${guest_pid[$name]},; done
		args+=("${pids%,}")
	done
	mem-shared "${args[@]}"
}

# guests_are_right NAME...: each page of them is as it was written.
guests_are_right() {
	local name
	for name; do
		echo look >&"${guest_input[$name]}"
		wait_for 60 grep -qE 'right|wrong' "/tmp/$name" && ! grep -q wrong "/tmp/$name" || return 1
		echo ready > "/tmp/$name"
	done
}

# guest_does NAME WORD: see memload.
guest_does() {
	: > "/tmp/$1"
	echo "$2" >&"${guest_input[$1]}"
	wait_for 60 grep -q done "/tmp/$1"
}

# guest_ends NAME: what it is waited for with is the signal it was killed by, which is no
# result of a case that ends with this.
guest_ends() { kill -9 "${guest_pid[$1]}"; wait "${guest_pid[$1]}" 2> /dev/null || :; }

# vm_of NAME: its directory.
vm_of() {
	local dir
	for dir in $vms/*; do
		[ "$(cat "$dir/pid" 2> /dev/null)" != "${guest_pid[$1]}" ] || { echo "$dir"; return; }
	done
}

# of NAME FILE [VALUE]: read a file of its memory's, or write it.
of() {
	if [ $# = 3 ]; then echo "$3" > "$(vm_of "$1")/mem/$2"; else cat "$(vm_of "$1")/mem/$2"; fi
}
# What there is to know where something did not come to be so.
mem_state() {
	kvmshare mem status
	kvmshare mem explain
	grep -H . $ksm/run $ksm/pages_* $ksm/sleep_millisecs $ksm/full_scans
}
is_merged() { [ "$(of "$1" merging_pages)" -ge "$2" ]; }
is_apart() { [ "$(of "$1" advised_bytes) $(of "$1" apart)" = "0 no" ]; }
