// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a VF: every state with every event, every set of facts, and long
 * random lives in which others use, break and remove the VF.  A failure of a
 * random life prints its seed; KVMSHARE_SEED=seed repeats it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../kmod/vf/lifecycle.c"
#include "random.h"

#define REASON_LEN	96	/* KVMSHARE_REASON_LEN */

/* -- States and events ----------------------------------------------------- */

static const char letters[VF_STATE_NR + 1] = "FLHRDQOG";

/*
 * A row an event, a column a state, by the letters above (O is foreign); a dot
 * is forbidden.
 */
static const char *const expected[VF_EV_NR] = {
	/*                         FLHRDQOG */
	[VF_EV_LEASE]		= "L.......",
	[VF_EV_UNDO]		= ".F.....G",
	[VF_EV_LEASE_END]	= ".H.....G",
	[VF_EV_TAKEN]		= "..RR..R.",
	[VF_EV_IN_USE]		= "..OO..O.",
	[VF_EV_RESET]		= "...D....",
	[VF_EV_RESET_CLEAN]	= "...F....",
	[VF_EV_RESET_FAILED]	= "...Q....",
	[VF_EV_CLEANED]		= "....F...",
	[VF_EV_QUARANTINE]	= "Q...QQQ.",
	[VF_EV_QUARANTINE_END]	= ".....R..",
	[VF_EV_BOUND]		= "OLHROQOG",
	[VF_EV_UNBOUND]		= "FLHRDQRG",
	[VF_EV_REMOVED]		= "GGGGGGGG",
};

static void test_every_state_with_every_event(void **test)
{
	int state, event, next;

	(void)test;
	for (event = 0; event < VF_EV_NR; event++) {
		for (state = 0; state < VF_STATE_NR; state++) {
			next = vf_lifecycle_next(state, event);
			assert_int_equal(next == VF_FORBIDDEN ? '.' : letters[next],
					 expected[event][state]);
		}
	}
}

static void test_unknown_states_and_events_are_forbidden(void **test)
{
	(void)test;
	assert_int_equal(vf_lifecycle_next(VF_STATE_NR, VF_EV_LEASE), VF_FORBIDDEN);
	assert_int_equal(vf_lifecycle_next((enum vf_state)-1, VF_EV_LEASE), VF_FORBIDDEN);
	assert_int_equal(vf_lifecycle_next(VF_FREE, VF_EV_NR), VF_FORBIDDEN);
	assert_int_equal(vf_lifecycle_next(VF_FREE, (enum vf_event)-1), VF_FORBIDDEN);
}

/* -- Facts and steps ------------------------------------------------------- */

static void check_step(const struct vf_facts *f)
{
	enum vf_step step = vf_lifecycle_step(f);
	bool waits = f->state == VF_HELD || f->state == VF_RESETTING;

	/* Only what may be in somebody's hands, and is nobody's by right, is taken. */
	if (step == VF_STEP_TAKE)
		assert_true(!f->leaving && !f->leased &&
			    (f->state == VF_HELD || f->state == VF_RESETTING ||
			     f->state == VF_FOREIGN));
	/* What a driver of the host has is left alone; so is what is open. */
	if (step == VF_STEP_TAKE && f->state == VF_FOREIGN)
		assert_true(f->driver == VF_DRV_NONE ||
			    (f->driver == VF_DRV_VFIO && f->seen_claimed && !f->claimed));
	/* An ended lease is let go exactly when nothing of it can come back. */
	assert_int_equal(step == VF_STEP_SETTLE,
			 f->named && !f->leased && (f->leaving || !waits));
	/* A VF leaves the pool only if it must and no lease names it. */
	if (step == VF_STEP_FORGET)
		assert_true(f->leaving && !f->named);
	if (f->leaving && !f->named && (!f->unsaved || f->state == VF_GONE || f->tries > 100))
		assert_int_equal(step, VF_STEP_FORGET);
	/* A quarantine is written down, before the VF leaves too. */
	if (f->state == VF_QUARANTINED && f->unsaved && !f->named && f->tries < 3)
		assert_int_equal(step, VF_STEP_SAVE);
	/* And one that has ended is struck out, whoever has the VF now. */
	if (f->state == VF_FOREIGN && f->unsaved && !f->named && !f->leaving)
		assert_int_equal(step, VF_STEP_SAVE);
	if (step == VF_STEP_SAVE)
		assert_true(f->unsaved);
	/* What is on its way back never stops on it. */
	if (!f->leaving && !f->leased && waits)
		assert_int_equal(step, VF_STEP_TAKE);
}

