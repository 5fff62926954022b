#!/bin/bash
# libvirt starts a guest with a device of its own and stops it, again and again: each time it has its console and both nodes, and nothing is left after it.
# covers: kmod/vgpu/device kmod/vgpu/mdev kmod/compat/vfio.h
# tier: soak
# timeout: 3600
. "$TESTLIB/host.sh"
. "$TESTLIB/vgpu.sh"
. "$TESTLIB/libvirt.sh"
. "$TESTLIB/mdev.sh"
vgpu_load
# What an emulated CPU is not given while it runs a job is no strike.
check "jobs may take long here" kvmshare engine set soft0 --job-limit-us 5000000
libvirt_start

mdev_create device --engine soft0 --weight 200
guest_prepare
cat > "/var/tmp/$CASE.xml" <<-END
	<domain type='kvm'>
	  <name>leaser</name>
	  <uuid>$domain_uuid</uuid>
	  <memory unit='MiB'>256</memory>
	  <vcpu>1</vcpu>
	  <os><type arch='x86_64' machine='q35'>hvm</type>
	    <kernel>$(cat "$guest_image.kernel")</kernel><initrd>$guest_image</initrd>
	    <cmdline>console=ttyS0 quiet panic=-1 do=gpuall,libvirt-,1</cmdline></os>
	  <features><acpi/></features>
	  <cpu mode='host-passthrough' check='none'/>
	  <on_poweroff>destroy</on_poweroff><on_reboot>destroy</on_reboot>
	  <devices>
	    <emulator>/usr/bin/qemu-system-x86_64</emulator>
	    <serial type='file'><source path='$(guest_console leaser)'/></serial>
	    <memballoon model='none'/>
	    <hostdev mode='subsystem' type='mdev' managed='no' model='vfio-pci' display='off'>
	      <source><address uuid='$device'/></source>
	    </hostdev>
	  </devices>
	</domain>
END
check "a domain has it" virsh define "/var/tmp/$CASE.xml"

# once N: start, until its guest has drawn and computed; stop.
once() {
	rm -f "$(guest_console leaser)"
	virsh start leaser > /dev/null || return
	guest_waits leaser 120 '^guest: computed .* 0 failed, 0 wrong' || return
	shows "$device" 1024 768 libvirt- "/var/tmp/$CASE.png" || return
	virsh destroy leaser > /dev/null && wait_for 60 nothing_is_had
}
starts=$(size 2 20) good=0
for _ in $(seq "$starts"); do
	out=$(once 2>&1) && good=$((good + 1)) || note "$out"
done
defer "cp $(guest_console leaser) $OUT/$CASE.console"
is "$starts starts and stops" $good "$starts"
is "its settings are as before" "$(attribute "$device" weight)" 200
