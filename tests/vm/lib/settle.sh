# SPDX-License-Identifier: GPL-2.0
# Sourced by the runner: bring the host back to the state in which every case
# finds it, and fail the case that made this impossible.  Uses verdict, $cgroup.
# shellcheck shell=bash

settle_keep=/var/lib/kvmshare-test/etc

# The configuration as installed.
settle_remember() {
	mkdir -p "$settle_keep"
	[ ! -d /etc/kvmshare ] || cp -a /etc/kvmshare "$settle_keep/"
}

# What a case started and did not end, and what that starts meanwhile. The list is read at
# once: it is shorter after each that is killed, and a shell that reads it by lines goes on at
# the same place, past some.
kill_leftovers() {
	local pids pid
	for _ in 1 2 3; do
		mapfile -t pids < "$cgroup/cgroup.procs"
		for pid in "${pids[@]}"; do
			[ "$pid" = $$ ] || [ "$pid" = "$BASHPID" ] || kill -9 "$pid" 2>/dev/null
		done
	done
}

loaded() { find /sys/module -maxdepth 1 -name 'kvmshare*' -printf '%f\n' | sort -r; }

unload() {
	local m
	for m in $(loaded); do rmmod "$m" || return 1; done
}

# Twenty seconds: a VF that a killed VMM held is reset before it is let go.
unload_soon() {
	local out
	for _ in $(seq 200); do
		out=$(unload 2>&1) && return 0
		sleep 0.1
	done
	echo "$out"
	return 1
}

# Removing VFs frees their drivers and overrides.
remove_vfs() {
	local f
	for f in /sys/bus/pci/devices/*/sriov_numvfs; do
		[ "$(cat "$f")" = 0 ] || timeout 20 sh -c "echo 0 > $f" || echo "$f cannot be written"
	done
}

# settle CASE
settle() {
	local why
	kill_leftovers
	[ -z "$(loaded)" ] || systemctl stop kvmshare-host.service 2>/dev/null
	why=$(unload_soon) || verdict "$1" 'not ok' "the modules unload: $why"
	why=$(remove_vfs)
	[ -z "$why" ] || verdict "$1" 'not ok' "the VFs can be removed: $why"
	rm -rf /etc/kvmshare
	[ ! -d "$settle_keep/kvmshare" ] || cp -a "$settle_keep/kvmshare" /etc/kvmshare
}