static void test_every_set_of_facts(void **test)
{
	static const u32 tries[] = { 0, 7, 8, 1000 };
	unsigned int state, driver, bits, t;

	(void)test;
	for (state = 0; state < VF_STATE_NR; state++)
	for (driver = 0; driver < VF_DRV_NR; driver++)
	for (bits = 0; bits < 64; bits++)
	for (t = 0; t < 4; t++) {
		struct vf_facts facts = {
			.state = state, .driver = driver, .tries = tries[t],
			.leased = bits & 1, .named = bits & 2, .leaving = bits & 4,
			.unsaved = bits & 8, .claimed = bits & 16, .seen_claimed = bits & 32,
		};

		/* A lease that goes on names its VF, which is leased or gone. */
		if (facts.leased && (!facts.named ||
				     (state != VF_LEASED && state != VF_GONE)))
			continue;
		if (state == VF_LEASED && !facts.leased)
			continue;
		if (state == VF_GONE && !facts.leaving)
			continue;
		check_step(&facts);
	}
}

/* -- Verdicts -------------------------------------------------------------- */

static void test_every_claim(void **test)
{
	static const enum vf_state from[] = { VF_HELD, VF_RESETTING, VF_FOREIGN };
	struct vf_verdict v;
	unsigned int i, claim;

	(void)test;
	for (i = 0; i < 3; i++) {
		for (claim = 0; claim < VF_CLAIM_NR; claim++) {
			v = vf_lifecycle_claimed(from[i], claim);
			if (v.has_event)
				assert_int_not_equal(vf_lifecycle_next(from[i], v.event),
						     VF_FORBIDDEN);
			/* Either something follows, or it is looked at again. */
			assert_true(v.has_event || v.again);
			assert_int_equal(claim == VF_CLAIM_OK,
					 v.has_event && v.event == VF_EV_TAKEN);
			if (claim != VF_CLAIM_OK)
				assert_int_not_equal(v.reason, VF_WHY_NONE);
		}
	}
	/* Held for as long as it takes, and never foreign for that. */
	v = vf_lifecycle_claimed(VF_HELD, VF_CLAIM_OTHER);
	assert_false(v.has_event);
	assert_true(v.again);
	assert_int_equal(v.reason, VF_WHY_OPEN);
}

static void test_every_reset(void **test)
{
	static const enum vf_reason why[VF_RESET_NR] = {
		[VF_RESET_NO_METHOD] = VF_WHY_NO_RESET_METHOD,
		[VF_RESET_FAILED] = VF_WHY_RESET_FAILED,
		[VF_RESET_SILENT] = VF_WHY_SILENT,
		[VF_RESET_BUSY] = VF_WHY_PENDING,
		[VF_RESET_ASIDE] = VF_WHY_OVERRIDE,
	};
	struct vf_verdict v;
	unsigned int reset;

	(void)test;
	for (reset = 1; reset <= VF_RESET_NR; reset++) {
		v = vf_lifecycle_reset(reset, reset % 2);
		assert_true(v.has_event);
		assert_int_equal(v.event, VF_EV_RESET_FAILED);
		assert_int_equal(v.reason, reset < VF_RESET_NR ? why[reset] : VF_WHY_RESET_FAILED);
	}
	v = vf_lifecycle_reset(VF_RESET_OK, false);
	assert_int_equal(v.event, VF_EV_RESET);
	assert_int_equal(v.reason, VF_WHY_NEEDS_CLEANING);
	v = vf_lifecycle_reset(VF_RESET_OK, true);
	assert_int_equal(v.event, VF_EV_RESET_CLEAN);
	assert_int_equal(v.reason, VF_WHY_NONE);
}

static void test_delays_grow_and_are_bounded(void **test)
{
	u32 tries, delay, last = 0;

	(void)test;
	for (tries = 0; tries < 100; tries++) {
		delay = vf_lifecycle_delay(VF_HELD, tries);
		assert_in_range(delay, 10, 1000);
		assert_true(delay >= last);
		last = delay;
	}
	assert_int_equal(last, 1000);
	assert_int_equal(vf_lifecycle_delay(VF_HELD, UINT32_MAX), 1000);
	assert_int_equal(vf_lifecycle_delay(VF_FOREIGN, 0), 1000);
}

