#!/bin/bash
# How evenly the soft engine is shared, what promises are worth, and what sharing costs: on a clock that counts instructions.
# covers: kmod/vgpu/sched kmod/vgpu/engines kmod/vgpu/dispatch.c kmod/vgpu/jobs.c kmod/vgpu/strikes.c kmod/vgpu/tab.c kmod/vgpu/time.c kmod/compat/types.h
# tier: bench
# timeout: 3000
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load

# A job fills so many words; some tens of microseconds here.
words=8192

thread=$(pgrep -x kvmshare/soft0)
[ -n "$thread" ] || bail "the engine has a thread"

# lag NAME SECONDS SLICE WORDS SPEC...: what vgpu-lag says, into an array of that name.
lag() {
	local -n into=$1; shift
	local word value
	into=() shares=()
	while read -r word value; do
		if [ "$word" = share ]; then shares+=("$value"); else into[$word]=$value; fi
	done < <(vgpu-lag "${@:1:3}" "$thread" "${@:4}")
	[ -n "${into[work]:-}" ] || bail "vgpu-lag $*"
	note "vgpu-lag ${*:1:4} ... ($(($# - 3)) clients): ${into[*]@K}"
}
times() { for ((n = 0; n < $1; n++)); do printf '%s ' "$2"; done; }

declare -A two eight many weighted alone
lag two 4 2000 $words 1 1
lag eight 8 2000 $words $(times 8 1)
lag many 27 2000 $words $(times 64 1)
lag weighted 8 2000 $words 100 200 400 800
record vgpu.lag.soft slices "$(worst "${two[lag]}" "${eight[lag]}" "${many[lag]}" "${weighted[lag]}")" \
	"2, 8 and 64 clients of equal weight, and 1:2:4:8; slices of 2 ms, always busy; the worst" \
	"{\"two\": ${two[lag]}, \"eight\": ${eight[lag]}, \"64\": ${many[lag]}, \"weighted\": ${weighted[lag]}}"
record vgpu.minmax ratio "$(least "${two[minmax]}" "${eight[minmax]}" "${many[minmax]}")" \
	"2, 8 and 64 clients of equal weight; the worst window of 200 slices each" \
	"{\"two\": ${two[minmax]}, \"eight\": ${eight[minmax]}, \"64\": ${many[minmax]}}"
record vgpu.jain ratio "$(least "${two[jain]}" "${eight[jain]}" "${many[jain]}")" \
	"2, 8 and 64 clients of equal weight; the worst window of 200 slices each" \
	"{\"two\": ${two[jain]}, \"eight\": ${eight[jain]}, \"64\": ${many[jain]}}"

# A lone one, and the same with a cap: of the same time, a quarter of the work. Nobody
# looks more often than their queues need.
export SAMPLE_US=10000
declare -A whole capped
lag whole 2 2000 $words 1
lag capped 2 2000 $words 1,0,25
record vgpu.alone percent "${whole[engine]}" \
	"a client alone, without a cap: of the time that the engine's thread had its CPU or could have it, the part that it ran"
record vgpu.cap_error percent "$(calc "sqrt((100 * ${capped[work]} / ${whole[work]} - 25) ^ 2)")" \
	"a cap of 25 percent on an otherwise idle engine, 1,000 slices; work, beside that of one without" \
	"{\"capped\": ${capped[work]}, \"whole\": ${whole[work]}}"

unset SAMPLE_US
declare -A minimum
lag minimum 8 2000 $words 100,30 $(times 63 1000)
note "with a minimum of 30 percent beside 63 of ten times its weight: ${shares[0]} percent"
record vgpu.minimum percent "${shares[0]}" "a minimum of 30 percent beside 63 busy clients of ten times its weight"

# What sharing costs: the same work by one alone at the longest slice.
declare -A long
lag long 4 30000 $words 1
record vgpu.sched_cost percent "$(calc "100 * (1 - (${eight[work]} / 8) / (${long[work]} / 4))")" \
	"8 clients at slices of 2 ms, beside one alone at 30 ms: work that is not done" \
	"{\"eight_per_s\": $(calc "${eight[work]} / 8"), \"alone_per_s\": $(calc "${long[work]} / 4")}"

few=$(vgpu-decide 10 20000) lots=$(vgpu-decide 10000 20000)
record vgpu.decision_growth ratio "$(calc "$lots / $few")" \
	"instructions of a decision with 10,000 runnable clients beside one with 10" \
	"{\"ten\": $few, \"ten_thousand\": $lots}"
ok "measured"
is_empty
