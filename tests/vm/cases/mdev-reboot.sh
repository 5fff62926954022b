#!/bin/bash
# mdevctl keeps a device with its settings, and has it again after a reboot.
# covers: kmod/vgpu/device kmod/vgpu/mdev kmod/compat/vfio.h
# tier: soak
# timeout: 900
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/tool.sh"
. "$TESTLIB/mdev.sh"

uuid=5c2f1b1e-3a77-4f0e-9d52-6a4d3d1f0a21
vgpu_load

if [ "$STAGE" = 0 ]; then
	check "it is defined" mdevctl define --uuid $uuid --parent vgpu --type kvmshare-256M --auto
	for setting in engine=soft0 weight=700 cap_percent=60 minimum_percent=20 slice_us=3000 averaging=4 resolution=1280x800; do
		check "with $setting" mdevctl modify --uuid $uuid --addattr "${setting%=*}" --value "${setting#*=}"
	done
	check "and started" mdevctl start --uuid $uuid
	is "with all of it" "$(attribute $uuid weight) $(attribute $uuid resolution)" "700 1280x800"
	reboot_host
fi

defer "mdevctl stop --uuid $uuid; mdevctl undefine --uuid $uuid"
check "it is there again, by itself" wait_for 20 [ -e $mdevs/$uuid ]
is "on its engine" "$(attribute $uuid engine)" soft0
is "with its weight, cap and minimum" "$(attribute $uuid weight) $(attribute $uuid cap_percent) $(attribute $uuid minimum_percent)" "700 60 20"
is "with its slices" "$(attribute $uuid slice_us) $(attribute $uuid averaging)" "3000 4"
is "with its screen" "$(attribute $uuid resolution)" 1280x800
