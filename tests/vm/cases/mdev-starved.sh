#!/bin/bash
# A thread takes a device's memory away that hardly gets a CPU, while the device has all of one to pin that memory anew: it does not, until the thread has done.
# covers: kmod/vgpu/device kmod/vgpu/mdev kmod/compat/vfio.h
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/tool.sh"
. "$TESTLIB/mdev.sh"

# for_now FILE VALUE: written, and as it was when the case ends.
for_now() { defer "echo $(cat "$1") > $1"; echo "$2" > "$1"; }

vgpu_load
# What an emulated CPU is not given while it runs a job is no strike.
check "jobs may take long here" kvmshare engine set soft0 --job-limit-us 5000000
mdev_create device --size 64M --engine soft0

# One CPU is a thread's of highest priority, for as long as that likes; works have the other.
for_now /proc/sys/kernel/sched_rt_runtime_us -1
for_now /sys/devices/virtual/workqueue/cpumask 2
for file in /sys/kernel/debug/sched/fair_server/cpu*/runtime; do [ ! -e "$file" ] || for_now "$file" 0; done
program_says mdev-starved "$device" 10
check "nothing is left of it" wait_for 20 nothing_is_had
check "it is removed" kvmshare vgpu destroy "$device"
