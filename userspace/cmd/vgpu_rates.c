// SPDX-License-Identifier: GPL-2.0
#include "vgpu_rates.h"

#define PPM	1000000
#define SECOND	1000000000

const struct vgpu_sample *vgpu_sample_find(const struct vgpu_sample *samples, size_t nr,
					   uint64_t id)
{
	for (size_t i = 0; i < nr; i++)
		if (samples[i].id == id)
			return &samples[i];
	return NULL;
}

/* By how much it grew in @scale nanoseconds, of @ns of them; it never goes back. */
static uint64_t per(uint64_t before, uint64_t after, uint64_t ns, uint64_t scale)
{
	if (after <= before)
		return 0;
	return (uint64_t)((long double)(after - before) * scale / ns + 0.5L);
}

bool vgpu_rate(const struct vgpu_sample *before, const struct vgpu_sample *after,
	       struct vgpu_rate *rate)
{
	uint64_t ns;

	if (!before || before->id != after->id || before->at_ns >= after->at_ns)
		return false;
	ns = after->at_ns - before->at_ns;
	*rate = (struct vgpu_rate) {
		.run_ppm = per(before->run_ns, after->run_ns, ns, PPM),
		.wait_ppm = per(before->wait_ns, after->wait_ns, ns, PPM),
		.throttled_ppm = per(before->throttled_ns, after->throttled_ns, ns, PPM),
		.jobs = per(before->jobs, after->jobs, ns, SECOND),
		.slices = per(before->slices, after->slices, ns, SECOND),
	};
	return true;
}

uint64_t vgpu_jain_ppm(const uint64_t *shares, size_t nr)
{
	long double sum = 0, squares = 0;

	for (size_t i = 0; i < nr; i++) {
		sum += shares[i];
		squares += (long double)shares[i] * shares[i];
	}
	return squares > 0 ? (uint64_t)(sum * sum * PPM / (squares * nr) + 0.5L) : PPM;
}

uint64_t vgpu_minmax_ppm(const uint64_t *shares, size_t nr)
{
	uint64_t least = UINT64_MAX, most = 0;

	for (size_t i = 0; i < nr; i++) {
		least = shares[i] < least ? shares[i] : least;
		most = shares[i] > most ? shares[i] : most;
	}
	return most ? (uint64_t)((long double)least * PPM / most + 0.5L) : PPM;
}
