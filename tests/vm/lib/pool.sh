# SPDX-License-Identifier: GPL-2.0
# Sourced by cases that need the VF pool, as an administrator sets it up.
# shellcheck shell=bash

nvme_pf=0000:21:00.0
net_pf=0000:41:00.0
vfs=/sys/kernel/kvmshare/vfs

vf_is() { [ "$(< "$vfs/$1/state")" = "$2" ]; }
vf_count() { grep -lx "$1" "$vfs"/*/state 2>/dev/null | wc -l; }
vf_counts() { [ "$(vf_count "$1")" = "$2" ]; }
vf_driver() { basename "$(readlink "/sys/bus/pci/devices/$1/driver" || echo none)"; }
vf_override() { cat "/sys/bus/pci/devices/$1/driver_override"; }

# pool_open PF N: enrol a PF, make N VFs, and let the service clean them.
pool_open() {
	modprobe kvmshare_vf || bail "the module loads"
	systemctl start kvmshare-host || bail "the service starts"
	kvmshare vf enrol "$1" >&2 || bail "$1 can be enrolled"
	defer "pool_close $1"
	kvmshare vf provision "$1" "$2" >&2 || bail "$2 VFs can be made of $1"
	wait_for 60 vf_counts free "$2" || {
		kvmshare vf list | sed 's/^/# /'
		journalctl -u kvmshare-host -n 20 --no-pager | sed 's/^/# /'
		bail "the service cleaned the $2 VFs of $1"
	}
}

# Afterwards nothing is left of it, neither here nor in /etc/kvmshare.
pool_close() {
	kvmshare vf provision "$1" 0
	kvmshare vf enrol "$1" --out
	systemctl stop kvmshare-host
	modprobe -r kvmshare_vf
}

counters_are_zero() { ! grep -Lx 0 /sys/kernel/kvmshare/counters/* 2>/dev/null | grep -vE '/(vfs|pfs|event_readers)$' | grep -q .; }
