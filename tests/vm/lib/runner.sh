#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# runner.sh SHARE: inside the test host, run the cases of SHARE/in/queue one
# after another, each from the same state, and power off.
#
# How far it is stands in SHARE/state, outside of what runs here, so that a
# crash of this host fails the case that was running, and the next boot goes on
# with the one after it.  A case that wants a reboot exits with 99 and is
# started again after it with STAGE one higher.
set -u

share=$1
state=$share/state
cgroup=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
# Each read and write of the share is a trip out of the machine: what runs is
# copied from it once, and what it says is copied back.
here=/var/lib/kvmshare-test
mkdir -p $here/said
[ -d $here/in ] || cp -r "$share/in" $here/
export OUT=$share/out STATE=$state CASES=$here/in/cases TESTLIB=$here/in/lib
export TESTBIN=$here/in/bin GUESTS=$here/in/guest MODULES=$here/in/modules
export DESKTOP=$share/desktop.erofs
export PATH=$TESTBIN:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LC_ALL=C.UTF-8
set -a
. "$share/in/env"
set +a
. "$TESTLIB/trouble.sh"
. "$TESTLIB/settle.sh"
. "$TESTLIB/record.sh"
. "$TESTLIB/debug.sh"

progress() { echo "$*" >> "$OUT/progress"; }
header() { sed -n "s/^# $2: *//p" "$CASES/$1.sh" 2>/dev/null | head -n 1; }
uptime_s() { cut -d' ' -f1 /proc/uptime; }

# verdict CASE ok|not ok WHAT: what the host has to say of a case, beside its TAP.
verdict() {
	local name=$1 word=$2; shift 2
	echo "$word - $*" >> "$OUT/$name.host"
}

# What the kernel reported counts over all boots, whichever detector it came from.
reported() { echo $(($(cat "$state/reports") + $1)) > "$state/reports"; }

# The kernel's log since the case began, or since the boot if the case made it boot.
log_of() {
	if dmesg --notime | grep -qF "kvmshare-test: begin $1"; then
		dmesg --notime | awk -v m="kvmshare-test: begin $1" 'index($0, m) { n = 1; buf = ""; next } n { buf = buf $0 "\n" } END { printf "%s", buf }'
	elif [ "$2" -gt 0 ]; then
		dmesg --notime
	else
		echo "BUG: the log does not reach back to the begin of $1"
	fi
}

judge_log() {
	local name=$1 lines
	[ "$(header "$name" trouble)" != expected ] || return 0
	lines=$(log_of "$name" "$2" | trouble)
	[ -n "$lines" ] || return 0
	log_of "$name" "$2" > "$OUT/$name.dmesg"
	reported "$(wc -l <<< "$lines")"
	verdict "$name" 'not ok' "the kernel's log is clean, see $name.dmesg"
	sed 's/^/# /' <<< "$lines" >> "$OUT/$name.host"
}

judge_leaks() {
	local name=$1
	leaks > "$OUT/$name.leaks"
	if [ -s "$OUT/$name.leaks" ]; then
		reported "$(grep -c '^unreferenced' "$OUT/$name.leaks")"
		verdict "$name" 'not ok' "nothing leaked, nor in the case before, see $name.leaks"
		sed 's/^/# /' "$OUT/$name.leaks" | head -n 30 >> "$OUT/$name.host"
	else
		rm "$OUT/$name.leaks"
	fi
}

# The detectors of the debug kernel that do not speak by themselves.
judge_debug() {
	local name=$1
	[ "$LABEL" = debug ] && [ "$(header "$name" trouble)" != expected ] || return 0
	judge_leaks "$name"
	grep -q 'debug_locks: *1' /proc/lockdep_stats || {
		reported 1
		verdict "$name" 'not ok' "lockdep is still watching"
	}
}

# Whoever waits for a case, and for one that never ends, sees how far it is.
copy_said() { cp "$here/said/$1.tap" "$here/said/$1.err" "$OUT/"; }
# Told to end, it ends a copy that it has begun: that would come after the last one.
keep_copying() {
	trap exit TERM
	while sleep 2 & wait $!; do copy_said "$1"; done
}

run_case() {
	local name=$1 stage=$2 limit rc start copier
	limit=$(header "$name" timeout); limit=${limit:-120}
	# A case's own waits end before this does, on a machine that has more to do, too.
	limit=$((limit * slowness * 3))
	[ "$TIER" != soak ] || limit=$((limit * 7))
	progress "begin $name $limit"
	[ "$stage" -gt 0 ] || echo "<4>kvmshare-test: begin $name" > /dev/kmsg
	start=$(uptime_s)
	keep_copying "$name" 2> /dev/null &
	copier=$!
	(cd /tmp && CASE=$name STAGE=$stage exec timeout -k 10 "$limit" bash "$CASES/$name.sh") \
		< /dev/null >> "$here/said/$name.tap" 2>> "$here/said/$name.err"
	rc=$?
	kill $copier
	wait $copier
	copy_said "$name"
	case $rc in
	99) [ ! -e "$state/want-reboot" ] || { judge_debug "$name"; judge_log "$name" "$stage"; return 99; } ;;
	124|137)
		echo w > /proc/sysrq-trigger
		dmesg > "$OUT/$name.dmesg"
		verdict "$name" 'not ok' "it ended within $limit s; who waits for what is in $name.dmesg" ;;
	esac
	settle "$name"
	judge_debug "$name"
	judge_log "$name" "$stage"
	! guest_fell "$name" $rc || return 98
	progress "end $name $rc $(awk -v a="$start" -v b="$(uptime_s)" 'BEGIN { printf "%.1f", b - a }')"
}

