#!/bin/bash
# Each allocation of a call made to fail, one after the other: the call fails or succeeds whole, and nothing is lost.
# tier: debug
# timeout: 900
# kernels: debug
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

[ -e /proc/self/fail-nth ] || bail "this kernel makes allocations fail on request"
vf_setup -r

# fails_everywhere WHAT COMMAND...: run it with its first, second ... allocation
# failing, until it makes fewer than that.
fails_everywhere() {
	local what=$1 n out failures=0; shift
	for n in $(seq 400); do
		out=$(FAIL_NTH=$n "$@" 2>&1 < /dev/null)
		if grep -q ': E' <<< "$out"; then
			failures=$((failures + 1))
			grep -qE ': (ENOMEM|ENODEV|EINTR|EMFILE|ENFILE|EFAULT|ENXIO|ESRCH)$' <<< "$out" ||
				{ not_ok "$what: allocation $n: $out"; return; }
		fi
		! grep -q untouched <<< "$out" || break
	done
	check "$what: $((n - 1)) allocations failed in turn, $failures of them the call" \
		grep -q untouched <<< "$out"
	check "$what: some did make it fail" test $failures -gt 0
}

fails_everywhere "a lease" vfctl lease -p $igb -n 2
check "all VFs come back" wait_for 120 all_are free
check "none is leased" wait_for 60 bash -c "[ \"\$(cat $pool/counters/vf_leases)\" = 0 ]"

enrol_once() { ( unset FAIL_NTH; vfctl out $nvme ) > /dev/null 2>&1; vfctl enrol -r $nvme; }
fails_everywhere "an enrolment" enrol_once
vfctl enrol -r $nvme
wait_for 60 settled 11
check "the PF is enrolled at last" wait_for 60 all_are free

fails_everywhere "a quota" vfctl quota -t blue 5
vfctl quota -n -t blue
fails_everywhere "history" vfctl history

lessee heir -p $nvme; heir=$pid
lessee giver -p $nvme; giver=$pid
fails_everywhere "a handover" vfctl handover "$(lease_of giver)" "$heir"
kill_lessee "$giver"
is "handed over in the end" "$(wait_for 2 in_state "$(vf_of giver)" free; state "$(vf_of giver)")" leased
kill_lessee "$heir"
check "all VFs come back from that" wait_for 60 all_are free

# -- The way back: what runs in kernel threads fails one time in five.
fail=/sys/kernel/debug/failslab
[ -d $fail ] || mount -t debugfs none /sys/kernel/debug
echo Y > $fail/task-filter; echo 20 > $fail/probability; echo -1 > $fail/times; echo 0 > $fail/verbose
defer "echo 0 > $fail/probability"
for _ in $(seq 10); do
	for p in $(pgrep '^kworker/u'); do echo 1 > "/proc/$p/make-it-fail"; done 2> /dev/null
	lessee risky -p $igb -n 3 -O || note "$(cat /tmp/risky)"
	kill_lessee "$pid"
done
echo 0 > $fail/probability
# A quarantine by a failed reset is legal; nothing else may be in the way.
wait_for 120 settled 11
for vf in "$pool"/vfs/*; do [ "$(cat "$vf/state")" != quarantined ] || vfctl quarantine -e "${vf##*/}"; done
check "failures on the way back lose no VF" wait_for 120 all_are free

vf_over
