#!/bin/bash
# VMMs that take a device's memory away in the midst of jobs, have memory that never answers, or are killed at any moment: all of it back, the device well, and no neighbour loses a job.
# covers: kmod/vgpu/device kmod/vgpu/mdev kmod/compat/vfio.h
# tier: check soak
# timeout: 1200
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/tool.sh"
. "$TESTLIB/mdev.sh"
vgpu_load
# What an emulated CPU is not given while it runs a job is no strike.
check "jobs may take long here" kvmshare engine set soft0 --job-limit-us 5000000

mdev_create device --size 64M --engine soft0
mdev_create other --size 64M --engine soft0

program_says mdev-irqs "$device"

# -- Memory taken away, beside a process with jobs of its own
seconds=$(size 20 600)
load_start neighbour "$seconds" engine=soft0,count=4096,depth=64
check "a neighbour has jobs" wait_for 20 eval '[ "$(cat $vgpus/*/jobs)" -gt 0 ]'
program_says mdev-unmapped "$device" "$(size 30 10000)"
load_ends "its neighbour comes to its end" neighbour
read -r _ done lost _ < "$load_dir/neighbour"
check "which got jobs done" [ "$done" -gt 0 ]
is "and lost none" "$lost" 0
record vgpu.neighbour_jobs_lost jobs "$lost" "of $done of a process beside a device whose memory is taken away"
check "nothing is left of it" wait_for 20 nothing_is_had

program_says mdev-together "$device" "$other" "$(size 20 2000)"
check "nothing is left of them" wait_for 20 nothing_is_had

# -- Killed
program_says mdev-killed "$device" "$(size 20 1000)"
check "nothing is left of them" wait_for 20 nothing_is_had

# -- Silent
mdev-silent "$device" > "$load_dir/silent" &
silent=$!
defer "kill -9 $silent"
check "a VMM's memory does not answer, nor does the kernel while one of its threads takes it away" wait_for 30 grep -q waits "$load_dir/silent"
program_says mdev-killed "$other" 1
check "it is killed all the same" kill -9 "$silent"
check "and ends" wait_for 20 eval "! kill -0 $silent"
check "nothing is left of it" wait_for 20 nothing_is_had
program_says mdev-killed "$device" 1
for uuid in "$device" "$other"; do check "it is removed" kvmshare vgpu destroy "$uuid"; done
check "the module goes" modprobe -r kvmshare_vgpu
