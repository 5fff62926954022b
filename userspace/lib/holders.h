/* SPDX-License-Identifier: GPL-2.0 */
/* Which processes have a VF open in VFIO. */
#ifndef KVMSHARE_LIB_HOLDERS_H
#define KVMSHARE_LIB_HOLDERS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct holder - a process that has one open
 * @pid: it
 * @uid: whose it is
 * @comm: its command
 * @group: the IOMMU group it has open, or -1: a VFIO device of a group that
 *         cannot be told from outside
 * @bdf: that device, where the kernel tells, or KVMSHARE_BDF_ANY
 */
struct holder {
	pid_t pid;
	uid_t uid;
	char comm[32];
	int group;
	uint32_t bdf;
};

/*
 * Call @each for whoever has any VFIO group or device open, once a descriptor.
 * Needs root to see others' processes.
 */
int holders_each(const char *root, void (*each)(const struct holder *holder, void *arg),
		 void *arg);
/* "qemu-system-x86(1234)" of who has a VF open, as an array; may be empty. */
json_object *holders_of(uint32_t vf, int group);

#endif
