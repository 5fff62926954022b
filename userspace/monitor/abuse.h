/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What guests do to the host, and when it is too much: by rate, in a window that slides.
 * Pure.  docs/abuse.md has the kinds and their ceilings.
 */
#ifndef KVMSHARE_MONITOR_ABUSE_H
#define KVMSHARE_MONITOR_ABUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which one of them is what all of it is called: the last is the most general. */
enum abuse_kind {
	ABUSE_NESTED,		/* entries into guests of its own */
	ABUSE_MSRS,		/* MSRs that there are not */
	ABUSE_HYPERCALLS,
	ABUSE_FAULTS,		/* of pages */
	ABUSE_INTERRUPTS,
	ABUSE_EXITS,		/* any but those that wait for something to do */
	ABUSE_KINDS,
};

/**
 * struct abuse_sample - of a VM, at a time
 * @at_ms: when, on a clock that goes forward
 * @vcpus: how many it has
 * @counts: since the beginning, by kind
 */
struct abuse_sample {
	uint64_t at_ms;
	uint32_t vcpus;
	uint64_t counts[ABUSE_KINDS];
};

/* A window is as long as this, of samples that are no further from each other than a part of it. */
#define ABUSE_WINDOW_MS		1000
#define ABUSE_SAMPLES		16
/* What alerted is told again after so long, if it goes on. */
#define ABUSE_AGAIN_MS		60000
/* Windows that did not alert until its own past says anything. */
#define ABUSE_LEARNED_AFTER	320
/* They count together: what rises in the midst of one into an alert has taught nothing. */
#define ABUSE_BLOCK		40
_Static_assert(ABUSE_LEARNED_AFTER % ABUSE_BLOCK == 0, "what was learned is not forgotten with a block");
/* Its own past lowers a ceiling to so many times the most it ever did, but no lower than a part. */
#define ABUSE_TIMES_MOST	8
#define ABUSE_LOWEST_PART	4

/**
 * struct abuse_ceilings - a second and vCPU
 * @rate: by kind; 0: none
 */
struct abuse_ceilings {
	uint64_t rate[ABUSE_KINDS];
};

/**
 * struct abuse_state - of a kind
 * @alerts: it is above its ceiling, and was told
 * @told_ms: when
 * @block: the highest rate of a window of the block that goes on
 * @most: of all blocks in which there was no alert
 */
struct abuse_state {
	bool alerts;
	uint64_t told_ms;
	uint64_t block;
	uint64_t most;
};

/**
 * struct abuse_vm - what is known of one; begins as zeroes
 * @samples: the last ones, in a ring
 * @nr: of them
 * @next: where the next goes
 * @windows: that passed without an alert
 * @kinds: each for itself
 */
struct abuse_vm {
	struct abuse_sample samples[ABUSE_SAMPLES];
	size_t nr;
	size_t next;
	uint64_t windows;
	struct abuse_state kinds[ABUSE_KINDS];
};

/**
 * struct abuse_alert - it is too much
 * @kind: what
 * @rate: a second and vCPU
 * @ceiling: that it is above
 * @learned: which is of its own past
 */
struct abuse_alert {
	enum abuse_kind kind;
	uint64_t rate;
	uint64_t ceiling;
	bool learned;
};

extern const struct abuse_ceilings abuse_defaults;

const char *abuse_name(enum abuse_kind kind);
/* Or ABUSE_KINDS. */
enum abuse_kind abuse_kind_of(const char *name);

/**
 * abuse_see() - a sample of a VM
 * @vm: what is known of it
 * @sample: not older than the last
 * @ceilings: an administrator's
 * @alert: what to tell, where it is true
 *
 * Of what is too much only the most particular is told: a storm of hypercalls is one of exits,
 * too.  What goes on is told again after ABUSE_AGAIN_MS.  Ceilings are there from the first window;
 * its own past may lower them, never raise, and no window that alerted is of it.
 */
bool abuse_see(struct abuse_vm *vm, const struct abuse_sample *sample,
	       const struct abuse_ceilings *ceilings, struct abuse_alert *alert);

#endif