static void test_every_reason_and_state_has_words(void **test)
{
	unsigned int i, j;

	(void)test;
	assert_string_equal(vf_lifecycle_reason(VF_WHY_NONE), "");
	for (i = 1; i < VF_WHY_NR; i++) {
		assert_non_null(vf_lifecycle_reason(i));
		assert_in_range(strlen(vf_lifecycle_reason(i)), 1,
				REASON_LEN - 1 - strlen(" (error -2147483648)"));
		for (j = 1; j < i; j++)
			assert_string_not_equal(vf_lifecycle_reason(i), vf_lifecycle_reason(j));
	}
	assert_string_equal(vf_lifecycle_reason(VF_WHY_NR), "");
	for (i = 0; i < VF_STATE_NR; i++)
		assert_in_range(strlen(vf_lifecycle_word(i)), 1, 16);
	assert_string_equal(vf_lifecycle_word(VF_STATE_NR), "unknown");
}

/* -- Lives ----------------------------------------------------------------- */

static u64 failing_seed;

/* A VF, and the world around it. */
struct life {
	struct vf_facts facts;
	bool open;		/* a process has it open in VFIO */
	bool locked;		/* someone has the device lock */
	bool resets;		/* a reset would work */
	bool cleans;		/* its PF needs no cleaning */
	bool used;		/* since it was last reset */
	bool unclean;		/* since it was last cleaned */
	bool aside;		/* the quarantine stands in its override */
	bool forgotten;
	u32 leases;
};

static void set_state(struct life *l, enum vf_state state)
{
	if (state != l->facts.state)
		l->facts.tries = 0;
	l->facts.state = state;
	if (state != VF_FOREIGN)
		l->facts.seen_claimed = false;
}

static bool happen(struct life *l, enum vf_event event)
{
	int next = vf_lifecycle_next(l->facts.state, event);

	if (next == VF_FORBIDDEN)
		return false;
	set_state(l, next);
	return true;
}

static void use(struct life *l)
{
	l->open = true;
	l->used = true;
	l->unclean = true;
}

/* What the module's user and everybody else might do next. */
static void others_do_something(struct life *l)
{
	struct vf_facts *f = &l->facts;

	switch (random_below(14)) {
	case 0:
		if (!f->leaving && !f->named && happen(l, VF_EV_LEASE)) {
			/* What a lease is for: nothing of the last one is in it. */
			assert_false(l->used);
			assert_false(l->unclean);
			assert_false(l->open);
			assert_false(l->aside);
			f->leased = true;
			f->named = true;
			f->driver = VF_DRV_VFIO;
			l->leases++;
		}
		break;
	case 1:
		if (f->driver == VF_DRV_VFIO && !l->open && f->state == VF_LEASED)
			use(l);
		break;
	case 2:
		if (f->leased) {
			f->leased = false;
			assert_true(happen(l, VF_EV_LEASE_END));
		}
		break;
	case 3:
		l->open = false;
		break;
	case 4:
		l->locked = !l->locked;
		break;
	case 5:
		l->resets = random_below(8);
		break;
	case 6:
		if (happen(l, VF_EV_CLEANED))
			l->unclean = false;
		break;
	case 7:
		if (!random_below(4))
			happen(l, VF_EV_QUARANTINE);
		break;
	case 8:
		happen(l, VF_EV_QUARANTINE_END);
		break;
	case 9:		/* a driver of the host, or vfio-pci by hand */
		if (f->driver == VF_DRV_NONE && !l->aside && !random_below(3)) {
			f->driver = random_below(2) ? VF_DRV_HOST : VF_DRV_VFIO;
			l->used |= f->driver == VF_DRV_HOST;
			l->unclean |= f->driver == VF_DRV_HOST;
			assert_true(happen(l, VF_EV_BOUND));
		}
		break;
	case 10:
		if (f->driver == VF_DRV_VFIO && f->state == VF_FOREIGN)
			use(l);
		break;
	case 11:
		if (f->driver != VF_DRV_NONE && !l->open) {
			f->driver = VF_DRV_NONE;
			assert_true(happen(l, VF_EV_UNBOUND));
		}
		break;
	case 12:
		if (!l->open && !random_below(40)) {
			f->leaving = true;
			f->driver = VF_DRV_NONE;
			assert_true(happen(l, VF_EV_REMOVED));
		}
		break;
	default:
		break;
	}
}

static void life_take(struct life *l)
{
	struct vf_facts *f = &l->facts;
	enum vf_claim claim = l->locked ? VF_CLAIM_LOCKED :
			      f->driver == VF_DRV_HOST ? VF_CLAIM_HOST :
			      l->open ? VF_CLAIM_OTHER :
			      random_below(20) ? VF_CLAIM_OK : VF_CLAIM_ERROR;
	struct vf_verdict v = vf_lifecycle_claimed(f->state, claim);

	if (v.has_event)
		assert_true(happen(l, v.event));
	if (claim != VF_CLAIM_OK) {
		f->tries++;
		return;
	}
	v = vf_lifecycle_reset(l->resets ? VF_RESET_OK : VF_RESET_FAILED, l->cleans);
	if (l->resets) {
		l->used = false;
		l->unclean &= !l->cleans;
		l->aside = false;
	} else {
		l->aside = random_below(4);
	}
	f->driver = VF_DRV_NONE;
	assert_true(happen(l, v.event));
}

