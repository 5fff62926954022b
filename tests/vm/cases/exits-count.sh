#!/bin/bash
# Exits of a real guest are counted by reason, as many as KVM itself counts, whether its vCPUs run still or have ended; and what cannot be counted is refused with the reason.
# kernels: 6.1 6.12 7.3
# timeout: 400
# Not on the debug kernel: it was not run there yet.
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"

# counter NAME OPTION...: armed, in the background; what it prints in /tmp/NAME.
counter() {
	local name=$1; shift
	kvmshare exits --for 0 --json "$@" > "/tmp/$name" 2> "/tmp/$name.err" &
	printf -v "counter_$name" %s $!
	defer "kill -9 $!"
	wait_for 60 armed $! || { note "$(cat "/tmp/$name.err")"; bail "exits are counted"; }
}
armed() { [ "$(cat /proc/"$1"/fdinfo/* 2> /dev/null | grep -c '^link_type')" -ge 5 ]; }
counter_ends() {
	local pid=counter_$1
	kill -INT "${!pid}"
	wait "${!pid}"
}
# of NAME JQ: of what a counter saw of the guest.
of() { jq -r "[.[] | select(.pid == $guest_pid_one)] | $2" "/tmp/$1"; }

refuse "a VM that is not there is refused" kvmshare exits --vm 4711
# What ends by itself says so, and no guest is an answer.
like "no guest is told" "$(kvmshare exits --for 1)" 'no guest has left'
like "nobody but an administrator may" "$(setpriv --reuid 1000 --clear-groups --inh-caps=-all kvmshare exits --for 1 2>&1)" 'does not let this user'

counter living
counter ended
counter vcpus --vcpus --histogram
counter detail --detail
guest_begin guest_run one stay -smp 2
guest_said one '^guest: stays' || wait_for 120 guest_said one '^guest: stays'
sleep 3
echo stop > "$(guest_monitor one).in"
kvm_count() { guest_exits one; }
rests() { local a b; a=$(kvm_count); sleep 1; b=$(kvm_count); [ "$a" = "$b" ]; }
check "its vCPUs have stopped" wait_for 60 rests
kvm=$(kvm_count)
counter_ends living
counter_ends vcpus
counter_ends detail
is "as many as KVM counts" "$(of living 'map(.count) | add')" "$kvm"
is "each vCPU for itself, too" "$(of vcpus 'map(.count) | add')" "$kvm"
is "both have some" "$(of vcpus 'map(select(.count > 0).vcpu) | unique | join(" ")')" "0 1"
check "those of one reason are in one row" test "$(of living 'length')" = "$(of living 'map(.reason) | unique | length')"
like "the vendor is that of the record" "$(of living 'map(.vendor) | unique | join(" ")')" '^(svm|vmx)$'
check "reasons have their names" test "$(of living 'map(select(.reason | startswith("0x"))) | length')" = 0
# What was left to the VMM is over by then, but for what stopped them.
check "times are those of as many" jq -e --argjson pid "$guest_pid_one" \
	'[.[] | select(.pid == $pid) | .count - (.histogram | map(.count) | add // 0)] | add | . >= 0 and . <= 2' /tmp/vcpus
check "the VMM handled some, the kernel more" test "$(of living '(map(.users) | add) as $u | (map(.count) | add) as $n | $u > 0 and $u < $n')" = true
check "no time is more than all there was" test "$(of living 'map(.ns) | add < 2 * 400 * 1000000000')" = true
check "shortest, mean and longest are in order" test \
	"$(of living 'map(select(.mean_ns > 0) | .min_ns <= .mean_ns and .mean_ns <= .max_ns) | all')" = true
check "what it says comes by its serial port's register" test \
	"$(of detail 'map(select(.kind == "port" and .where == "0x3f8") | .writes) | add // 0')" -ge "$(stat -c %s "$(guest_console one)")"
# One may be under way: it is counted where it ends.
like "each access to a port is an exit" \
	"$(($(of living 'map(select(.reason == "io" or .reason == "IO_INSTRUCTION") | .count) | add') - $(of detail 'map(select(.kind == "port") | .count) | add')))" '^[012]$'
check "MSRs, page faults and interrupts have their rows" test \
	"$(of detail 'map(.kind) | unique | contains(["fault", "msr", "vector"])')" = true
check "the most often touched come first" test \
	"$(of detail 'group_by(.kind) | map(map(.count) | . == (sort | reverse)) | all')" = true
note "$(jq -c 'group_by(.kind)[] | .[:3][] | [.kind, .where, .count, .writes]' /tmp/detail | paste -sd' ')"
note "$(jq -c '.[] | [.reason, .count, .users, .mean_ns]' /tmp/living | paste -sd' ')"

guest_kill one
counter_ends ended
is "they are there when the vCPUs' threads are gone" "$(of ended 'map(.count) | add')" "$kvm"
