#!/bin/bash
# A guest that does one thing without end is told of, by what it does; one that boots and works is not.
# kernels: 6.1 6.12 7.3
# tier: soak
# timeout: 400
# Not on the debug kernel: that boots without BPF among its security modules.
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"
tool=${TOOL:-kvmshare}
# An emulated processor has a twentieth of the exits of one of silicon, whoever asks for them: so
# have its ceilings, for those that storm as for those that work.
exits=8000
ceilings="--ceiling exits=$exits --ceiling hypercalls=2500 --ceiling msrs=25 --ceiling faults=2500 --ceiling interrupts=1000 --ceiling nested=200"

# shellcheck disable=SC2086 # options, each a word
"$tool" watch --only abuse --json $ceilings > /var/tmp/events 2> /var/tmp/err &
watcher=$!
defer "kill -9 $watcher"
watches() { [ "$(cat /proc/$watcher/fdinfo/* 2> /dev/null | grep -c '^link_type')" -ge 8 ]; }
wait_for 60 watches || bail "guests are watched: $(cat /var/tmp/err)"

slowest=0
# storms KIND ACT: told as that, and how long after it began.
storms() {
	local begun pid told
	begun=$(date +%s.%N)
	storm "$2" 8 &
	pid=$!
	wait_for 8 has_alert $pid "$1"
	kill $pid 2> /dev/null
	wait $pid 2> /dev/null
	is "a storm of $2 is told as $1" "$(kinds_of $pid)" "$1"
	told=$(jq -r "select(.event == \"abuse\" and .vmm == $pid) | .time" /var/tmp/events | head -n 1)
	[ -n "$told" ] || return
	told=$(calc "$(date -d "$told" +%s.%N) - $begun")
	note "$2: $(jq -r "select(.vmm == $pid) | .rate" /var/tmp/events | head -n 1) a second, told after $told s"
	slowest=$(jq -n "[$slowest, $told] | max")
}
has_alert() { kinds_of "$1" | grep -q .; }
kinds_of() { jq -r "select(.event == \"abuse\" and .vmm == $1) | .kind" /var/tmp/events | sort -u | paste -sd' '; }

storms exits cpuid
storms hypercalls hypercall
storms msrs msr
storms faults fault
storms interrupts interrupt
storms nested nested
record mon.abuse_time s "$slowest" "from the beginning of a storm to its alert, the slowest of six kinds"
storm wait 4 &
waits=$!
wait $waits
is "one that waits is none" "$(kinds_of $waits)" ""

truncate -s 64M /var/tmp/disk.img
guest_begin guest_run one work -drive file=/var/tmp/disk.img,format=raw,if=virtio
check "a guest boots, and works" guest_waits one 180 '^guest: worked'
is "nothing is told of it" "$(kinds_of "$guest_pid_one")" ""
guest_kill one