/* One step of the worker; returns whether it would go on at once. */
static bool life_step(struct life *l)
{
	struct vf_facts *f = &l->facts;

	f->claimed = l->open || f->driver == VF_DRV_HOST;
	f->seen_claimed |= f->state == VF_FOREIGN && f->claimed;
	f->unsaved = l->aside != (f->state == VF_QUARANTINED);
	switch (vf_lifecycle_step(f)) {
	case VF_STEP_TAKE:
		/* Taking never takes what another has open. */
		life_take(l);
		return f->tries == 0;
	case VF_STEP_SAVE:
		if (l->locked || !random_below(4)) {
			f->tries++;
			return false;
		}
		l->aside = f->state == VF_QUARANTINED;
		return true;
	case VF_STEP_SETTLE:
		assert_true(f->state != VF_HELD && f->state != VF_LEASED);
		f->named = false;
		return true;
	case VF_STEP_FORGET:
		l->forgotten = true;
		return false;
	case VF_STEP_WAIT:
		f->tries++;
		return false;
	default:
		return false;
	}
}

/* Everybody lets go and nothing fails: where does the VF end up? */
static void comes_home(struct life *l)
{
	int i;

	if (l->facts.leased) {
		l->facts.leased = false;
		assert_true(happen(l, VF_EV_LEASE_END));
	}
	l->locked = false;
	l->resets = true;
	l->open = false;
	if (l->facts.driver == VF_DRV_HOST ||
	    (l->facts.driver == VF_DRV_VFIO && l->facts.state == VF_FOREIGN)) {
		l->facts.driver = VF_DRV_NONE;
		assert_true(happen(l, VF_EV_UNBOUND));
	}
	for (i = 0; i < 200 && !l->forgotten; i++)
		life_step(l);
	if (l->forgotten)
		return;
	assert_false(l->facts.named);
	if (l->facts.state == VF_QUARANTINED) {
		assert_true(l->aside);
		assert_true(happen(l, VF_EV_QUARANTINE_END));
		for (i = 0; i < 200; i++)
			life_step(l);
	}
	if (l->facts.state == VF_DIRTY)
		assert_true(happen(l, VF_EV_CLEANED));
	assert_int_equal(l->facts.state, VF_FREE);
	assert_int_equal(l->facts.driver, VF_DRV_NONE);
	assert_false(l->aside);
}

static u32 one_life(u64 seed)
{
	struct life l = { .facts = { .state = VF_RESETTING }, .resets = true, .used = true };
	int i, j;

	random_state = seed * 0x9e3779b97f4a7c15ULL + 1;
	l.cleans = random_below(2);
	l.unclean = !l.cleans;
	for (i = 0; i < 400 && !l.forgotten; i++) {
		others_do_something(&l);
		for (j = 0; j < 10 && !random_below(3) && life_step(&l); j++)
			;
	}
	if (!l.forgotten)
		comes_home(&l);
	return l.leases;
}

static int print_seed(void **test)
{
	(void)test;
	if (failing_seed)
		print_error("repeat it with KVMSHARE_SEED=%llu\n",
			    (unsigned long long)failing_seed);
	return 0;
}

static void test_no_life_leases_what_was_not_cleaned(void **test)
{
	const char *given = getenv("KVMSHARE_SEED");
	u64 seed = given ? strtoull(given, NULL, 0) : 1;
	u64 last = given ? seed : 20000;
	u64 leases = 0;

	(void)test;
	for (; seed <= last; seed++) {
		failing_seed = seed;
		leases += one_life(seed);
	}
	failing_seed = 0;
	/* And the lives are not so hard that nothing is ever leased. */
	if (!given)
		assert_true(leases > 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_state_with_every_event),
		cmocka_unit_test(test_unknown_states_and_events_are_forbidden),
		cmocka_unit_test(test_every_set_of_facts),
		cmocka_unit_test(test_every_claim),
		cmocka_unit_test(test_every_reset),
		cmocka_unit_test(test_delays_grow_and_are_bounded),
		cmocka_unit_test(test_every_reason_and_state_has_words),
		cmocka_unit_test_teardown(test_no_life_leases_what_was_not_cleaned, print_seed),
	};

	return cmocka_run_group_tests_name("vf_lifecycle", tests, NULL, NULL);
}
