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
before=$(done_by "$id")
compute
others=$(($(done_by "$id") - before))
check "it has jobs meanwhile" [ "$others" -gt 5 ]
beside=$((took / (jobs + others + 1)))
note "alone $alone us of the engine's CPU a job, beside it $beside"
# A wake takes several times as long as all else that the thread does for a job.
check "the engine waits for no wake" [ "$beside" -lt $((alone * 4)) ]
kill -9 $watched
wait $watched 2> /dev/null
is_empty
