#!/bin/bash
# What a frame and a small update of a guest's screen cost the whole host, beside QEMU's own virtio-gpu with the same guest.
# covers: kmod/vgpu/device kmod/vgpu/mdev kmod/compat/vfio.h
# tier: bench
# timeout: 3000
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/tool.sh"
. "$TESTLIB/guest.sh"
. "$TESTLIB/mdev.sh"
vgpu_load

# So many that what waits for them is nothing beside.
warm=20 count=1500

# busy: nanoseconds that the host's CPUs have run anything, guests with it.
busy() { awk '/^cpu[0-9]/ { n += $8 } END { printf "%.0f\n", n }' /proc/schedstat; }

# measure NAME OPTION...: what a frame and an update cost with a guest so, in
# nanoseconds of the host's CPU, which count instructions here.
declare -A cost
measure() {
	local name=$1 size began; shift
	guest_start "$name" "frames,$warm,$count" "$@"
	for size in 1024x768 16x16; do
		guest_waits "$name" 300 "^guest: frames $size begin" > /dev/null || bail "$name: $size begins"
		began=$(busy)
		guest_waits "$name" 300 "^guest: frames $size end" > /dev/null || bail "$name: $size ends"
		cost[$name.$size]=$((($(busy) - began) / count))
	done
	refuse "$name: each was shown" guest_said "$name" '^guest: no frames'
	guest_kill "$name"
	note "$name: ${cost[$name.1024x768]} a frame, ${cost[$name.16x16]} an update"
}

mdev_create device --engine soft0
mapfile -t options < <(mdev_options "$device")
measure qemu -device virtio-gpu-pci
measure ours "${options[@]}"
for what in frame:1024x768 update:16x16; do
	size=${what#*:}
	record "vgpu.${what%:*}_cost_vs_qemu" ratio "$(calc "${cost[ours.$size]} / ${cost[qemu.$size]}")" \
		"busy time of the whole host for each of $count of $size, beside QEMU's virtio-gpu-pci with the same guest; nobody looks" \
		"{\"ours\": ${cost[ours.$size]}, \"qemu\": ${cost[qemu.$size]}}"
done
check "all of it is back" wait_for 60 nothing_is_had
