#!/bin/bash
# What counting and timing exits adds to each, beside the least that counts and the least that times them: on a clock that counts instructions.
# covers: ebpf userspace/monitor tests/vm/guest/exitloop.c tests/vm/guest/bpf
# tier: bench
# timeout: 1200
. "$TESTLIB/host.sh"
tool=${TOOL:-kvmshare}
count=20000

# costs: instructions of an exit, the median of five.
costs() {
	local all=()
	exitloop $count > /dev/null
	for _ in 1 2 3 4 5; do all+=("$(exitloop $count)"); done
	median "${all[@]}"
}
# with LINKS COMMAND...: the same while that runs, which has so many programs attached.
with() {
	local links=$1 pid; shift
	"$@" > /tmp/arm 2>&1 < <(exec sleep 10000) &
	pid=$!
	wait_for 120 attached "$pid" "$links" || { note "$(cat /tmp/arm)"; bail "it is attached: $*"; }
	costs
	kill -INT "$pid"
	wait "$pid"
}
attached() { [ "$(cat /proc/"$1"/fdinfo/* 2> /dev/null | grep -c "^link_type\|^prog_tag")" -ge "$2" ]; }

nothing=$(costs)
counts=$(with 1 bpfload "$TESTBIN/exit-count.bpf.o")
times=$(with 2 bpfload "$TESTBIN/exit-time.bpf.o")
ours=$(with 5 "$tool" exits --for 0 --json)
guard=$(with 20 "$tool" watch --json)
"$tool" watch --json > /tmp/watch 2>&1 & watcher=$!
defer "kill -9 $watcher"
wait_for 60 attached $watcher 20
all=$(with 5 "$tool" exits --for 0 --json)
again=$(costs)
kill -INT $watcher
wait $watcher
arms="{\"nothing\": $nothing, \"minimal count\": $counts, \"minimal timer\": $times, \"exits\": $ours, \"watch\": $guard, \"both\": $all, \"watch, again\": $again}"
note "$arms"
adds() { calc "$1 - $nothing"; }
on="instructions that an exit for cpuid takes, of $count; one vCPU"
record mon.exit_cost_vs_count ratio "$(calc "($ours - $nothing) / ($counts - $nothing)")" "$on" "$arms"
record mon.exit_cost_vs_minimal_timer ratio "$(calc "($ours - $nothing) / ($times - $nothing)")" "$on" "$arms"
record mon.exit_cost_all instructions "$(adds "$all")" "$on" "$arms"
check "timing it adds at most 1.2 of what the least timer adds" test "$(calc "($ours - $nothing) <= 1.2 * ($times - $nothing)")" = 1.000000
