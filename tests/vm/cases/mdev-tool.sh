#!/bin/bash
# The tool's words about guests' devices: sizes, making and removing, settings, screenshots; what it says where that cannot be, and that nothing is left of what failed.
# tier: check debug-quick
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/tool.sh"
. "$TESTLIB/mdev.sh"

exits 3 "without the module there are no sizes" kvmshare vgpu types
like "which is said so" "$said" "not loaded"
vgpu_load
is "there are four sizes" "$(field 'map(.size) | sort | join(" ")' kvmshare vgpu types)" "1G 256M 4G 64M"
is "of which 64 can be had" "$(field 'map(.available) | unique | join(" ")' kvmshare vgpu types)" 64

# -- Making one
exits 1 "a size that there is not" kvmshare vgpu create --size 3G
like "is said so" "$said" "no such size"
exits 2 "a name that is no UUID" kvmshare vgpu create --uuid blue
exits 1 "a minimum above its cap" kvmshare vgpu create --cap 20 --minimum 30
exits 1 "a screen that nobody could have" kvmshare vgpu create --resolution 1024
is "nothing is left of those" "$(ls $mdevs)" ""
uuid=5c2f1b1e-3a77-4f0e-9d52-6a4d3d1f0a20
is "one is made by its name" "$(field .device kvmshare vgpu create --uuid $uuid --size 64M --engine soft0 --cap 50 --minimum 20 --slice-us 1000 --averaging 3 --resolution 1280x1024)" $uuid
defer "echo 1 > $mdevs/$uuid/remove"
is "as it was asked for" "$(field '"\(.state) \(.engine) \(.weight) \(.cap_percent) \(.minimum_percent) \(.slice_us) \(.averaging) \(.resolution) \(.memory_bytes)"' kvmshare vgpu show $uuid)" \
	"closed soft0 50 50 20 1000 3 1280x1024 67108864"
exits 1 "a second of its name" kvmshare vgpu create --uuid $uuid
like "is said so" "$said" "there is a device of that UUID"
is "one fewer can be had" "$(field '.[0].available' kvmshare vgpu types)" 63

# -- Settings
check "it is changed" kvmshare vgpu set $uuid --weight 7 --resolution 800x600
is "in both" "$(attribute $uuid weight) $(attribute $uuid resolution)" "7 800x600"
exits 1 "a minimum above its cap" kvmshare vgpu set $uuid --minimum 60
is "changes nothing" "$(attribute $uuid minimum_percent)" 20
exits 2 "nothing to change" kvmshare vgpu set $uuid
exits 2 "a quarantine of none" kvmshare vgpu set $uuid --end-quarantine
exits 1 "one that is not there" kvmshare vgpu show 5c2f1b1e-3a77-4f0e-9d52-6a4d3d1f0a2f
like "is said so" "$said" "no such device"
refuse "junk behind a size is refused" attribute $uuid resolution "800x600x"
is "with it as before" "$(attribute $uuid resolution)" 800x600

# -- While a VMM has it
exits 1 "closed, it shows nothing" kvmshare vgpu screenshot $uuid --output /tmp/shot.png
mdev-hold $uuid &
vmm=$!
defer "kill -9 $vmm"
check "a VMM opens it" wait_for 30 eval '[ "$(attribute $uuid client)" != 0 ]'
is "it is open, and the VMM's" "$(field '.[0] | "\(.device) \(.owner_pid) \(.engine)"' kvmshare vgpu list)" "$uuid $vmm soft0"
exits 1 "it is not destroyed" kvmshare vgpu destroy $uuid
like "for it is had" "$said" "a guest has it"
exits 1 "its screen is off" kvmshare vgpu screenshot $uuid --output /tmp/shot.png
like "which is said so" "$said" "off"
check "and no file is left" [ ! -e /tmp/shot.png ]
refuse "its engine stays" attribute $uuid engine soft1
load_start other 20 engine=soft0,min=70,count=4096
check "another has a minimum" wait_for 20 eval '[ "$(cat $vgpus/*/minimum_percent | sort -n | tail -n 1)" = 70 ]'
exits 1 "minimums beyond the engine" kvmshare vgpu set $uuid --minimum 40
like "are refused" "$said" "minimums"
is "with it as before" "$(attribute $uuid minimum_percent)" 20
kill -9 "${load_pid[other]}" $vmm
check "all of it is back" wait_for 20 nothing_is_had

# -- While its VMM's memory does not answer
mdev-silent $uuid > "$load_dir/silent" &
vmm=$!
defer "kill -9 $vmm"
check "a VMM is silent" wait_for 30 grep -q waits "$load_dir/silent"
exits 1 "nobody waits for its screen for ever" kvmshare vgpu screenshot $uuid --output /tmp/shot.png
like "which is said so" "$said" "does not answer"
kill -9 $vmm
check "all of it is back again" wait_for 20 nothing_is_had
check "it is destroyed" kvmshare vgpu destroy $uuid
is "nothing is listed" "$(field length kvmshare vgpu list)" 0
