# SPDX-License-Identifier: GPL-2.0
# Sourced by the cases of kvmshare_vf, after host.sh: PFs, VFs, lessees, and
# what must hold when a case is over.
# shellcheck shell=bash disable=SC2034

nvme=0000:21:00.0
igb=0000:41:00.0
pool=/sys/kernel/kvmshare
pci=/sys/bus/pci/devices

# -- The pool ------------------------------------------------------------------

# vf_setup [-r]: the module is there, both PFs are enrolled and have their VFs,
# and all of them are free. With -r a reset is all the cleaning that they need.
vf_setup() {
	defer vf_teardown
	modprobe kvmshare_vf || bail "kvmshare_vf loads"
	vf_make "$nvme" 4
	vf_make "$igb" 7
	vfctl enrol "$@" "$nvme" && vfctl enrol "$@" "$igb" || bail "both PFs are enrolled"
	wait_for 60 settled 11 || bail "11 VFs are reset: $(vf_states)"
	[ "${1-}" = -r ] || clean_all
	wait_for 10 all_are free || bail "all VFs are free: $(vf_states)"
}

vf_teardown() {
	local pid f
	for pid in $lessees; do kill -KILL "$pid" 2> /dev/null; done
	for pid in $lessees; do wait "$pid" 2> /dev/null; done
	modprobe -r kvmshare_vf
	for f in "$pci"/*/driver_override; do echo > "$f"; done
	# The kernel sleeps a second for each.
	echo 0 > "$pci/$nvme/sriov_numvfs" &
	echo 0 > "$pci/$igb/sriov_numvfs"
	wait $!
}

# vf_over: what must hold when everybody has let go; to be called last.
vf_over() {
	local pid vf wrong=
	for pid in $lessees; do kill -KILL "$pid" 2> /dev/null; done
	for pid in $lessees; do wait "$pid" 2> /dev/null; done
	lessees=
	wait_for 60 returned || true
	clean_all
	wait_for 10 all_are free
	is "at the end all VFs are free" "$(vf_states | sort -u)" free
	for vf in "$pool"/vfs/*; do
		vf=${vf##*/}
		[ ! -e "$pci/$vf/driver" ] || wrong+=" $vf bound to $(driver_of "$vf")"
		[ "$(override_of "$vf")" = "(null)" ] || wrong+=" $vf overridden by $(override_of "$vf")"
	done
	is "and none has a driver or an override" "$wrong" ""
	is "and no lease, owner, claim or waiter is left" "$(live leases owners claims waiters)" "0 0 0 0"
	check "and the module unloads" modprobe -r kvmshare_vf
}

# -- States --------------------------------------------------------------------

state() { echo "$(< "$pool/vfs/$1/state")"; }
reason() { echo "$(< "$pool/vfs/$1/reason")"; }
generation() { echo "$(< "$pool/vfs/$1/generation")"; }
driver_of() { basename "$(readlink "$pci/$1/driver" || echo none)"; }
override_of() { echo "$(< "$pci/$1/driver_override")"; }
vf_states() { cat "$pool"/vfs/*/state; }
in_state() { [ "$(state "$1")" = "$2" ]; }
all_are() { [ "$(vf_states | sort -u)" = "$1" ]; }
count_of() { vf_states | grep -c "^$1$"; }
# Nothing is on its way any more.
returned() { [ "$(ls "$pool/leases")" = "" ] && ! vf_states | grep -qE '^(leased|held|resetting)$'; }
settled() { [ "$(vf_states | wc -l)" = "$1" ] && ! vf_states | grep -q resetting; }
live() { local c; for c in "$@"; do cat "$pool/counters/vf_$c"; done | xargs; }

# What the service does: everything dirty has been cleaned.
clean_all() {
	local vf dirty=()
	for vf in "$pool"/vfs/*; do
		[ "$(< "$vf/state")" != dirty ] || dirty+=("${vf##*/}" "$(< "$vf/generation")")
	done
	[ ${#dirty[@]} = 0 ] || vfctl cleaned "${dirty[@]}"
}

# -- Lessees -------------------------------------------------------------------

lessees=

# lessee NAME OPTIONS...: a process with a lease; $pid is its number, and
# /tmp/NAME what it says.
lessee() {
	local name=$1; shift
	talks "$name" vfctl lease -D "$@"
	pid=$talker
	lessees+=" $pid"
	wait_for 30 said "$name" '^(ready|lease: )' && said "$name" '^ready'
}

# leases WHAT NAME OPTIONS...: WHAT holds if the lessee gets what it asks for.
# (Not through check: that would forget the lessee.)
leases() {
	local what=$1; shift
	if lessee "$@"; then ok "$what"; else
		not_ok "$what"; note "$(cat "/tmp/$1")"; false
	fi
}

# talks NAME COMMAND...: in the background; $talker is its number, /tmp/NAME what it says.
# The file is new before anybody reads it: an earlier command's "ready" is none of this one's.
talks() {
	local name=$1; shift
	rm -f "/tmp/$name"
	"$@" > "/tmp/$name" 2>&1 &
	talker=$!
}
said() { grep -qE -- "$2" "/tmp/$1"; }
# What lessee NAME has: its lease, its first VF, all of them, its child.
lease_of() { sed -n 's/^lease \([0-9]*\) .*/\1/p' "/tmp/$1"; }
vf_of() { sed -n 's/^vf \([^ ]*\) .*/\1/p' "/tmp/$1" | head -n 1; }
vfs_of() { sed -n 's/^vf \([^ ]*\) .*/\1/p' "/tmp/$1"; }
child_of() { sed -n 's/^\(helper\|child\) //p' "/tmp/$1"; }
# kill_lessee PID
kill_lessee() { kill -KILL "$1" 2> /dev/null; wait "$1" 2> /dev/null; lessees=${lessees/ $1/}; }
