/* SPDX-License-Identifier: GPL-2.0 */
/* A histogram by powers of two of nanoseconds: pure. */
#ifndef KVMSHARE_EBPF_HISTOGRAM_H
#define KVMSHARE_EBPF_HISTOGRAM_H

#include <linux/types.h>

/* Below 256 ns; below 512 ns; and so on; the last has all from 2^30 ns on. */
#define HISTOGRAM_FIRST	8
#define HISTOGRAM_SLOTS	24

/* Of a number that is not 0. */
static inline __u32 log2_of(__u64 number)
{
	__u32 log = 0;

	if (number >> 32) {
		log += 32;
		number >>= 32;
	}
	if (number >> 16) {
		log += 16;
		number >>= 16;
	}
	if (number >> 8) {
		log += 8;
		number >>= 8;
	}
	if (number >> 4) {
		log += 4;
		number >>= 4;
	}
	if (number >> 2) {
		log += 2;
		number >>= 2;
	}
	return log + (number >> 1 ? 1 : 0);
}

/* Below HISTOGRAM_SLOTS. */
static inline __u32 histogram_slot(__u64 ns)
{
	__u32 slot;

	if (!(ns >> HISTOGRAM_FIRST))
		return 0;
	slot = log2_of(ns) - HISTOGRAM_FIRST + 1;
	return slot < HISTOGRAM_SLOTS ? slot : HISTOGRAM_SLOTS - 1;
}

/* Where slot @slot ends, in nanoseconds; the last does not. */
static inline __u64 histogram_end(__u32 slot)
{
	return 1ULL << (HISTOGRAM_FIRST + slot);
}

#endif /* KVMSHARE_EBPF_HISTOGRAM_H */
