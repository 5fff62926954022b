/* SPDX-License-Identifier: GPL-2.0 */
/* What --vgpu says: a guest's device, and how it shares an engine. */
#ifndef KVMSHARE_LIB_VGPU_SPEC_H
#define KVMSHARE_LIB_VGPU_SPEC_H

#include "pairs.h"

#define VGPU_SIZE_DEFAULT	"256M"

/* Settings in an order in which each can be made: a minimum may not be above the cap. */
enum vgpu_spec_key {
	VGPU_SPEC_ENGINE = 0,
	VGPU_SPEC_WEIGHT,
	VGPU_SPEC_CAP,
	VGPU_SPEC_MINIMUM,
	VGPU_SPEC_SLICE,
	VGPU_SPEC_AVERAGING,
	VGPU_SPEC_RESOLUTION,
	VGPU_SPEC_SIZE,
	VGPU_SPEC_KEYS
};

/**
 * struct vgpu_spec - one --vgpu
 * @values: what was said of it, or empty; of VGPU_SPEC_SIZE always one
 */
struct vgpu_spec {
	char values[VGPU_SPEC_KEYS][PAIRS_VALUE_LEN];
};

/* 0, or -EINVAL with a sentence in @error. */
int vgpu_spec_parse(const char *text, struct vgpu_spec *spec, char error[PAIRS_ERROR_LEN]);

#endif
