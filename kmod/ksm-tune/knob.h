/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A knob of the kernel's that others may turn, too: pure.
 *
 * It is ours from our first write on, or since it was found to be what we would
 * write, and until somebody else's value is found in it: then it is left alone until
 * an administrator has us take it back.  What it was before is put back at the end,
 * if it is still ours.  Writes have some windows between them; to let go has none.
 */
#ifndef _KVMSHARE_MEM_KNOB_H
#define _KVMSHARE_MEM_KNOB_H

#include "../compat/types.h"

enum knob_state {
	KNOB_UNTOUCHED,
	KNOB_OURS,
	KNOB_THEIRS,
};

enum knob_act {
	KNOB_NOTHING,
	KNOB_WRITE,		/* what is wanted */
	KNOB_STEPPED_ASIDE,	/* somebody else has just been found in it */
};

/**
 * struct knob - all zeroes is one that was never touched
 * @state: whose it is
 * @before: what it was before our first write, while it is ours
 * @ours: what we wrote last
 * @rests: windows until it may be written again
 */
struct knob {
	enum knob_state state;
	u64 before;
	u64 ours;
	u32 rests;
};

enum knob_act knob_decide(struct knob *knob, u64 now, u64 wanted);
void knob_wrote(struct knob *knob, u64 now, u64 wanted, u64 wrote, u32 rest);
void knob_reclaim(struct knob *knob);
void knob_let_go(struct knob *knob, u64 now);
bool knob_restores(const struct knob *knob, u64 now);

#endif /* _KVMSHARE_MEM_KNOB_H */
