#!/bin/bash
# What a real guest's VMM does is learned, and enforced on the next one, which lives as that did; what no guest's VMM does is denied to it.
# kernels: 6.1 6.12 7.3
# landing: 6.12
# timeout: 400
# Not on the debug kernel: that boots without BPF among its security modules.
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"
# What comes while a guest runs comes behind such a port.
port="-device pcie-root-port,id=rp0,chassis=1"
tool=${TOOL:-kvmshare}
mkdir -p /etc/kvmshare/guard.d
defer "$tool guard off; rm -f /etc/kvmshare/guard.d/*"
truncate -s 16M /var/tmp/disk.img

monitor() { timeout 5 tee "$(guest_monitor "$1").in" <<< "$2" > /dev/null; }
# live NAME: it is given a disk, loses it, and ends.
live() {
	monitor "$1" "drive_add 0 if=none,id=disk,file=/var/tmp/disk.img,format=raw"
	monitor "$1" "device_add virtio-blk-pci,drive=disk,id=blk,bus=rp0"
	sleep 2
	monitor "$1" "info block"
	monitor "$1" "device_del blk"
	sleep 2
}
guest_begin guest_run one stay $port
check "a guest begins" guest_waits one 60 '^guest: stays'
"$tool" guard learn --pid "$guest_pid_one" --for 60 --name qemu --output /var/tmp/qemu.profile > /var/tmp/learn 2>&1 &
learner=$!
learns() { grep -q "learning for" /var/tmp/learn; }
check "it is learned" wait_for 60 learns
live one
monitor one quit
wait_for 30 guest_gone one
kill -INT $learner
wait $learner
is "that ends well" $? 0
note "$(paste -sd' ' /var/tmp/learn)"
note "$(paste -sd';' /var/tmp/qemu.profile)"
check "the profile is for its program" grep -q '^program /usr/bin/qemu-system-x86_64$' /var/tmp/qemu.profile
check "its disk is in it, to be written" grep -q '^allow write /var/tmp/disk.img$' /var/tmp/qemu.profile
check "and what it never did is denied" grep -q '^rule exec deny$' /var/tmp/qemu.profile
refuse "no file is written over" "$tool" guard learn --for 1 --output /var/tmp/qemu.profile

check "it is applied, enforced" "$tool" guard apply --enforce /var/tmp/qemu.profile
guest_begin guest_run two stay $port
check "another guest begins" guest_waits two 60 '^guest: stays'
live two
has_disk() { ls -l "/proc/$guest_pid_two/fd" | grep -q disk.img; }
monitor two "drive_add 0 if=none,id=disk2,file=/var/tmp/disk.img,format=raw"
check "it has its disk" wait_for 20 has_disk
produced=$("$tool" guard status --json | jq .produced)
cp /var/tmp/disk.img /var/tmp/strange.img
monitor two "drive_add 0 if=none,id=disk3,file=/var/tmp/strange.img,format=raw"
has_strange() { ls -l "/proc/$guest_pid_two/fd" | grep -q strange.img; }
refuse "what is none of its is not opened" wait_for 3 has_strange
told() { [ "$("$tool" guard status --json | jq .produced)" -gt "$produced" ]; }
check "that is told" wait_for 10 told
"$tool" guard events --for 1s --json > /var/tmp/events
denied() { jq -r 'select(.event == "guard" and .action == "denied") | .data.path' /var/tmp/events | sort -u | paste -sd' '; }
is "nothing else was denied" "$(denied)" /var/tmp/strange.img
monitor two quit
check "it ends as the other did" wait_for 30 guest_gone two
