#!/bin/bash
# How evenly a device is shared whose jobs cannot be stopped, by the time from each job's begin to its interrupt.
# covers: kmod/vgpu/sched kmod/vgpu/engines kmod/vgpu/dispatch.c kmod/vgpu/jobs.c kmod/vgpu/strikes.c kmod/vgpu/tab.c kmod/vgpu/time.c kmod/compat/types.h
# tier: soak
# timeout: 900
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load

trace=/sys/kernel/tracing
mountpoint -q $trace || mount -t tracefs tracefs $trace
echo 40960 > $trace/buffer_size_kb

# Stamps of the tracer: a slice shorter than any job holds one, which has the device
# from its dispatch to its interrupt, without what the engine's thread waits for a CPU
# (out of it in state R) before that. An interrupt after which the thread goes on
# sleeping (I) is a late one of the job before; one that comes later than the next
# dispatch was not waited for. Lags are in the longest of all jobs: the emulated device
# shares this machine's CPUs, and may be kept from them for milliseconds. A job lasts
# about as long, so that this is not ten of them.
judge='
function stamp() { match($0, / [0-9]+\.[0-9]+: /); return substr($0, RSTART + 1, RLENGTH - 3) + 0 }
function ended(at) {
	took = at - began
	if (took > longest) longest = took
	had[running] += took; total += took; jobs++
	for (i in w) {
		lag = total * w[i] / all - had[i]
		if (lag < 0) lag = -lag
		# All have work once all have come.
		if (nr == length(w) && jobs > 2 * nr && lag > worst) worst = lag
	}
	if (jobs % (window * length(w)) == 0) look()
}
function look() {
	least = most = sum = squares = 0
	for (i in w) {
		x = (had[i] - before[i]) / w[i]; before[i] = had[i]
		if (!least || x < least) least = x
		if (x > most) most = x
		sum += x; squares += x * x
	}
	if (!windows++) return
	if (!minmax || least / most < minmax) minmax = least / most
	if (!jain || sum * sum / (length(w) * squares) < jain) jain = sum * sum / (length(w) * squares)
}
BEGIN { for (i = split(weights, w, " "); i; i--) all += w[i] }
/kvmshare_vgpu_dispatch: engine=edu0 / {
	now = stamp()
	if (running) ended(irq ? irq : now)
	began = now; irq = out = 0
	match($0, /vgpu=[0-9]+/); running = substr($0, RSTART + 5, RLENGTH - 5) - first + 1
	if (!(running in came)) { came[running] = 1; nr++ }
}
/sched_switch: prev_comm=kvmshare\/edu0 .* prev_state=I / { irq = 0 }
/sched_switch: prev_comm=kvmshare\/edu0 .* prev_state=R/ { out = stamp() }
/sched_switch: .* next_comm=kvmshare\/edu0 / {
	if (out && !irq) began += stamp() - out
	out = 0
}
/irq_handler_entry: / { irq = stamp() }
END { printf "%.4f %.6f %.6f %d %.0f\n", longest ? worst / longest : 99, minmax, jain, windows, longest * 1e6 }'

# An operand that takes four milliseconds from submission to end: above any slice.
jobs=$(vgpu-load 4 engine=edu0,spin=1000000 | cut -d' ' -f2)
check "it computes" [ "${jobs:-0}" -gt 100 ]
spin=$((1000 * jobs))
note "operand $spin"

# lag NAME SECONDS SLICES WEIGHT...: what the judge says, into variables of that name.
declare -A lags minmaxes jains
lag() {
	local name=$1 seconds=$2 window=$3 w specs=() windows longest lost; shift 3
	for w; do specs+=("engine=edu0,slice=100,spin=$spin,depth=64,weight=$w"); done
	echo > $trace/trace
	echo 1 > $trace/events/kvmshare/kvmshare_vgpu_dispatch/enable
	echo 'name == "kvmshare_vgpu"' > $trace/events/irq/irq_handler_entry/filter
	echo 1 > $trace/events/irq/irq_handler_entry/enable
	echo 'prev_comm == "kvmshare/edu0" || next_comm == "kvmshare/edu0"' > $trace/events/sched/sched_switch/filter
	echo 1 > $trace/events/sched/sched_switch/enable
	check "$name: clients compute" eval 'vgpu-load "$seconds" "${specs[@]}" > "$load_dir/$name"'
	echo 0 > $trace/events/sched/sched_switch/enable
	echo 0 > $trace/events/irq/irq_handler_entry/enable
	echo 0 > $trace/events/kvmshare/kvmshare_vgpu_dispatch/enable
	lost=$(awk '/^(overrun|dropped events):/ { n += $NF } END { print n }' $trace/per_cpu/cpu*/stats)
	is "$name: nothing was lost of the trace" "$lost" 0
	read -r lags[$name] minmaxes[$name] jains[$name] windows longest < <(awk -v weights="$*" -v window="$window" \
			-v first="$(head -n 1 "$load_dir/$name" | cut -d' ' -f1)" "$judge" $trace/trace)
	note "$name: lag ${lags[$name]} minmax ${minmaxes[$name]} jain ${jains[$name]} windows $windows longest $longest us"
	check "$name: two windows, or more" [ "$windows" -ge 2 ]
}
each() { for ((n = 0; n < $1; n++)); do echo 100; done; }

lag two 12 400 $(each 2)
lag eight 40 400 $(each 8)
lag many 150 200 $(each 64)
lag weighted 15 200 100 200 400 800
record vgpu.lag.edu jobs "$(worst "${lags[@]}")" \
	"2, 8 and 64 clients of equal weight, and 1:2:4:8, always busy; device time, in the longest job; the worst" \
	"{\"two\": ${lags[two]}, \"eight\": ${lags[eight]}, \"64\": ${lags[many]}, \"weighted\": ${lags[weighted]}}"
record vgpu.minmax.edu ratio "$(least "${minmaxes[two]}" "${minmaxes[eight]}" "${minmaxes[many]}")" \
	"2, 8 and 64 clients of equal weight; the worst window of 400, 400 and 200 slices each, device time"
record vgpu.jain.edu ratio "$(least "${jains[two]}" "${jains[eight]}" "${jains[many]}")" \
	"2, 8 and 64 clients of equal weight; the worst window of 400, 400 and 200 slices each, device time"
is_empty
