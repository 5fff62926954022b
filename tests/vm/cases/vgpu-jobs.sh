#!/bin/bash
# A process becomes a client of the soft engine; its jobs do what they say, and what is malformed is refused.
# tier: check debug-quick
# timeout: 240
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load

is "there is one soft engine" "$(cd $engines && echo soft*)" "soft0"
is "fair" "$(cat $engines/soft0/policy)" fair
program_says vgpu-jobs
is_empty
