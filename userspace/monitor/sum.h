/* SPDX-License-Identifier: GPL-2.0 */
/* What was counted of exits, by VM and reason: pure. */
#ifndef KVMSHARE_MONITOR_SUM_H
#define KVMSHARE_MONITOR_SUM_H

#include <stdbool.h>
#include <stddef.h>

#include "../../ebpf/exits.h"

#define SUM_ALL_VCPUS	(-1)

/**
 * struct sum - exits of a VM, or of one of its vCPUs, for one reason
 * @tgid: its VMM
 * @vcpu: which, or SUM_ALL_VCPUS
 * @reason: for which; no isa: those that are not told apart
 * @exits: how many, how long
 */
struct sum {
	__u32 tgid;
	__s32 vcpu;
	struct exits_reason reason;
	struct exits_place exits;
};

/**
 * struct sums - all of them
 * @rows: see struct sum
 * @nr: how many
 */
struct sums {
	struct sum *rows;
	size_t nr;
};

/* Exits of a place to those of another for the same reason. */
void sum_add(struct exits_place *to, const struct exits_place *more);
/*
 * Of so many threads; @by_vcpu: each vCPU for itself.  Those of one VMM follow each other,
 * the reason that took longest first.  0 or -ENOMEM.
 */
int sum_up(const struct exits_vcpu *vcpus, size_t nr, const struct exits_reasons *reasons,
	   bool by_vcpu, struct sums *sums);
void sums_free(struct sums *sums);
/* Below how many nanoseconds so many of a hundred of them were; 0 where there are none. */
__u64 sum_percentile(const struct exits_place *exits, unsigned int percent);

#endif
