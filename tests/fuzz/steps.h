/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an input of device.c is written in: steps, each a byte that says which, and then
 * its numbers, little-endian, in as many bytes as are given here.  Who makes seeds and
 * who reads them agree by this file.
 */
#ifndef STEPS_H
#define STEPS_H

/* Longer inputs the fuzzer cuts. */
#define INPUT_MAX	4096
#define STEPS_MAX	512

/* Commands in an input that are no steps of their own. */
#define REPEATS_MAX	1200

enum step {
	/* at 2, shift 1 of the length and STEP_LATER, value of that length */
	STEP_WRITE,
	/* at 2, shift 1 of the length */
	STEP_READ,
	/* all registers, in all lengths */
	STEP_READ_ALL,
	/* at 2, len 1, value 8; what the window shows is read, or written with CONFIG_WRITES */
	STEP_CONFIG,
	/* at 3, len 1, that many bytes */
	STEP_SCRIBBLE,
	/* at 3, nr 2 of descriptors, outs 2 of them, where 8, len 4 of each, flags 2 of the last */
	STEP_TABLE,
	/* queue 1, most 1 */
	STEP_SERVE,
	/* which 1 of the jobs that are open */
	STEP_ENDED,
	/* whose 1: the driver's, or RESET_BY_VMM */
	STEP_RESET,
	/* with 1: BEGIN_* */
	STEP_BEGIN,
	/* width 2, height 2 */
	STEP_SCREEN,
	/* what was read once is another thing at the next look, or no longer so */
	STEP_CHANGES,
	/* at 3, len 3, kinds 1: HOLE_*, after 1: so many accesses are still good */
	STEP_HOLE,
	/* after 1: so many pieces of memory there are still, then one time none; 255 is always */
	STEP_MEMORY,
	/* mode 1: ENGINE_* */
	STEP_ENGINE,
	STEP_LOOK,
	/*
	 * times 2, where 1 in it, by 4: the last command again, with that field greater each
	 * time; more times than REPEATS_MAX are few
	 */
	STEP_REPEAT,
	/* kind 1, len 1, more 2, bytes of both: a command, as a driver sends it */
	STEP_CURSOR,
	/* likewise; so is each greater number */
	STEP_CONTROL,
	STEP_ALL = 32,
};

#define STEP_LATER	0x80
#define CONFIG_WRITES	0x80
#define RESET_BY_VMM	1

#define BEGIN_ALL	1	/* with all features that are offered */
#define BEGIN_CURSOR	2	/* with the cursor's queue */

#define HOLE_READ	1
#define HOLE_WRITE	2
#define MEMORY_IS_THERE	255

enum engine_mode {
	ENGINE_BY_TICKET,
	ENGINE_TAKES,
	ENGINE_CANNOT,
	ENGINE_IS_FULL,
	ENGINE_AT_ONCE,
	ENGINE_MODES,
};

#endif
