#!/bin/bash
# What counting and timing exits adds to each, beside the least that counts and the least that times them: on a clock that counts instructions.
# covers: ebpf userspace/monitor tests/vm/guest/exitloop.c tests/vm/guest/bpf
# tier: bench
# timeout: 600
. "$TESTLIB/host.sh"
count=20000

# Each arm has a boot of its own: with this clock, programs that were attached once are not
# got rid of, since the kernel's wait for who may still be in them does not end.
arms=(nothing minimal_count minimal_timer exits watch both)
arm=${arms[${STAGE:-0}]}

# attach LINKS COMMAND...: that runs, and has so many programs attached.
attach() {
	local links=$1; shift
	"$@" > "/tmp/$1" 2>&1 < <(exec sleep 10000) &
	wait_for 120 attached $! "$links" || { note "$(cat "/tmp/$1")"; bail "it is attached: $*"; }
}
attached() { [ "$(cat /proc/"$1"/fdinfo/* 2> /dev/null | grep -c "^link_type\|^prog_tag")" -ge "$2" ]; }

case $arm in
nothing) ;;
minimal_count) attach 1 bpfload "$TESTBIN/exit-count.bpf.o" ;;
minimal_timer) attach 2 bpfload "$TESTBIN/exit-time.bpf.o" ;;
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
record mon.exit_cost_all instructions "$(adds both)" "$on" "$every"
check "it adds at most 1.2 of what the least timer adds" test "$(calc "$(adds exits) <= 1.2 * $(adds minimal_timer)")" = 1.000000
