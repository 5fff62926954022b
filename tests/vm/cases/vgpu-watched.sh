#!/bin/bash
# A client that thousands of watches wait for costs who shares its engine nothing but its share.
# kernels: 6.1 6.12 7.3
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load

jobs() { vgpu-load 0.7 engine=edu0,spin=1000000 | cut -d' ' -f2; }

alone=$(jobs)
check "one computes" [ "$alone" -gt 20 ]
vgpu-watched 60 > "$load_dir/watched" &
watched=$!
defer "kill -9 $watched"
check "another is watched thousands of times" wait_for 30 grep -q watched "$load_dir/watched"
beside=$(jobs)
state=$(cat "$vgpus/$(ids_of $watched)/state")
note "alone $alone jobs, beside it $beside"
check "it had jobs to the end" [ "$state" != idle ]
# Each wake takes several times as long as a job; where the engine waits for it, a
# tenth is left.
check "the first goes on computing" [ $((beside * 5)) -gt "$alone" ]
kill -9 $watched
wait $watched 2> /dev/null
is_empty
