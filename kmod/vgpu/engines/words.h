/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The jobs of the soft engine, a few steps at a time: pure.  The memory is the
 * client's, which may change any word of it at any time: a word that is read
 * decides what is written, never where.
 */
#ifndef _KVMSHARE_VGPU_ENGINES_WORDS_H
#define _KVMSHARE_VGPU_ENGINES_WORDS_H

#include "../job.h"

/**
 * struct words - how far a job has come; all zeroes is its beginning
 * @at: steps done of this repetition
 * @round: repetitions done
 * @sum: what has been gathered
 */
struct words {
	u64 at;
	u32 round;
	u64 sum;
};

bool words_run(const struct job *job, struct words *words, void *memory, u64 steps);

#endif /* _KVMSHARE_VGPU_ENGINES_WORDS_H */
