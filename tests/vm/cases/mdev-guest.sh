#!/bin/bash
# An unmodified guest on its device: a console, both DRM nodes, what it draws seen bit by bit, jobs done right; another resolution; all of it back when its VMM is killed.
# kernels: 6.1 6.12 7.3
# timeout: 600
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/tool.sh"
. "$TESTLIB/guest.sh"
. "$TESTLIB/mdev.sh"
vgpu_load
# What an emulated CPU is not given while it runs a job is no strike.
check "jobs may take long here" kvmshare engine set soft0 --job-limit-us 5000000

like "there are sizes" "$(kvmshare vgpu types)" '256M +64 .*weight 100'
mdev_create device --size 256M --engine soft0 --weight 300
is "one is made as it was asked for" "$(field '.[0] | "\(.device) \(.state) \(.weight)"' kvmshare vgpu list)" "$device closed 300"
refuse "a second one of its UUID is not" kvmshare vgpu create --uuid "$device"
is "and it stays" "$(attribute "$device" weight)" 300

guest_start one gpuall,kvmshare0123456789,5 -device "vfio-pci,sysfsdev=$mdevs/$device,display=on"
check "its guest has a console and both nodes" guest_waits one 120 '^guest: gpu .*card0 .*renderD128 .*virtio_gpudrmfb 1024,768'
is "the device is its VMM's" "$(field '.[0] | "\(.device) \(.owner_pid)"' kvmshare vgpu list)" "$device $guest_pid_one"
is "its worker is in its VMM's group" "$(cat "/proc/$(pgrep -o '^kvmshare/vgpu')/cgroup")" "$(cat "/proc/$guest_pid_one/cgroup")"
check "it draws" guest_waits one 60 '^guest: drew kvmshare0123456789 1024x768'
check "that is seen, bit by bit" wait_for 60 shows "$device" 1024 768 kvmshare0123456789 "$OUT/$CASE.png"
check "and by its QEMU" wait_for 60 qemu_shows one 1024 768 kvmshare0123456789 "/var/tmp/$CASE.qemu.png"
check "it computes" guest_waits one 60 '^guest: computed'
like "each result is right" "$(grep -a '^guest: computed' "$(guest_console one)")" '^guest: computed [1-9][0-9]* jobs, 0 failed, 0 wrong.*\(0\)'
check "its jobs are counted" [ "$(attribute "$device" jobs)" -gt 0 ]
refuse "a device that is open is not destroyed" kvmshare vgpu destroy "$device"

check "its weight is changed" kvmshare vgpu set "$device" --weight 50 --cap 40
is "at once" "$(cat $vgpus/*/weight) $(cat $vgpus/*/cap_percent)" "50 40"
check "its screen is to be another" kvmshare vgpu set "$device" --resolution 800x600
check "which its guest is told of" guest_waits one 30 '^guest: modes 800x600'
refuse "one that nobody could show" kvmshare vgpu set "$device" --resolution 800x60
is "is not set" "$(attribute "$device" resolution)" 800x600

guest_kill one
check "when its VMM is killed all of it is back" wait_for 20 nothing_is_had
refuse "it shows nothing any more" kvmshare vgpu screenshot "$device" --output /dev/null
check "and is destroyed" kvmshare vgpu destroy "$device"
check "it is gone" [ ! -e "$mdevs/$device" ]