# The boot before the first case is judged as a case of its own.
first_boot() {
	progress "boot $(uptime_s) $(uname -r)"
	rm -f "$share/emulator-fell"
	cp "$share/in/queue" "$state/queue"
	echo 0 > "$state/stage"
	echo 0 > "$state/reports"
	settle_remember
	[ "$LABEL" != debug ] || leaks > /dev/null
	local lines
	lines=$(dmesg --notime | trouble)
	if [ -n "$lines" ]; then
		dmesg > "$OUT/host.dmesg"
		reported "$(wc -l <<< "$lines")"
		verdict host 'not ok' "the kernel's log of the boot is clean, see host.dmesg"
		sed 's/^/# /' <<< "$lines" >> "$OUT/host.host"
	else
		verdict host ok "the kernel's log of the boot is clean"
	fi
}

# What fell was not the host: its case begins again, once.
once_more() {
	local name
	read -r name < "$state/queue" || return 0
	echo 0 > "$state/stage"
	rm -f "$OUT/$name".* "$here/said/$name".*
	if grep -qxs "$name" "$state/fallen"; then
		verdict "$name" 'not ok' "the emulator stays up, as it did not twice"
		progress "end $name crash 0"
		next_case
	else
		echo "$name" >> "$state/fallen"
	fi
}

# QEMU itself fell, and the host's disk is gone with it.
after_emulator() {
	rm -f "$share/emulator-fell" "$state/want-reboot"
	settle_remember
	once_more
}

# A triple fault of which the kernel had not a word to say: no panic boots this
# host without one. QEMU's CPUs have been seen to do that to hosts of nested guests.
cpu_fell() {
	grep -qa 'Triple fault' "$share/cpu.log" && [ -z "$(trouble < "$share/console.log")" ]
}

after_cpu() {
	progress "cpu-fell $1"
	cp "$share/cpu.log" "$OUT/host.cpu"
	: > "$share/cpu.log"
	once_more
}

# A guest of the host, whose QEMU ended or whose CPU was lost with not a word: the same,
# where nothing else is to be said of its case.
guest_fell() {
	[ -e "$state/guest-fell" ] || return 1
	rm "$state/guest-fell"
	[ "$2" != 0 ] && [ ! -e "$OUT/$1.host" ] || return 1
	! grep -qxs "$1" "$state/fallen" || return 1
	progress "guest-fell $1"
	once_more
}

# The host is up again: because a case asked for it, because it fell, or what it
# runs in did.
later_boot() {
	local name
	[ ! -e "$share/emulator-fell" ] || { after_emulator; return; }
	if [ -e "$state/want-reboot" ]; then
		rm "$state/want-reboot"
		: > "$share/cpu.log"
		return
	fi
	read -r name < "$state/queue"
	if cpu_fell; then after_cpu "$name"; return; fi
	reported 1
	verdict "$name" 'not ok' "the host stays up, see the console"
	progress "end $name crash 0"
	next_case
}

next_case() {
	echo 0 > "$state/stage"
	sed -i 1d "$state/queue"
}

reboot_now() {
	echo $(($(cat "$state/stage") + 1)) > "$state/stage"
	progress "reboot $1"
	sync
	systemctl reboot --force
	sleep infinity
}

modprobe -q kvm_amd || modprobe -q kvm_intel
udevadm settle
mkdir -p "$state"
if [ -e "$state/begun" ]; then later_boot; else first_boot; touch "$state/begun"; fi
[ "$(cat "$state/stage")" != 0 ] || settle host

while read -r name < "$state/queue"; do
	run_case "$name" "$(cat "$state/stage")"
	case $? in
	98) ;; # once more
	99) reboot_now "$name" ;;
	*) next_case ;;
	esac
done
# The last case's leaks.
sleep 5
judge_debug host
# It speaks of a whole run only, and of each area that had a case in it: whose
# fault a report is, nobody can tell here.
record_reports() {
	grep -q "^$2" "$share/in/queue" || return 0
	record "$1.debug_reports" reports "$(cat "$state/reports")" \
		"lines of the kernel's log and objects lost, over $(wc -l < "$share/in/queue") cases" > /dev/null
}
if [ "$LABEL" = debug ] && [ -z "$PART" ]; then
	record_reports core core-
	record_reports sched vgpu-
	record_reports vgpu mdev-
	record_reports mem mem-
fi
progress "done $(uptime_s)"
sync
poweroff -f
