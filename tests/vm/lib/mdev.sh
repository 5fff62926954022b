# SPDX-License-Identifier: GPL-2.0
# Sourced by cases about guests' devices, after host.sh, vgpu.sh and tool.sh.
# shellcheck shell=bash

mdevs=/sys/bus/mdev/devices

# mdev_create VAR [OPTION...]: by the tool; its UUID in VAR. It goes when the case ends.
mdev_create() {
	local var=$1; shift
	printf -v "$var" %s "$(kvmshare vgpu create "$@")"
	[ -e "$mdevs/${!var}" ] || bail "a device is made: $*"
	defer "echo 1 > $mdevs/${!var}/remove"
}

# attribute UUID FILE [VALUE]: read it, or write it.
attribute() {
	if [ $# = 3 ]; then echo "$3" > "$mdevs/$1/$2"; else cat "$mdevs/$1/$2"; fi
}

# mdev_options UUID...: QEMU's, to have them.
mdev_options() { printf -- '-device\nvfio-pci,sysfsdev=%s,display=off\n' "${@/#/$mdevs/}"; }

# shows UUID WIDTH HEIGHT WORD FILE: does its screen? The picture stays in FILE.
shows() {
	kvmshare vgpu screenshot "$1" --output "$5" && "$TESTBIN/png-is" "$5" "$2" "$3" "$4"
}

# qemu_shows NAME WIDTH HEIGHT WORD FILE: likewise, as its QEMU has it by VFIO's display.
qemu_shows() {
	rm -f "$5"
	timeout 5 tee "$(guest_monitor "$1").in" <<< "screendump $5 -f png" > /dev/null
	wait_for 5 "$TESTBIN/png-is" "$5" "$2" "$3" "$4"
}

# What a device had has been given back.
nothing_is_had() { [ "$(live device_parts) $(live pins) $(live pages) $(live clients) $(live jobs)" = "0 0 0 0 0" ]; }
