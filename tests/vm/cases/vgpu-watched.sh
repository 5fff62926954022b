#!/bin/bash
# What thousands of watches of a client cost, its engine does not wait for.
# kernels: 6.1 6.12 7.3
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load

thread=$(pgrep -x kvmshare/edu0)
spent() { cut -d' ' -f1 "/proc/$thread/schedstat"; }
done_by() { cat "$vgpus/$1/jobs"; }

# compute: one does, for a while; its jobs go to $jobs, and the CPU time that the
# engine's thread took to $took, in us.
compute() {
	took=$(spent)
	jobs=$(vgpu-load 0.7 engine=edu0,spin=1000000 | cut -d' ' -f2)
	took=$((($(spent) - took) / 1000))
}

compute
check "one computes" [ "$jobs" -gt 20 ]
alone=$((took / (jobs + 1)))
vgpu-watched 60 > "$load_dir/watched" &
watched=$!
defer "kill -9 $watched"
check "another is watched thousands of times" wait_for 30 grep -q watched "$load_dir/watched"
id=$(ids_of $watched)

# is_unmoved: beside the watched one a job takes the thread about what it takes alone;
# a wake takes several times as long as all else that it does for one.
is_unmoved() {
	local before others beside
	before=$(done_by "$id")
	compute
	others=$(($(done_by "$id") - before))
	beside=$((took / (jobs + others + 1)))
	note "alone $alone us of the engine's CPU a job, beside it $beside ($jobs and $others jobs)"
	[ "$others" -gt 5 ] && [ "$beside" -lt $((alone * 4)) ]
}

# The thread's CPU time has what interrupted it in it. Who waits for wakes does so each
# time; what a busy host adds is not there each time.
is_ever_unmoved() { is_unmoved || is_unmoved || is_unmoved; }
check "the engine waits for no wake" is_ever_unmoved
kill -9 $watched
wait $watched 2> /dev/null
is_empty
