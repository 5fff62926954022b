#!/bin/bash
# Drivers bound and unbound by others: under a lease its holder is told and the VF comes back all the same; without one it is foreign until let go.
# timeout: 180
. "$TESTLIB/host.sh"
. "$TESTLIB/vf.sh"

unbind() { echo "$1" > "$pci/$1/driver/unbind"; }
bind() { echo "$2" > "$pci/$1/driver_override"; echo "$1" > "/sys/bus/pci/drivers/$2/bind"; }

vf_setup -r
modprobe pci-stub
modprobe igbvf
# The debug kernel has no pci-stub.
other=pci-stub
[ -d /sys/bus/pci/drivers/pci-stub ] || other=igbvf

# -- Under a lease, not open.
leases "a lessee has a VF" idle -p $igb -W
vf=$(vf_of idle); lease=$(lease_of idle)
talks events vfctl events 100; events=$talker
defer "kill $events"
check "and somebody reads the events" wait_for 10 said events ready
unbind "$vf"
check "its driver unbound, the holder is told" wait_for 10 said idle '^poll pri'
check "by an event too" wait_for 5 said events "^lease-touched id $lease .* bdf $vf"
is "the VF is leased still, and says why it is not as it was" "$(state "$vf"): $(reason "$vf")" "leased: its driver was unbound under the lease"
kill_lessee "$pid"
check "and comes back" wait_for 30 in_state "$vf" free

# -- Under a lease, open: who unbinds waits.
leases "a VMM has a VF open" vmm -p $igb -O -W
vf=$(vf_of vmm)
echo "$vf" > /sys/bus/pci/drivers/vfio-pci/unbind & unbinder=$!
check "the holder is told" wait_for 10 said vmm '^poll pri'
is "who unbinds waits" "$(kill -0 $unbinder && state "$vf")" leased
like "and the VF says so" "$(reason "$vf")" 'let go of it'
kill_lessee "$pid"
check "the holder killed, the VF comes back" wait_for 30 in_state "$vf" free

# -- Under a lease, another driver bound.
leases "a lessee has a VF" idle -p $igb
vf=$(vf_of idle); lease=$(lease_of idle)
unbind "$vf"; bind "$vf" $other
is "another driver is bound" "$(driver_of "$vf")" $other
is "the VF says so" "$(reason "$vf")" "another driver was bound under the lease"
kill_lessee "$pid"
check "the lease over, the VF is foreign" wait_for 30 in_state "$vf" foreign
check "and the lease is not charged for it" wait_for 10 test ! -e "$pool/leases/$lease"
is "that driver has it" "$(driver_of "$vf")" $other
unbind "$vf"
check "let go, it comes back" wait_for 30 in_state "$vf" free
is "without an override" "$(override_of "$vf")" "(null)"

# -- Free, and bound by hand.
bind "$vf" $other
is "a free VF that a driver takes is foreign" "$(state "$vf")" foreign
like "not leased" "$(vfctl lease -v "$vf" 2>&1)" ENOSPC
check "can be set aside where it is" vfctl quarantine "$vf"
check "which is written down" wait_for 10 bash -c "grep -qx kvmshare-quarantine $pci/$vf/driver_override"
check "taken back" vfctl quarantine -e "$vf"
check "it is foreign again" wait_for 10 in_state "$vf" foreign
check "without an override" wait_for 10 bash -c "grep -qx '(null)' $pci/$vf/driver_override"
unbind "$vf"
check "and free when let go" wait_for 30 in_state "$vf" free

# -- Free, bound to vfio-pci by hand, and opened without a lease.
bind "$vf" vfio-pci
is "a free VF that someone binds to vfio-pci is foreign" "$(state "$vf")" foreign
is "and not taken from him before he opens it" "$(wait_for 3 in_state "$vf" free; state "$vf") $(driver_of "$vf")" "foreign vfio-pci"
group=$(cat "$pool/vfs/$vf/iommu_group")
wait_for 10 test -c "/dev/vfio/$group"
talks holder vfctl hold "$group" "$vf"; holder=$talker
check "he opens it" wait_for 10 said holder ready
is "it stays foreign" "$(wait_for 3 in_state "$vf" free; state "$vf")" foreign
kill -KILL $holder
check "closed, it comes back" wait_for 30 in_state "$vf" free
is "unbound" "$(driver_of "$vf")" none

# -- In use when its PF is enrolled.
check "the network PF is taken out" vfctl out $igb
is "its VFs with it" "$(vf_states | wc -l)" 4
bind "$vf" igbvf
check "and enrolled again" vfctl enrol -r $igb
check "all are looked at" wait_for 60 settled 11
is "the VF in use is foreign, and bound as it was" "$(state "$vf") $(driver_of "$vf")" "foreign igbvf"
is "the others are free" "$(count_of free)" 10
unbind "$vf"
check "it follows when let go" wait_for 30 in_state "$vf" free
vfctl out $igb
bind "$vf" vfio-pci; wait_for 10 test -c "/dev/vfio/$group"
talks holder vfctl hold "$group" "$vf"; holder=$talker
wait_for 10 said holder ready
vfctl enrol -r $igb
check "a VF open in VFIO is foreign" wait_for 30 in_state "$vf" foreign
kill -KILL $holder
check "and follows when it is closed" wait_for 30 in_state "$vf" free

vf_over
