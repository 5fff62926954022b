#!/bin/bash
# A client whose memory never answers is the only one that waits for it, and can be killed.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load

vgpu-silent > "$load_dir/silent" &
silent=$!
defer "kill -9 $silent"
check "a client is stuck in its memory" wait_for 20 grep -q silent "$load_dir/silent"
check "another works beside it" vgpu-load 1 engine=soft0,count=4096
like "and gets its jobs done" "$(vgpu-load 1 engine=soft0,count=4096)" '^[0-9]+ [1-9][0-9]+ 0 0 '
id=$(ids_of $silent)
check "an administrator changes the one that is stuck" eval "echo 7 > $vgpus/$id/weight"
is "its engine is idle" "$(cat "$vgpus/$id/state")" idle
kill -9 $silent
wait $silent 2> /dev/null
is "killed, it ends" "$?" 137
is_empty
