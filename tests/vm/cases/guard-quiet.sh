#!/bin/bash
# Of real guests' honest lives, begun, stopped, reset, given a disk and ended, no rule has anything to tell, and with all of them enforced they have it all the same.
# kernels: 6.1 6.12 7.3
# landing: 6.12
# timeout: 400
# Not on the debug kernel: that boots without BPF among its security modules.
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"
# What comes while a guest runs comes behind such a port.
port="-device pcie-root-port,id=rp0,chassis=1"
tool=${TOOL:-kvmshare}

"$tool" watch --json --enforce > /var/tmp/events 2> /var/tmp/err &
watcher=$!
defer "kill -9 $watcher"
watches() { [ "$(cat /proc/$watcher/fdinfo/* 2> /dev/null | grep -c '^link_type')" -ge 31 ]; }
wait_for 60 watches || bail "the rules are watched: $(cat /var/tmp/err)"

monitor() { timeout 5 tee "$(guest_monitor "$1").in" <<< "$2" > /dev/null; }
guest_begin guest_run one stay
check "a guest begins" guest_waits one 60 '^guest: stays'
monitor one "info status"
monitor one stop
monitor one cont
monitor one "system_reset"
sleep 2
monitor one quit
wait_for 30 guest_gone one
# A disk of a file, that comes while it runs, and a monitor that asks for all there is.
truncate -s 16M /var/tmp/disk.img
guest_begin guest_run two stay $port
check "another does" guest_waits two 60 '^guest: stays'
monitor two "drive_add 0 if=none,id=disk,file=/var/tmp/disk.img,format=raw"
has_disk() { ls -l "/proc/$guest_pid_two/fd" | grep -q disk.img; }
check "it has a disk more" wait_for 10 has_disk
monitor two "device_add virtio-blk-pci,drive=disk,id=blk,bus=rp0"
monitor two "info mtree"
sleep 2
monitor two "device_del blk"
monitor two "savevm"
sleep 2
monitor two quit
wait_for 30 guest_gone two
# That is not because nobody was watched.
is "what is no honest life is refused meanwhile" "$(act exec)" refused
kill -INT $watcher
wait $watcher
told() { jq -c 'select(.event == "guard" and .severity != "info" and .process.comm != "act")' /var/tmp/events; }
is "nothing was told of the guests" "$(told | head -n 20)" ""
record mon.false_alerts events "$(told | wc -l)" "two bare QEMU guests with all rules enforced: begun, stopped, reset, a disk plugged, ended"
like "no event was lost" "$(jq -c 'select(.event == "lost")' /var/tmp/events | tail -n 1)" '"lost":0'
