#!/bin/bash
# A PCI device's two engines: operands that cannot be stopped share one by their time, the other copies by DMA, and both go with the device.
# timeout: 240
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
vgpu_load

bdf=$(basename "$(dirname "$(grep -lx 0x11e8 /sys/bus/pci/devices/*/device)")")
[ -n "$bdf" ] || bail "there is an edu device"
check "the device's engines are there" [ -e $engines/edu0 -a -e $engines/edu-dma0 ]
is "one computes" "$(cat $engines/edu0/types) $(cat $engines/edu0/preemptible)" "spin 0"
is "one copies" "$(cat $engines/edu-dma0/types) $(cat $engines/edu-dma0/preemptible)" "copy 0"
like "an engine of a device is not an administrator's to remove" "$(vgpu-ctl remove edu0 2>&1)" EBUSY
like "an operand beyond all is refused" "$(vgpu-load 0.3 engine=edu0,spin=4000000000)" '^[0-9]+ 0 0 '
like "what the engine does not do" "$(vgpu-load 0.3 engine=edu0,count=4)" '^[0-9]+ 0 0 '

# As many operands of one length: what a client gets done is its part of the time.
load_start shares 8 engine=edu0,weight=100,spin=200000 engine=edu0,weight=300,spin=200000
load_ends "two clients compute" shares
mapfile -t jobs < <(jobs_of shares)
note "jobs: ${jobs[*]}"
check "all of them well" [ "$(cut -d' ' -f3 "$load_dir/shares" | xargs)" = "0 0" ]
about "by their weights" "$(part "${jobs[0]}" $((jobs[0] + jobs[1])))" 25 20

program_says vgpu-copy edu-dma0

# The device goes, with work under way.
load_start doomed 60 engine=edu0,spin=200000 engine=edu0,spin=200000
check "two clients" wait_for 20 eval '[ "$(cat $engines/edu0/clients)" = 2 ]'
echo "$bdf" > /sys/bus/pci/drivers/kvmshare_edu/unbind
check "its engines are gone" [ ! -e $engines/edu0 -a ! -e $engines/edu-dma0 ]
check "its clients are not" kill -0 "${load_pid[doomed]}"
is "and have nothing to run" "$(cat "$vgpus"/*/state | sort -u)" ended
check "the soft engine goes on" vgpu-load 0.5 engine=soft0
kill -9 "${load_pid[doomed]}"
is_empty
check "the device comes back" eval "echo $bdf > /sys/bus/pci/drivers/kvmshare_edu/bind"
check "and computes" [ -e $engines/edu0 ]
like "again" "$(vgpu-load 1 engine=edu0,spin=1000)" '^[0-9]+ [1-9][0-9]* 0 0 '
is_empty
