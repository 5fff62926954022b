/* SPDX-License-Identifier: GPL-2.0 */
/* What guests touch while the programs run: ebpf/detail.bpf.c. */
#ifndef KVMSHARE_MONITOR_DETAIL_H
#define KVMSHARE_MONITOR_DETAIL_H

#include <stddef.h>

#include "../../ebpf/detail.h"
#include "programs.h"

/**
 * struct detail_row - a place that a guest touched
 * @key: where
 * @detail: how often
 */
struct detail_row {
	struct detail_key key;
	struct detail detail;
};

/**
 * struct details - what was read
 * @rows: by VMM, kind, and then the most often touched first
 * @nr: how many
 */
struct details {
	struct detail_row *rows;
	size_t nr;
};

/* 0 or a negative errno, with what is off in @programs. */
int details_begin(struct programs *programs);
/* All since then; 0 or a negative errno. */
int details_read(const struct programs *programs, struct details *details);
void details_free(struct details *details);

#endif
