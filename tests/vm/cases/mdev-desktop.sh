#!/bin/bash
# A guest starts a desktop, X with its stock modesetting driver: its windows are seen on the device's screen.
# covers: kmod/vgpu/device kmod/vgpu/mdev kmod/compat/vfio.h
# tier: soak
# disk: desktop
# timeout: 1200
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/tool.sh"
. "$TESTLIB/guest.sh"
. "$TESTLIB/mdev.sh"
vgpu_load

# part RRGGBB: how many of a thousand pixels are of it.
part() { kvmshare vgpu screenshot "$device" --output "$OUT/$CASE.png" && "$TESTBIN/png-part" "$OUT/$CASE.png" "$1"; }
has() { local got; got=$(part "$1") && [ "$got" -ge "$2" ]; }

mdev_create device --size 256M --engine soft0
mapfile -t options < <(mdev_options "$device")
GUEST_MEM=768 guest_start one desktop "${options[@]}" -drive "file=$DESKTOP,format=raw,if=virtio,readonly=on"
check "its guest starts X with two windows" guest_waits one 300 '^guest: desktop'
refuse "without an error" guest_said one '^guest: no desktop'
note "$(grep -a '^guest: desktop' "$(guest_console one)")"
check "its background is seen" wait_for 120 has 336699 400
check "a clock on it" wait_for 60 has ffffff 60
check "and a terminal" wait_for 60 has aa5500 80
guest_kill one
check "all of it is back" wait_for 20 nothing_is_had
