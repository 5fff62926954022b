# SPDX-License-Identifier: GPL-2.0
# Sourced by cases that run guests: Debian's kernel under Debian's QEMU and KVM.
# shellcheck shell=bash

# Made once a boot; every guest of the boot shares it.
guest_image=/var/tmp/kvmshare-guest.img
guest_prepare() {
	[ -s "$guest_image" ] && [ -s "$guest_image.kernel" ] && return
	"$GUESTS/mkguest" "$guest_image" > "$guest_image.kernel"
}

# guest_command NAME ACTION [QEMU-OPTION...]: the command line, one word a line,
# for starting it by other means (kvmshare run, libvirt).
guest_command() {
	local name=$1 action=$2; shift 2
	guest_prepare
	rm -f "$(guest_monitor "$name")".{in,out}
	mkfifo -m 666 "$(guest_monitor "$name")".{in,out}
	printf '%s\n' qemu-system-x86_64 -name "$name" -machine q35 -accel kvm -cpu host -m "${GUEST_MEM:-256}" \
		-nodefaults -no-user-config -display none -no-reboot \
		-serial "file:$(guest_console "$name")" -monitor "pipe:$(guest_monitor "$name")" -kernel "$(cat "$guest_image.kernel")" \
		-initrd "$guest_image" -append "console=ttyS0 quiet panic=-1 do=$action" "$@"
}

guest_console() { echo "/var/tmp/$1.console"; }
guest_monitor() { echo "/var/tmp/$1.monitor"; }

# guest_where NAME: where its CPU is, twice, for who has to tell why it says nothing.
guest_where() {
	local monitor
	monitor=$(guest_monitor "$1")
	for _ in 1 2; do
		timeout 2 tee "$monitor.in" <<< "info registers" > /dev/null
		timeout 2 cat "$monitor.out" | grep -aE '^(RIP|CR0|HLT)'
	done
}

# guest_start NAME ACTION [QEMU-OPTION...]: in the background; its pid in guest_pid_NAME.
guest_start() { guest_begin guest_run "$@"; }

# guest_lease NAME SPEC ACTION [RUN-OPTION...]: the same with a VF of its own,
# leased for it by kvmshare run.
guest_lease() { guest_begin guest_run_leased "$@"; }

# guest_begin COMMAND NAME...: until it is in its own init. An emulated host has lost one
# before that, with not a word on the console: it is started once more, and that is told.
guest_begin() {
	"$@"
	guest_settles "$2" 180 '^guest: boots'
	! guest_said "$2" '^guest: boots' || return 0
	note "$2 never began, and is started once more: $(guest_where "$2" | paste -sd' ')"
	guest_kill "$2"
	sleep 10 # until what was leased to it is back
	"$@"
}

guest_run() {
	local name=$1 words
	rm -f "$(guest_console "$name")"
	mapfile -t words < <(guest_command "$@")
	"${words[@]}" > "/var/tmp/$name.qemu" 2>&1 &
	guest_started "$name"
}

guest_run_leased() {
	local name=$1 spec=$2 action=$3 words; shift 3
	rm -f "$(guest_console "$name")"
	mapfile -t words < <(guest_command "$name" "$action" -device vfio-pci,host=@vf0)
	kvmshare run --name "$name" --vf "$spec" "$@" -- "${words[@]}" > "/var/tmp/$name.qemu" 2>&1 &
	guest_started "$name"
}

# guest_started NAME: what was put into the background last is that guest.
guest_started() {
	printf -v "guest_pid_$1" %s $!
	defer "kill -9 $!"
	defer "cp $(guest_console "$1") '$OUT/$CASE.$1.console'; cp /var/tmp/$1.qemu '$OUT/$CASE.$1.qemu'"
	guest_reap "$1" &
	defer "kill $!"
}

# guest_reap NAME: an emulated host has lost a guest's CPU after its last word, too.
# One that is through and does not end is killed, and that is told; what becomes of
# what was leased to it is the case's to judge.
guest_reap() {
	local poll=0.5
	until guest_over "$1"; do
		! guest_gone "$1" || return
		sleep 1
	done
	! wait_for 30 guest_gone "$1" || return
	note "$1 was through and did not end, and is killed: $(guest_where "$1" | paste -sd' ')"
	guest_kill "$1"
} 2> /dev/null

# guest_said NAME PATTERN: is there such a line on its console? Without a process of its
# own, which the guest's emulated host would have to start each time it is asked.
guest_said() {
	local line
	while IFS= read -r line || [ -n "$line" ]; do
		[[ ! $line =~ $2 ]] || return 0
	done < "/var/tmp/$1.console"
	return 1
} 2> /dev/null

guest_over() { guest_said "$1" '^guest: end'; }

# Its QEMU has ended, as it does without a word where the emulator loses the guest's CPU.
guest_gone() {
	local pid=guest_pid_$1
	[ -n "${!pid:-}" ] && ! kill -0 "${!pid}" 2> /dev/null
}

# guest_stands NAME: KVM has not had its CPU back for 40 seconds. That is the emulator's
# doing: a guest that waits for a device has a timer for that, of 30.
guest_stands() {
	local before
	before=$(guest_exits "$1") && sleep 40 && [ "$(guest_exits "$1")" = "$before" ]
}

# guest_exits NAME: how often that has been, by KVM's own count.
guest_exits() {
	local pid=guest_pid_$1
	mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug
	cat /sys/kernel/debug/kvm/"${!pid}"-*/exits 2> /dev/null
}

# One whose QEMU or CPU was gone before its guest was through, with not a word: the case
# begins again, once (see the runner); one that had failed before does not.
guest_fell() { [ "$failed" -gt 0 ] || [ -s "/var/tmp/$1.qemu" ] || touch "$STATE/guest-fell"; }

guest_settled() { guest_said "$1" "$2" || guest_over "$1" || guest_gone "$1"; }

# guest_settles NAME SECONDS PATTERN: until that is so. It is asked seldom: what asks
# takes from the guest.
guest_settles() {
	local poll=0.5
	wait_for "$2" guest_settled "$1" "$3"
}

# guest_waits NAME SECONDS PATTERN: until its console shows the pattern, or it
# has nothing more to say. It gets three times as long: a guest in an emulated
# host is slowed down by another host beside that more than anything else.
guest_waits() {
	guest_settles "$1" $(($2 * 3)) "$3"
	guest_said "$1" "$3" || {
		tail -n 5 "$(guest_console "$1")" "/var/tmp/$1.qemu"
		guest_where "$1"
		if guest_gone "$1"; then echo "its QEMU has ended"; guest_fell "$1"; fi
		if guest_stands "$1"; then echo "its CPU is lost"; guest_fell "$1"; fi
		false
	}
}

guest_kill() { local pid=guest_pid_$1; kill -9 "${!pid}" 2>/dev/null; wait "${!pid}" 2>/dev/null; true; }
