#!/bin/bash
# Every call refuses what is malformed, unknown, forbidden or not for this caller, each with the errno of include/uapi/kvmshare.h, and changes nothing.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

vf_setup -r

# says WHAT ERRNO COMMAND...
says() { local what=$1 errno=$2; shift 2; like "$what: $errno" "$("$@" 2>&1)" ": $errno\$"; }

# -- Who.
nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
chmod 0666 /dev/kvmshare
defer "chmod 0660 /dev/kvmshare"
says "leasing as nobody" EPERM nobody vfctl lease
says "enrolling as nobody" EPERM nobody vfctl enrol $igb
says "releasing as nobody" EPERM nobody vfctl release 1
says "handing over as nobody" EPERM nobody vfctl handover 1 1
says "acknowledging as nobody" EPERM nobody vfctl cleaned 0000:21:00.1 1
says "setting aside as nobody" EPERM nobody vfctl quarantine 0000:21:00.1
says "setting a quota as nobody" EPERM nobody vfctl quota -u 1 1
says "leasing as root of a user namespace" EPERM unshare -Ur vfctl lease
check "reading history is for who can open the device" nobody vfctl history
says "its files say nothing to nobody" EACCES nobody bash -c "cat $pool/vfs/0000:21:00.1/state 2>&1 | sed 's/Permission denied/EACCES/'"

# -- What is not there.
says "a PF that is not there" ENOENT vfctl enrol 0000:99:00.0
says "a device that is no PF" ENOENT vfctl enrol 0000:00:00.0
says "a VF is no PF" ENOENT vfctl enrol 0000:21:00.1
says "taking out what is not enrolled" ENOENT vfctl out 0000:00:00.0
says "setting aside what is no VF" ENOENT vfctl quarantine $nvme
says "acknowledging what is no VF" ENOENT vfctl cleaned $nvme 1
says "releasing what is no lease" ENOENT vfctl release 12345
says "handing over what is no lease" ENOENT vfctl handover 12345 1
says "removing a quota that is not there" ENOENT vfctl quota -n -t nobody

# -- What does not fit what there is.
check "enrolling again with the same values is nothing" vfctl enrol -r $igb
says "with others it is refused" EEXIST vfctl enrol $igb
says "with another driver" EEXIST vfctl enrol -r -d pci-stub $igb
says "a call of no module" ENOTTY vfctl raw 0x3f 8

# -- A driver that is not there, or hands nothing to userspace.
vfctl out $nvme
vfctl enrol -r -d no-such-driver $nvme; wait_for 30 settled 11
says "a driver that is not there" ENXIO vfctl lease -p $nvme
vfctl out $nvme
modprobe pci-stub
vfctl enrol -r -d nvme $nvme; wait_for 30 settled 11
says "a driver of the host's" ENXIO vfctl lease -p $nvme
is "and all VFs are free still" "$(vf_states | sort -u)" free
vfctl out $nvme; vfctl enrol -r $nvme; wait_for 30 settled 11

# -- What is malformed. Each call's struct, in hexadecimal after its size.
zeros() { printf "%0$((2 * $1))d" 0; }
for nr in 0x20 0x21 0x22 0x23 0x24 0x25 0x26 0x27; do
	says "call $nr with an unknown flag" EINVAL vfctl raw $nr 512 00000080
	says "call $nr with a size of 4" EINVAL vfctl raw $nr 4
	says "call $nr with a size past any page" E2BIG vfctl raw $nr 4294967295
	says "call $nr with more than the kernel knows" E2BIG vfctl raw $nr 1024 "$(zeros 1000)01"
done
says "a lease of no VF" EINVAL vfctl lease -n 0
says "a lease of too many" EINVAL vfctl lease -n 65
says "a class without a mask" EINVAL vfctl lease -c 020000/0
says "a class past 24 bits" EINVAL vfctl lease -c 1020000/ff0000
says "a node that is not there" EINVAL vfctl lease -N 63
says "a node far out of range" EINVAL vfctl lease -N 2147483647
says "a node below -1" EINVAL vfctl lease -N -2
says "a strict node without a node" EINVAL vfctl lease -S
says "a tenant that is not printable" EINVAL vfctl lease -t $'a\001b'
says "a driver that is an option of modprobe" EINVAL vfctl enrol -d --help $nvme
says "a driver that is a path" EINVAL vfctl enrol -d ../x $nvme
says "taking out with a flag of enrolling" EINVAL vfctl out -r $nvme
says "a pid below one" EINVAL vfctl handover 1 0
says "a quota of a tenant and a uid" EINVAL vfctl quota -t blue -u 5 1

vf_over
