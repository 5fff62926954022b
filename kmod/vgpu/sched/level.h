/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is due to each client of an engine: its rate, as a part of the engine.
 *
 * The weights are filled like water among those that compete, between each
 * one's minimum and cap: there is one level, such that a client's rate is
 *
 *	min(cap, max(minimum, weight * level))
 *
 * and the rates of all add up to the whole engine, or all are at their caps.
 * So a client is in one of three places: held up at its minimum (floor), at
 * weight * level (elastic), or held down at its cap (ceiling).
 *
 * fair.h comes to that without ever working it out: floor, ceiling and level are
 * what its three clocks do to a client.  tests/unit/vgpu_due.h works it out, to hold
 * what clients got against it.
 */
#ifndef _KVMSHARE_VGPU_LEVEL_H
#define _KVMSHARE_VGPU_LEVEL_H

/* A whole engine: rates, minimums and caps are parts per million. */
#define LEVEL_ONE	1000000U

#define LEVEL_WEIGHT_MAX	10000U

#endif /* _KVMSHARE_VGPU_LEVEL_H */
