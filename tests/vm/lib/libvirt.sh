# SPDX-License-Identifier: GPL-2.0
# Sourced by the cases of the libvirt hook, after host.sh: a libvirtd of the
# case's own, and a domain with a VF.
# shellcheck shell=bash disable=SC2154

. "$TESTLIB/guest.sh"
. "$TESTLIB/pool.sh"
. "$TESTLIB/tool.sh"

domain_uuid=0f5d2b1e-93a6-4a5e-8f5b-5d8d3c1b2a10
qemu_pidfile=/run/libvirt/qemu/leaser.pid

libvirt_start() {
	mkdir -p /etc/libvirt
	cat > /etc/libvirt/qemu.conf <<-END
		user = "root"
		group = "root"
		security_driver = "none"
		stdio_handler = "file"
		cgroup_controllers = []
		namespaces = []
	END
	# Debian 12 makes it in libvirt-daemon-system, which brings much that is not needed here.
	id libvirt-qemu > /dev/null 2>&1 || useradd --system libvirt-qemu
	libvirtd > "/var/tmp/$CASE.libvirtd" 2>&1 &
	libvirtd_pid=$!
	defer "kill $libvirtd_pid; wait $libvirtd_pid"
	defer "virsh destroy leaser; virsh undefine leaser"
	defer "cp /var/tmp/$CASE.libvirtd /var/log/libvirt/qemu/leaser.log $OUT/"
	wait_for 60 virsh version || bail "libvirtd comes up"
}

# address_xml VF: as libvirt writes it.
address_xml() {
	sed 's/\(....\):\(..\):\(..\)\.\(.\)/<address domain="0x\1" bus="0x\2" slot="0x\3" function="0x\4"\/>/' <<< "$1"
}

# domain_define VF MANAGED ACTION
domain_define() {
	guest_prepare
	cat > "/var/tmp/$CASE.xml" <<-END
		<domain type='kvm'>
		  <name>leaser</name>
		  <uuid>$domain_uuid</uuid>
		  <metadata><kvmshare:guest xmlns:kvmshare='urn:kvmshare' tenant='blue'/></metadata>
		  <memory unit='MiB'>256</memory>
		  <vcpu>1</vcpu>
		  <os><type arch='x86_64' machine='q35'>hvm</type>
		    <kernel>$(cat "$guest_image.kernel")</kernel><initrd>$guest_image</initrd>
		    <cmdline>console=ttyS0 quiet panic=-1 do=$3</cmdline></os>
		  <cpu mode='host-passthrough' check='none'/>
		  <on_poweroff>destroy</on_poweroff><on_reboot>destroy</on_reboot>
		  <devices>
		    <emulator>/usr/bin/qemu-system-x86_64</emulator>
		    <serial type='file'><source path='$(guest_console leaser)'/></serial>
		    <memballoon model='none'/>
		    <hostdev mode='subsystem' type='pci' managed='$2'>
		      <source>$(address_xml "$1")</source>
		    </hostdev>
		  </devices>
		</domain>
	END
	virsh define "/var/tmp/$CASE.xml"
}

domain_is_off() { [ "$(virsh domstate leaser)" = "shut off" ]; }
lease_owner() { cat "/sys/kernel/kvmshare/leases/$(cat "$vfs/$1/lease")/owner_pid"; }
