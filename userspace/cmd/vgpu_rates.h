/* SPDX-License-Identifier: GPL-2.0 */
/* Of counters that were read twice, how fast they went; and how even shares are. */
#ifndef KVMSHARE_CMD_VGPU_RATES_H
#define KVMSHARE_CMD_VGPU_RATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct vgpu_sample - a vGPU's counters, as they were read
 * @id: its number
 * @at_ns: when, of a clock that only goes forward
 * @run_ns: for how long it had the engine until then
 * @wait_ns: likewise, had work and did not have it
 * @throttled_ns: likewise, its cap held it back
 * @jobs: that had ended
 * @slices: how often it had had the engine
 */
struct vgpu_sample {
	uint64_t id;
	uint64_t at_ns;
	uint64_t run_ns;
	uint64_t wait_ns;
	uint64_t throttled_ns;
	uint64_t jobs;
	uint64_t slices;
};

/**
 * struct vgpu_rate - what it did between two samples
 * @run_ppm: the part of the time in which it had the engine
 * @wait_ppm: likewise, had work and did not have it
 * @throttled_ppm: likewise, its cap held it back
 * @jobs: that ended, in a second
 * @slices: likewise
 */
struct vgpu_rate {
	uint64_t run_ppm;
	uint64_t wait_ppm;
	uint64_t throttled_ppm;
	uint64_t jobs;
	uint64_t slices;
};

/* The one of that number, or NULL; they stand in no order. */
const struct vgpu_sample *vgpu_sample_find(const struct vgpu_sample *samples, size_t nr,
					   uint64_t id);
/* False where the two tell nothing: not of one vGPU, or of the same time. */
bool vgpu_rate(const struct vgpu_sample *before, const struct vgpu_sample *after,
	       struct vgpu_rate *rate);

/* Jain's index of @nr shares, in millionths; 1000000 where nobody has anything. */
uint64_t vgpu_jain_ppm(const uint64_t *shares, size_t nr);
/* The least of them as a part of the greatest, likewise. */
uint64_t vgpu_minmax_ppm(const uint64_t *shares, size_t nr);

#endif
