#!/bin/bash
# Two guests draw and compute at once on one engine, with weights of 3:1: each has its part of the engine's time, to two slices, and of the work; each result is right, and each screen shows what its guest drew.
# covers: kmod/vgpu/device kmod/vgpu/mdev kmod/compat/vfio.h
# tier: soak
# timeout: 600
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/tool.sh"
. "$TESTLIB/guest.sh"
. "$TESTLIB/mdev.sh"
vgpu_load
# What an emulated CPU is not given while it runs a job is no strike.
check "jobs may take long here" kvmshare engine set soft0 --job-limit-us 5000000

slices=4000 runs=5 slice_us=2000 seconds=250
trace=/sys/kernel/tracing
mountpoint -q $trace || mount -t tracefs tracefs $trace
echo 16384 > $trace/buffer_size_kb

# An emulated guest is slow: what a job takes of it is little beside what it takes of the
# engine, or the guest would not always have one.
mdev_create three --engine soft0 --weight 300
mdev_create one --engine soft0 --weight 100
for name in three one; do
	mapfile -t options < <(mdev_options "${!name}")
	guest_start $name gpushare,kvmshare-$name-,$seconds,--words,4096,--repeat,1024,--jobs,16,--depth,8 "${options[@]}"
done
for name in three one; do check "guest $name draws and computes" guest_waits $name 120 '^guest: computes'; done

client_of() { attribute "$1" client; }
slices_of() { attribute "$1" slices; }
both_have() { [ $(($(slices_of "$three") + $(slices_of "$one"))) -ge "$1" ]; }
check "both have the engine" wait_for 60 eval '[ "$(slices_of "$three")" -gt 20 ] && [ "$(slices_of "$one")" -gt 20 ]'

# The largest distance, in slices, of the first's time from a line of three quarters, at any
# moment of the run, and how many slices there were. A run begins in the midst of a turn: of
# all such lines it is the one that is least far from it.
judge='/kvmshare_vgpu_end: / {
	match($0, /vgpu=[0-9]+/); id = substr($0, RSTART + 5, RLENGTH - 5)
	match($0, /run_ns=[0-9]+/); ran = substr($0, RSTART + 7, RLENGTH - 7)
	if (id == first) had += ran
	all += ran; nr++
	ahead = had - all * 3 / 4
	if (ahead > most) most = ahead
	if (ahead < least) least = ahead
}
END { printf "%.3f %d\n", (most - least) / 2 / slice / 1000, nr }'

# run: into lags and parts.
lags=() parts=()
run() {
	local had_three had_one lag nr until
	# To begin takes long: what is counted is counted from then on.
	echo 1 > $trace/events/kvmshare/kvmshare_vgpu_end/enable
	echo > $trace/trace
	until=$(($(slices_of "$three") + $(slices_of "$one") + slices + 50))
	had_three=$(attribute "$three" jobs) had_one=$(attribute "$one" jobs)
	wait_for 120 both_have "$until"
	echo 0 > $trace/events/kvmshare/kvmshare_vgpu_end/enable
	had_three=$(($(attribute "$three" jobs) - had_three)) had_one=$(($(attribute "$one" jobs) - had_one))
	read -r lag nr < <(awk -v first="$(client_of "$three")" -v slice=$slice_us "$judge" $trace/trace)
	note "a run: lag $lag slices, of $nr; jobs $had_three and $had_one"
	[ "$nr" -ge $slices ] && [ "$had_one" -gt 0 ] || { not_ok "a run has its slices"; return; }
	lags+=("$lag") parts+=("$(part "$had_three" $((had_three + had_one)))")
}
for ((i = 0; i < runs; i++)); do run; done
is "five runs" "${#lags[@]}" $runs
lag=$(median "${lags[@]}") part=$(median "${parts[@]}")
record vgpu.guest_ratio_lag slices "$lag" \
	"two guests at weights of 3:1, always busy; by tracepoints, the largest distance from a line of 3:1 in $slices slices; the median of $runs runs" \
	"{\"runs\": [$(IFS=,; echo "${lags[*]}")]}" $runs
record vgpu.guest_work_part percent "$part" "jobs of the guest with three quarters, of both; the median of $runs runs"
check "each has its time, to two slices" awk -v l="$lag" 'BEGIN { exit !(l <= 2) }'
about "and its part of the work" "$part" 75 3

for name in three one; do
	check "what guest $name drew is seen, bit by bit" wait_for 60 shows "${!name}" 1024 768 "kvmshare-$name-" "$OUT/$CASE.$name.png"
	check "guest $name comes to its end" guest_waits $name $seconds '^guest: computed'
	like "each of its results is right" "$(grep -a '^guest: computed' "$(guest_console $name)")" '^guest: computed [1-9][0-9]* jobs, 0 failed, 0 wrong'
done
for name in three one; do guest_kill $name; done
check "all of it is back" wait_for 20 nothing_is_had
