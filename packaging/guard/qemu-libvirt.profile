# SPDX-License-Identifier: GPL-2.0
# QEMU as libvirt starts it. libvirt opens what is plugged in, and hands it over; disks are opened
# by QEMU itself. Put this in the place of qemu.profile: both are for the same programs.
profile qemu-libvirt
mode observe
program /usr/bin/qemu-system-x86_64
program /usr/bin/qemu-system-aarch64
program /usr/libexec/qemu-kvm

# Migration, remote disks, VNC and SPICE.
rule connect observe
rule bind observe
rule uring observe
rule userfault observe
# /dev/vfio, /dev/net/tun and disks that come while the guest runs.
rule device observe
allow device 10:196
allow device 10:200
