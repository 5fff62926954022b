/* SPDX-License-Identifier: GPL-2.0 */
/* Guests' devices that live as long as a command. */
#ifndef KVMSHARE_CMD_RUN_VGPU_H
#define KVMSHARE_CMD_RUN_VGPU_H

#include "vgpu_device.h"

#define RUN_VGPUS_MAX	16

/**
 * struct run_vgpu - one --vgpu
 * @spec: what was said of it
 * @uuid: the device; empty until it is made
 */
struct run_vgpu {
	struct vgpu_spec spec;
	char uuid[VGPU_UUID_LEN + 1];
};

/*
 * Make it; it is removed when this process ends, whatever it becomes. 0, or the
 * exit code with the error printed and nothing left.
 */
int run_vgpu_make(struct run_vgpu *vgpu);

#endif
