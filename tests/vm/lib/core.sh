# SPDX-License-Identifier: GPL-2.0
# Sourced by cases about VMs, after host.sh: VMMs without guests (guest/vmm.c),
# driven by commands, and the registry's entries as sysfs shows them.
# shellcheck shell=bash

vms=/sys/kernel/kvmshare/vms
counters=/sys/kernel/kvmshare/counters
declare -A vmm_pid vmm_in vmm_out
vmm_dir=$(mktemp -d)

# vmm_start NAME [COMMAND...]: a VMM, by a command that becomes it (setpriv ...)
# if one is given.
vmm_start() {
	local name=$1 in out; shift
	mkfifo "$vmm_dir/$name.in" "$vmm_dir/$name.out"
	"$@" vmm < "$vmm_dir/$name.in" > "$vmm_dir/$name.out" &
	vmm_pid[$name]=$!
	exec {in}> "$vmm_dir/$name.in" {out}< "$vmm_dir/$name.out"
	rm "$vmm_dir/$name.in" "$vmm_dir/$name.out"
	vmm_in[$name]=$in vmm_out[$name]=$out
	defer "kill -9 ${vmm_pid[$name]}"
}

# tell NAME COMMAND...: what it answers, without the "ok".
tell() {
	local name=$1 reply=; shift
	echo "$*" >&"${vmm_in[$name]}"
	read -r -t 60 reply <&"${vmm_out[$name]}" || reply="no answer"
	echo "${reply#ok }"
}

# vmm_quit NAME: it ends by itself, and is waited for.
vmm_quit() {
	echo quit >&"${vmm_in[$1]}"
	vmm_ended "$1"
}

# vmm_kill NAME: SIGKILL, and it is waited for.
vmm_kill() {
	kill -9 "${vmm_pid[$1]}"
	vmm_ended "$1"
}

vmm_ended() {
	local in=${vmm_in[$1]} out=${vmm_out[$1]}
	wait "${vmm_pid[$1]}" 2>/dev/null
	exec {in}>&- {out}<&-
}

# vm_ids NAME|PID: its entries, one a line.
vm_ids() {
	grep -lsx -- "${vmm_pid[$1]:-$1}" "$vms"/*/pid | sed 's,.*/\([0-9]*\)/pid$,\1,' | sort -n
}

# vm_count NAME|PID
vm_count() { vm_ids "$1" | wc -l; }
has_vms() { [ "$(vm_count "$1")" = "$2" ]; }
all_vms() { find "$vms" -mindepth 1 -maxdepth 1 -type d | wc -l; }

# vm ID ATTRIBUTE: its value.
vm() { cat "$vms/$1/$2"; }

# vm_is ID ATTRIBUTE VALUE, for wait_for.
vm_is() { [ "$(vm "$1" "$2")" = "$3" ]; }
gone() { [ ! -e "$vms/$1" ]; }

# found NAME COUNT: wait until so many VMs of it are entered.
found() { wait_for 10 has_vms "$1" "$2"; }

# A whole pass of discovery that began after this call has ended.
passed() {
	local from
	from=$(cat /sys/kernel/kvmshare/discovery_passes)
	wait_for 30 eval "[ \$(cat /sys/kernel/kvmshare/discovery_passes) -ge $((from + 2)) ]"
}

core_load() {
	modprobe kvmshare "$@" || bail "kvmshare loads"
	modprobe kvm_amd
	defer "rmmod kvmshare"
	wait_for 5 test -c /dev/kvmshare
}

# At the end of a case: nothing is left of any VM.
core_is_empty() {
	wait_for 10 eval '[ "$(all_vms)" = 0 ]'
	is "no entry is left" "$(all_vms)" 0
	is "no watch of a process is left" "$(cat $counters/owners)" 0
	is "no counter is left" "$(cat $counters/vms)" 0
}
