// SPDX-License-Identifier: GPL-2.0
/*
 * Which VFs the service cleans at once, with jobs that end when the test says:
 * never two for one VF, and a few of each PF.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../userspace/host/clean.c"
#include "../../userspace/host/poll_set.c"
#include "../../userspace/lib/bdf.c"

#define PF_A		KVMSHARE_BDF(0, 1, 0)
#define PF_B		KVMSHARE_BDF(0, 2, 0)
#define VF(pf, index)	((pf) + 1 + (index))
#define NR_VFS		64

static uint64_t clock_now = 1;
static struct pool_vf pool[NR_VFS];
static size_t nr_pool;
static bool ended[NR_VFS];	/* a VF's job; its descriptor is the VF's place in the pool */

static struct pool_vf *vf_of(uint32_t bdf)
{
	for (size_t i = 0; i < nr_pool; i++)
		if (pool[i].bdf == bdf)
			return &pool[i];
	return NULL;
}

static size_t at(uint32_t bdf)
{
	return (size_t)(vf_of(bdf) - pool);
}

/* -- What is around it ------------------------------------------------------ */

uint64_t now_ms(void)
{
	return clock_now;
}

int job_start(struct job *job, job_work work, void *arg)
{
	const struct pool_vf *vf = arg;

	(void)work;
	job->pidfd = (int)at(vf->bdf);
	ended[job->pidfd] = false;
	return 0;
}

int job_wait(const struct job *job, int ms)
{
	assert_int_equal(ms, 0);
	return ended[job->pidfd];
}

static int outcome;		/* of the jobs that end */

int job_finish(struct job *job, char error[JOB_ERROR_LEN])
{
	*error = '\0';
	job->pidfd = -1;
	return outcome;
}

int pool_vf(uint32_t bdf, struct pool_vf *vf)
{
	const struct pool_vf *found = vf_of(bdf);

	if (!found)
		return -ENOENT;
	*vf = *found;
	return 0;
}

bool pool_vf_is(const struct pool_vf *vf, const char *state)
{
	return !strcmp(vf->state, state);
}

int pool_each_vf(uint32_t pf, int (*each)(const struct pool_vf *vf, void *arg), void *arg)
{
	(void)pf;
	for (size_t i = 0; i < nr_pool; i++)
		each(&pool[i], arg);
	return 0;
}

static int broken;
static bool in_file;		/* whatever VF it is */

int conf_load_quarantines(struct conf_quarantines *all, char error[CONF_ERROR_LEN])
{
	all->nr = 0;
	*error = '\0';
	return broken;
}

struct conf_quarantine *conf_find_quarantine(struct conf_quarantines *all,
					     const struct identity *pf, uint32_t index)
{
	(void)pf;
	(void)index;
	return in_file ? &all->list[0] : NULL;
}

int identity_read(const char *root, uint32_t bdf, struct identity *id)
{
	(void)root;
	id->bdf = bdf;
	return 0;
}

static bool locked;
static bool busy;		/* the tool has the lock */
static bool taken_back;		/* before the lock is had */
static int kept;

int conf_try_lock(void)
{
	if (busy)
		return -EWOULDBLOCK;
	locked = true;
	if (taken_back) {
		snprintf(pool[0].state, sizeof(pool[0].state), "dirty");
		in_file = false;
	}
	return 7;
}

void conf_unlock(int lock)
{
	if (lock == -EWOULDBLOCK)
		return;
	assert_int_equal(lock, 7);
	locked = false;
}

int keep_quarantine(uint32_t pf, uint32_t index, const char *reason, char error[CONF_ERROR_LEN])
{
	(void)pf;
	(void)index;
	(void)reason;
	(void)error;
	assert_true(locked);
	kept++;
	return 0;
}

int setup_clean(uint32_t pf, uint32_t index, uint32_t class, char error[SETUP_ERROR_LEN])
{
	(void)pf;
	(void)index;
	(void)class;
	(void)error;
	return 0;
}

static int acknowledged;	/* what the kernel answers */
static int set_aside_calls;

int ctl_call(unsigned long request, void *arg)
{
	(void)arg;
	if (request == KVMSHARE_VF_CLEANED)
		return acknowledged;
	assert_int_equal(request, KVMSHARE_VF_QUARANTINE);
	assert_true(locked);
	set_aside_calls++;
	return 0;
}

