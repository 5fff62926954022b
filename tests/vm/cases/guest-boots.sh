#!/bin/bash
# A stock Debian kernel boots as a nested KVM guest of the test host.
# timeout: 120
. "$TESTLIB/host.sh"
. "$TESTLIB/guest.sh"

guest_start g1 sleep
check "the guest comes up" guest_waits g1 90 'guest: up'
check "it runs in KVM" pgrep -f 'qemu-system-x86_64.*accel kvm'
guest_kill g1
