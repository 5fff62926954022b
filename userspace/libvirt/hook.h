/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of the libvirt hook. */
#ifndef KVMSHARE_LIBVIRT_HOOK_H
#define KVMSHARE_LIBVIRT_HOOK_H

#include <sys/types.h>

#include "domxml.h"
#include "../lib/lease.h"

/* holder.c */

/*
 * Lease @nr VFs in a process of its own, which holds them until each lease has
 * another owner or has ended, or libvirt's daemon (@daemon) is gone. Returns
 * when they are leased and their numbers written down; an exit code, printed.
 */
int holder_start(const struct domxml *domain, const struct vf_spec *specs, int nr,
		 pid_t daemon);

/* record.c: which leases a domain has, in /run */
int record_write(const char *uuid, const struct lease *leases, int nr);
/* How many there are; 0 where there is no record, or a negative errno. */
int record_read(const char *uuid, uint64_t *ids, int room);
void record_remove(const char *uuid);
void record_remove_all(void);

#endif