void log_error(const char *format, ...)
{
	(void)format;
}

void log_warn(const char *format, ...)
{
	(void)format;
}

void log_info(const char *format, ...)
{
	(void)format;
}

/* -- Tests ------------------------------------------------------------------ */

static int forget_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_VFS; i++)
		ended[i] = true;
	clean_forget();
	clean_step();
	nr_pool = 0;
	broken = 0;
	outcome = 0;
	acknowledged = 0;
	in_file = false;
	free(list);
	list = NULL;
	nr_room = 0;
	return nr_list;
}

static void get_dirty(uint32_t pf, uint32_t index, uint64_t generation)
{
	struct pool_vf vf = {
		.bdf = VF(pf, index), .pf = pf, .index = index, .generation = generation,
		.state = "dirty",
	};
	struct pool_vf *known = vf_of(vf.bdf);

	*(known ? known : &pool[nr_pool++]) = vf;
	clean_look(vf.bdf);
}

static bool works_on(uint32_t bdf, uint64_t generation)
{
	for (size_t i = 0; i < nr_list; i++)
		if (list[i].vf.bdf == bdf && list[i].vf.generation == generation)
			return list[i].job.pidfd >= 0;
	return false;
}

/* How long the service would sleep; its jobs would wake it too. */
static int sleeps(void)
{
	struct poll_set set = { .timeout_ms = -1 };

	clean_poll(&set);
	return set.timeout_ms;
}

static void test_one_cleaner_for_a_vf(void **state)
{
	(void)state;
	get_dirty(PF_A, 0, 1);
	clean_step();
	assert_true(works_on(VF(PF_A, 0), 1));
	/* Taken back by an administrator, it is dirty anew. */
	get_dirty(PF_A, 0, 2);
	clean_step();
	assert_false(works_on(VF(PF_A, 0), 2));
	assert_int_equal(sleeps(), -1);
	ended[at(VF(PF_A, 0))] = true;
	clean_step();
	clean_step();
	assert_true(works_on(VF(PF_A, 0), 2));
}

static void test_nor_across_a_reload_of_the_module(void **state)
{
	(void)state;
	get_dirty(PF_A, 0, 1);
	get_dirty(PF_A, 1, 1);
	clean_step();
	ended[at(VF(PF_A, 1))] = true;
	clean_forget();
	assert_int_equal(nr_list, 2);
	/* Generations begin again. */
	get_dirty(PF_A, 0, 1);
	get_dirty(PF_A, 1, 1);
	clean_step();
	clean_step();
	assert_int_equal(nr_list, 3);
	assert_true(works_on(VF(PF_A, 1), 1));
	assert_int_equal(sleeps(), -1);
	ended[at(VF(PF_A, 0))] = true;
	clean_step();
	clean_step();
	assert_int_equal(nr_list, 2);
	assert_true(works_on(VF(PF_A, 0), 1));
}

static void test_a_pf_that_hangs_holds_up_its_own_vfs_only(void **state)
{
	int of_a = 0;

	(void)state;
	for (uint32_t i = 0; i < 40; i++)
		get_dirty(PF_A, i, 1);
	clean_step();
	get_dirty(PF_B, 0, 1);
	clean_step();
	assert_true(works_on(VF(PF_B, 0), 1));
	for (uint32_t i = 0; i < 40; i++)
		of_a += works_on(VF(PF_A, i), 1);
	assert_int_equal(of_a, AT_ONCE);
	/* Woken by its jobs alone. */
	assert_int_equal(sleeps(), -1);
}

static void test_what_was_left_for_a_broken_file_is_looked_at_again(void **state)
{
	(void)state;
	broken = -EBADMSG;
	get_dirty(PF_A, 0, 1);
	clean_step();
	assert_int_equal(nr_list, 0);
	assert_int_equal(sleeps(), RETRY_LAST_MS);
	broken = 0;
	clock_now += RETRY_LAST_MS;
	clean_step();
	assert_true(works_on(VF(PF_A, 0), 1));
	assert_int_equal(sleeps(), -1);
}

