#!/bin/bash
# A VMM and a guest do anything with a device, one step after another at random: the device is well after it, and nothing of it is left.
# covers: kmod/vgpu/device kmod/vgpu/mdev kmod/compat/vfio.h
# tier: check soak
# timeout: 300
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/tool.sh"
. "$TESTLIB/mdev.sh"
vgpu_load
# What an emulated CPU is not given while it runs a job is no strike.
check "jobs may take long here" kvmshare engine set soft0 --job-limit-us 5000000

mdev_create device --size 64M --engine soft0
program_says mdev-fuzz "$device" "$(size 20 3600)"
check "nothing is left of it" wait_for 20 nothing_is_had
check "it is removed" kvmshare vgpu destroy "$device"
check "the module goes" modprobe -r kvmshare_vgpu
