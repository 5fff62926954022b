#!/bin/bash
# What clients beside each other cost each other: one that hangs the soft engine, one whose memory never answers, an interactive one among busy ones; on a clock that counts instructions.
# covers: kmod/vgpu/sched kmod/vgpu/engines kmod/vgpu/dispatch.c kmod/vgpu/jobs.c kmod/vgpu/strikes.c kmod/vgpu/tab.c kmod/vgpu/time.c kmod/compat/types.h
# tier: bench
# timeout: 3000
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load

# done_in SECONDS SPEC...: jobs that all of them got done.
done_in() { vgpu-load "$@" | awk '{ n += $2; bad += $3 } END { print bad ? "bad" : n }'; }

neighbours=(weight=100,count=16384 weight=100,count=16384)
alone=$(done_in 10 "${neighbours[@]}")
check "two neighbours work" [ "$alone" -gt 100 ]

check "somebody is allowed a client" vgpu-ctl allow 65534 1 100 0 100 67108864
setpriv --reuid=65534 --regid=65534 --clear-groups vgpu-hang 10 > "$load_dir/hangs" &
hangs=$!
beside=$(done_in 10 "${neighbours[@]}")
wait $hangs
read -r opened refused late < "$load_dir/hangs"
note "who hung it was a client $opened times, was refused $refused times, and $late of its jobs failed"
check "who hangs it is quarantined" [ "$refused" -gt 100 -a "$opened" -le 2 ]
record vgpu.hang_cost percent "$(calc "100 * (1 - $beside / $alone)")" \
	"work that two neighbours did not get done in 10 s beside one that hangs the engine again and again" \
	"{\"alone\": $alone, \"beside\": $beside}"

vgpu-silent > "$load_dir/silent" &
silent=$!
defer "kill -9 $silent"
check "a client is stuck in its memory" wait_for 20 grep -q silent "$load_dir/silent"
beside=$(done_in 10 "${neighbours[@]}")
kill -9 $silent
wait $silent 2> /dev/null
record vgpu.silent_cost percent "$(calc "100 * (1 - $beside / $alone)")" \
	"the same beside one whose memory is a userfaultfd that never answers" \
	"{\"alone\": $alone, \"beside\": $beside}"

# As many words as take 200 us here.
words=$(calc "200 * 65536 * $(done_in 2 weight=1) / 2e6")
words=${words%.*}
vgpu-load 20 "period=10000,count=$words" $(for _ in 1 2 3 4 5 6 7; do echo weight=100; done) > "$load_dir/waits"
read -r _ jobs bad _ longest p99 < "$load_dir/waits"
check "an interactive one gets its jobs done" [ "$bad" = 0 -a "$jobs" -gt 1000 ]
record vgpu.wait_p99 us "$p99" \
	"a job of 200 us ($words words) each 10 ms beside 7 busy clients of equal weight, slices of 2 ms: from enqueue to dispatch" \
	"{\"longest\": $longest}" "$jobs"
is_empty
