#!/bin/bash
# Each allocation of a client's calls made to fail, one after the other: nothing is lost.
# tier: debug
# timeout: 900
# kernels: debug
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
[ -e /proc/self/fail-nth ] || bail "this kernel makes allocations fail on request"
vgpu_load
program_says vgpu-faults
is_empty
