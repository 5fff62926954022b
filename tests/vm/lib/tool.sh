# SPDX-License-Identifier: GPL-2.0
# Sourced by the cases of the tool, its service and the libvirt hook, after
# host.sh and pool.sh.
# shellcheck shell=bash disable=SC2154

defer 'journalctl -b -o short-precise -u kvmshare-host > "$OUT/$CASE.journal"'

# field JQ COMMAND...: what jq takes out of a command's JSON.
field() { local what=$1; shift; "$@" --json | jq -r "$what"; }
first_vf() { basename "$(find "$vfs" -mindepth 1 -maxdepth 1 | sort | head -n 1)"; }
group_of() { cat "$vfs/$1/iommu_group"; }
leases_are() { [ "$(find /sys/kernel/kvmshare/leases -mindepth 1 -maxdepth 1 | wc -l)" = "$1" ]; }

# exits CODE WHAT COMMAND...: WHAT holds if the command ends with CODE; what it
# said is in $said.
exits() {
	local want=$1 what=$2 rc=0; shift 2
	said=$("$@" 2>&1 < /dev/null) || rc=$?
	is "$what" "$rc" "$want" || note "$said"
}

lease_ins=
# lease_ask NAME OPTION...: kvmshare vf lease in the background, until lease_end
# NAME; what it says is in /tmp/NAME.
lease_ask() {
	local name=$1; shift
	rm -f "/tmp/$name" "/tmp/$name.in"
	mkfifo "/tmp/$name.in"
	# Without the ends of the other leases, which would keep those alive.
	(
		for lease_in in $lease_ins; do exec {lease_in}>&-; done
		exec kvmshare vf lease "$@" < "/tmp/$name.in" > "/tmp/$name" 2>&1
	) &
	printf -v "lease_pid_$name" %s $!
	exec {lease_in}> "/tmp/$name.in"
	printf -v "lease_in_$name" %s "$lease_in"
	lease_ins+=" $lease_in"
	defer "kill -9 $!"
}

# lease_starts WHAT NAME OPTION...: WHAT holds if it gets what it asks for.
# (Not through check: that would forget the lease.)
lease_starts() {
	local what=$1 name=$2; shift
	lease_ask "$@"
	if wait_for 30 grep -q . "/tmp/$name" && grep -q '^lease' "/tmp/$name"; then ok "$what"; else
		not_ok "$what"; note "$(cat "/tmp/$name")"; false
	fi
}
lease_end() {
	local in=lease_in_$1 pid=lease_pid_$1
	in=${!in}
	exec {in}>&-
	lease_ins=${lease_ins/ $in/}
	wait "${!pid}"
}
lease_id() { sed -n 's/^lease \([0-9]*\):.*/\1/p' "/tmp/$1" | head -n 1; }
lease_vf() { sed -n 's/^lease [0-9]*: VF \([^,]*\),.*/\1/p' "/tmp/$1" | head -n 1; }
