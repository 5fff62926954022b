#!/bin/bash
# What counting and timing exits adds to each, beside the least that counts and the least that times them: on a clock that counts instructions.
# covers: ebpf userspace/monitor tests/vm/guest/exitloop.c tests/vm/guest/bpf
# tier: bench
# timeout: 900
. "$TESTLIB/host.sh"
count=20000

# Each arm has a boot of its own: with this clock, programs that were attached once are not
# got rid of, since the kernel's wait for who may still be in them does not end.
arms=(nothing minimal_count minimal_timer perf_stat bpftrace_count bpftrace_timer perf_kvm exits watch both)
# What one would write for that in the language of bpftrace.
count_by_reason='tracepoint:kvm:kvm_exit { @[args->exit_reason] = count(); }'
time_by_reason='tracepoint:kvm:kvm_exit { @began[tid] = nsecs; @reason[tid] = args->exit_reason; }
	tracepoint:kvm:kvm_entry /@began[tid]/ { @took[@reason[tid]] = hist(nsecs - @began[tid]); delete(@began[tid]); }'
arm=${arms[${STAGE:-0}]}

# attach LINKS COMMAND...: that runs, and has so many programs attached.
attach() {
	local links=$1; shift
	"$@" > "/tmp/$1" 2>&1 < <(exec sleep 10000) &
	wait_for 120 attached $! "$links" || { note "$(cat "/tmp/$1")"; bail "it is attached: $*"; }
}
# started COMMAND...: that runs, and says "ready", or has made the file /tmp/ready.
started() {
	"$@" > "/tmp/$1" 2>&1 < <(exec sleep 10000) &
	wait_for 300 is_ready "$1" || { note "$(cat "/tmp/$1")"; bail "it is ready: $*"; }
	sleep 2
}
is_ready() { grep -q ready "/tmp/$1" || [ -s /tmp/ready ]; }
attached() { [ "$(cat /proc/"$1"/fdinfo/* 2> /dev/null | grep -c "^link_type\|^prog_tag")" -ge "$2" ]; }

case $arm in
nothing) ;;
minimal_count) attach 1 bpfload "$TESTBIN/exit-count.bpf.o" ;;
minimal_timer) attach 2 bpfload "$TESTBIN/exit-time.bpf.o" ;;
perf_stat) started perf stat -a -e kvm:kvm_exit -- sh -c 'echo ready; exec sleep 10000' ;;
bpftrace_count) started bpftrace -e "BEGIN { printf(\"ready\\n\"); } $count_by_reason" ;;
bpftrace_timer) started bpftrace -e "BEGIN { printf(\"ready\\n\"); } $time_by_reason" ;;
perf_kvm) started perf kvm stat record -a -o /tmp/ready ;;
exits) attach 5 kvmshare exits --for 0 --json ;;
watch) attach 20 kvmshare watch --json ;;
both) attach 20 kvmshare watch --json; attach 5 kvmshare exits --for 0 --json ;;
esac
all=()
exitloop $count > /dev/null
for _ in 1 2 3 4 5; do all+=("$(exitloop $count)"); done
median "${all[@]}" > "$STATE/$arm"
note "$arm: ${all[*]}"
[ "$arm" = both ] || reboot_host

cost_of() { cat "$STATE/$1"; }
# adds ARM: beside nothing.
adds() { calc "$(cost_of "$1") - $(cost_of nothing)"; }
every=$(for arm in "${arms[@]}"; do echo "$arm $(cost_of "$arm")"; done | jq -cRn '[inputs | split(" ") | {(.[0]): (.[1] | tonumber)}] | add')
on="instructions that an exit for cpuid takes, of $count; one vCPU"
record mon.exit_cost_vs_minimal_count ratio "$(calc "$(adds exits) / $(adds minimal_count)")" "$on" "$every"
record mon.exit_cost_vs_minimal_timer ratio "$(calc "$(adds exits) / $(adds minimal_timer)")" "$on" "$every"
cheapest=$(jq -n "[$(adds bpftrace_timer), $(adds perf_kvm)] | min")
record mon.exit_cost_vs_cheapest_timing ratio "$(calc "$(adds exits) / $cheapest")" "$on" "$every"
record mon.exit_cost_vs_count ratio "$(calc "$(adds exits) / $(adds bpftrace_count)")" "$on" "$every"
record mon.exit_cost_all instructions "$(adds both)" "$on" "$every"
check "it adds at most 1.2 of what the least timer adds" test "$(calc "$(adds exits) <= 1.2 * $(adds minimal_timer)")" = 1.000000
check "at most 0.4 of what the cheapest stock tool does that times" test "$(calc "$(adds exits) <= 0.4 * $cheapest")" = 1.000000
check "and less than what counts them by bpftrace" test "$(calc "$(adds exits) < $(adds bpftrace_count)")" = 1.000000
