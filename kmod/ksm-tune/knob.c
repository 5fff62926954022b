// SPDX-License-Identifier: GPL-2.0
#include "knob.h"

/**
 * knob_decide() - a window is over
 * @knob: it
 * @now: what is read in it
 * @wanted: what it should be
 *
 * Return: what is to be done; what was written is told by knob_wrote(), where that
 * succeeded.
 */
enum knob_act knob_decide(struct knob *knob, u64 now, u64 wanted)
{
	if (knob->rests)
		knob->rests--;
	if (knob->state == KNOB_THEIRS)
		return KNOB_NOTHING;
	if (knob->state == KNOB_OURS && now != knob->ours) {
		knob->state = KNOB_THEIRS;
		return KNOB_STEPPED_ASIDE;
	}
	if (now != wanted)
		return knob->rests ? KNOB_NOTHING : KNOB_WRITE;
	/* What is as it should be is ours from now on, so that a change is seen. */
	if (knob->state == KNOB_UNTOUCHED)
		knob_wrote(knob, now, now, now, 0);
	return KNOB_NOTHING;
}

static bool is_between(u64 number, u64 a, u64 b)
{
	return a < b ? number >= a && number <= b : number >= b && number <= a;
}

/**
 * knob_wrote() - it was written
 * @knob: it
 * @now: what was read in it before
 * @wanted: what was written
 * @wrote: what is read in it since; the kernel may have gone a part of the way
 * @rest: windows in which it is not written again
 */
void knob_wrote(struct knob *knob, u64 now, u64 wanted, u64 wrote, u32 rest)
{
	if (knob->state != KNOB_OURS)
		knob->before = now;
	/* Else somebody else came between. */
	knob->state = is_between(wrote, now, wanted) ? KNOB_OURS : KNOB_THEIRS;
	knob->ours = wrote;
	knob->rests = rest;
}

/* An administrator wants it to be ours again; what is in it then is what it was before. */
void knob_reclaim(struct knob *knob)
{
	if (knob->state == KNOB_THEIRS)
		knob->state = KNOB_UNTOUCHED;
}

/**
 * knob_let_go() - it is wanted no more
 * @knob: it
 * @now: what was read in it, before anything was put back
 */
void knob_let_go(struct knob *knob, u64 now)
{
	if (knob->state == KNOB_OURS)
		knob->state = now == knob->ours ? KNOB_UNTOUCHED : KNOB_THEIRS;
}

/**
 * knob_restores() - we leave
 * @knob: it
 * @now: what is read in it
 *
 * Return: is @before to be written back?
 */
bool knob_restores(const struct knob *knob, u64 now)
{
	return knob->state == KNOB_OURS && now == knob->ours && now != knob->before;
}