static void test_what_is_forgotten_is_not_looked_at_again(void **state)
{
	(void)state;
	broken = -EBADMSG;
	get_dirty(PF_A, 0, 1);
	clean_forget();
	assert_int_equal(sleeps(), -1);
}

static void test_what_failed_is_tried_again_ever_later(void **state)
{
	(void)state;
	outcome = -EIO;
	get_dirty(PF_A, 0, 1);
	for (int ms = RETRY_FIRST_MS; ms < 4 * RETRY_LAST_MS; ms *= 2) {
		clean_step();
		assert_true(works_on(VF(PF_A, 0), 1));
		ended[0] = true;
		clean_step();
		assert_false(works_on(VF(PF_A, 0), 1));
		assert_int_equal(sleeps(), ms < RETRY_LAST_MS ? ms : RETRY_LAST_MS);
		clock_now += (uint64_t)sleeps();
	}
	/* It is free by now: cleaning it would be cleaning under its next lessee. */
	snprintf(pool[0].state, sizeof(pool[0].state), "free");
	clean_step();
	assert_int_equal(nr_list, 0);
}

static void test_who_was_slower_has_not_failed(void **state)
{
	char why[JOB_ERROR_LEN];
	struct pool_vf vf = { .bdf = VF(PF_A, 0), .pf = PF_A };

	(void)state;
	acknowledged = -EBUSY;
	assert_int_equal(clean(&vf, why), 0);
	acknowledged = -ENOENT;
	assert_int_equal(clean(&vf, why), 0);
	acknowledged = -EPERM;
	assert_int_equal(clean(&vf, why), -EPERM);
}

static void test_what_the_file_sets_aside_is_set_aside_again(void **state)
{
	(void)state;
	in_file = true;
	get_dirty(PF_A, 0, 1);
	assert_int_equal(nr_list, 0);
	assert_int_equal(set_aside_calls, 1);
	taken_back = true;
	clean_look(VF(PF_A, 0));
	taken_back = false;
	assert_int_equal(set_aside_calls, 1);
	assert_false(locked);
}

static void test_what_is_taken_back_meanwhile_is_not_written_down(void **state)
{
	(void)state;
	pool[nr_pool++] = (struct pool_vf){ .bdf = VF(PF_A, 0), .pf = PF_A, .state = "quarantined" };
	clean_look(VF(PF_A, 0));
	assert_int_equal(kept, 1);
	taken_back = true;
	clean_look(VF(PF_A, 0));
	taken_back = false;
	assert_int_equal(kept, 1);
	assert_false(locked);
}

static void test_a_busy_lock_is_not_waited_for(void **state)
{
	(void)state;
	kept = 0;
	busy = true;
	pool[nr_pool++] = (struct pool_vf){ .bdf = VF(PF_A, 0), .pf = PF_A, .state = "quarantined" };
	clean_look(VF(PF_A, 0));
	assert_int_equal(kept, 0);
	assert_int_equal(sleeps(), BUSY_MS);
	busy = false;
	clock_now += BUSY_MS;
	clean_step();
	assert_int_equal(kept, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_one_cleaner_for_a_vf, forget_all),
		cmocka_unit_test_teardown(test_nor_across_a_reload_of_the_module, forget_all),
		cmocka_unit_test_teardown(test_a_pf_that_hangs_holds_up_its_own_vfs_only, forget_all),
		cmocka_unit_test_teardown(test_what_is_taken_back_meanwhile_is_not_written_down,
					  forget_all),
		cmocka_unit_test_teardown(test_a_busy_lock_is_not_waited_for, forget_all),
		cmocka_unit_test_teardown(test_what_was_left_for_a_broken_file_is_looked_at_again,
					  forget_all),
		cmocka_unit_test_teardown(test_what_is_forgotten_is_not_looked_at_again, forget_all),
		cmocka_unit_test_teardown(test_what_failed_is_tried_again_ever_later, forget_all),
		cmocka_unit_test_teardown(test_who_was_slower_has_not_failed, forget_all),
		cmocka_unit_test_teardown(test_what_the_file_sets_aside_is_set_aside_again, forget_all),
	};

	return cmocka_run_group_tests_name("tool_clean", tests, NULL, NULL);
}
