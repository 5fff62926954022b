#!/bin/bash
# A client that thousands of watches wait for costs who shares its engine nothing but its share.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load

jobs() { vgpu-load 3 engine=edu0,spin=1000000 | cut -d' ' -f2; }

alone=$(jobs)
check "one computes" [ "$alone" -gt 50 ]
vgpu-watched 8 > "$load_dir/watched" &
watched=$!
defer "kill -9 $watched"
check "another is watched 6,000 times" wait_for 30 grep -q watched "$load_dir/watched"
beside=$(jobs)
wait $watched
is "and ends well" "$?" 0
read -r ended failed < <(tail -n 1 "$load_dir/watched")
note "alone $alone jobs, beside it $beside; the watched one got $ended"
check "its jobs got done" [ "$ended" -gt 10 -a "$failed" = 0 ]
# Each wake takes several times as long as a job; where the engine waits for it, a
# tenth is left.
check "the first goes on computing" [ $((beside * 4)) -gt "$alone" ]
is_empty
