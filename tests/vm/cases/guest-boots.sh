#!/bin/bash
# A stock Debian kernel boots as a nested KVM guest of the test host.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"

guest_start g1 stay
check "the guest comes up" guest_waits g1 90 'guest: stays'
check "it runs in KVM" pgrep -f 'qemu-system-x86_64.*accel kvm'
guest_kill g1
