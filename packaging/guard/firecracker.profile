# SPDX-License-Identifier: GPL-2.0
# Firecracker, as its published seccomp lists have it: once its guest runs it executes nothing,
# and asks for no network, rights, namespaces or modules. Under its jailer the program is seen from
# the jail's own root.
profile firecracker
mode observe
program /firecracker
program /usr/bin/firecracker
program /usr/local/bin/firecracker

# The asynchronous disks, and snapshots that are loaded page by page.
rule uring observe
rule userfault observe
# vsock and the API are sockets of files; what is of the network is none of its.
rule connect deny
rule bind deny
# Taps and disks are open before the guest runs.
rule device deny
