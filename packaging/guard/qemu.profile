# SPDX-License-Identifier: GPL-2.0
# QEMU started by hand or by a script, with KVM: what it does once its guest runs.
# Files are not listed: disks are wherever you keep them. List yours, and others are denied.
profile qemu
mode observe
program /usr/bin/qemu-system-x86_64
program /usr/bin/qemu-system-aarch64
program /usr/libexec/qemu-kvm

# Migration, remote disks, VNC and SPICE: which ports is up to how it was started.
rule connect observe
rule bind observe
# aio=io_uring; migration that goes on after the guest has moved.
rule uring observe
rule userfault observe
# A disk or a VFIO device that comes while the guest runs.
rule device observe
# A debugger of its owner's, perf, CRIU.
rule memory observe
