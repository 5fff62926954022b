#!/bin/bash
# kvmshare run makes vGPUs for a command as it was asked to, which are gone when that ends, however it does; a guest that is started so has its device.
# timeout: 300
# kernels: 6.1 6.12 7.3
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/tool.sh"
. "$TESTLIB/guest.sh"
. "$TESTLIB/mdev.sh"
told=/var/tmp/$CASE.out
records=/run/kvmshare/vgpus

none_is_left() { [ "$(ls $mdevs 2>/dev/null)$(ls $records 2>/dev/null)" = "" ]; }
# starts COMMAND...: kvmshare run in the background, until it says so; its vGPU in $path.
starts() {
	rm -f "$told"
	kvmshare run "$@" > "$told" 2>&1 &
	pid=$!
	defer "kill -9 $pid"
	wait_for 30 grep -q '^end' "$told"
	path=$(sed -n 's/^KVMSHARE_VGPU0=//p' "$told")
}
# watcher: who waits for the command's end, and is no child of it.
watcher() { pgrep -f '^kvmshare run' | grep -vx "$pid"; }

exits 3 "without the module there is none" kvmshare run --vgpu '' -- true
vgpu_load
check "jobs may take long here" kvmshare engine set soft0 --job-limit-us 5000000

# -- As it was asked for
starts --vgpu weight=4,min=20,cap=60,mem=64M,engine=soft0,slice=3000,averaging=4,resolution=1280x800 --vgpu '' -- \
	bash -c 'env | grep ^KVMSHARE; echo "arg @vgpu1 @@vgpu1"; cat @vgpu0/{weight,minimum_percent,cap_percent,memory_bytes,engine,slice_us,averaging,resolution} | paste -sd" "; echo end; exec sleep 600'
check "it is where the command is told" test -e "$path/mdev_type"
like "with its settings" "$(cat "$told")" '^4 20 60 67108864 soft0 3000 4 1280x800$'
like "a second one is as nothing was said" "$(kvmshare vgpu list)" 'closed'
like "its arguments name them" "$(cat "$told")" "^arg $mdevs/[0-9a-f-]{36} @vgpu1\$"
is "there are two" "$(field length kvmshare vgpu list)" 2
kill "$pid"
check "both are gone when the command is killed" wait_for 20 none_is_left
kvmshare run --vgpu mem=64M -- true
check "and when it ends by itself" wait_for 20 none_is_left

# -- Another user's, and open
useradd -m alice && defer "userdel -rf alice"
starts --user alice --vgpu mem=64M,engine=soft0 -- \
	bash -c 'env | grep ^KVMSHARE; exec 9<> "/dev/vfio/$(basename "$(readlink @vgpu0/iommu_group)")" && echo opened; echo end; exec sleep 600'
like "its user can open it" "$(cat "$told")" '^opened'
is "and nobody else" "$(stat -c '%U %a' "/dev/vfio/$(basename "$(readlink "$path/iommu_group")")")" "alice 600"
kill -9 "$pid"
check "it is gone with the command" wait_for 20 none_is_left

# -- Who would remove it is killed
starts --vgpu mem=64M -- bash -c 'env | grep ^KVMSHARE; echo end; exec sleep 600'
kill -9 $(watcher)
kill -9 "$pid"
wait "$pid" 2> /dev/null
check "then it is left" test -e "$path"
kvmshare run --vgpu mem=64M -- true
check "until the next is started" wait_for 20 none_is_left

# -- What cannot be
exits 1 "a size that there is not" kvmshare run --vgpu mem=3G -- true
exits 1 "a minimum above its cap" kvmshare run --vgpu min=30,cap=20 -- true
exits 2 "a second that was not asked for" kvmshare run --vgpu mem=64M -- echo @vgpu1
exits 1 "a command that is not there" kvmshare run --vgpu mem=64M -- /nowhere
check "nothing is left of those" wait_for 20 none_is_left

# -- A VF or a slice
is "where no VF does the work, an engine does" "$(kvmshare run --for ai -- cat @vgpu0/memory_bytes)" 268435456
exits 3 "who refers to a VF gets no other" kvmshare run --for ai -- echo @vf0
check "nothing is left of those either" wait_for 20 none_is_left

# -- A guest
rm -f "$(guest_console one)"
mapfile -t words < <(guest_command one gpuall,run-,1 -device vfio-pci,sysfsdev=@vgpu0,display=off)
kvmshare run --name one --vgpu weight=4,mem=256M,engine=soft0 -- "${words[@]}" > /var/tmp/one.qemu 2>&1 &
guest_started one
check "a guest has its device" guest_waits one 120 '^guest: gpu .*renderD128'
is "as it was asked for" "$(field '.[0] | "\(.weight) \(.engine) \(.owner_pid)"' kvmshare vgpu list)" "4 soft0 $guest_pid_one"
guest_kill one
check "it is gone with its guest" wait_for 20 none_is_left
check "and all that it had" wait_for 20 nothing_is_had
