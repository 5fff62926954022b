// SPDX-License-Identifier: GPL-2.0
/*
 * A VF that is dirty is cleaned through its PF, in a child that then
 * acknowledges the generation it cleaned.  What fails is tried again, and
 * stays dirty until it works: quarantine is for what cannot be reset.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "../lib/bdf.h"
#include "../lib/clock.h"
#include "../lib/conf.h"
#include "../lib/ctl.h"
#include "../lib/job.h"
#include "../lib/keep.h"
#include "../lib/pool.h"
#include "../lib/setup.h"

#define AT_ONCE		4	/* jobs of a PF: one that hangs holds up its own VFs only */
#define RETRY_FIRST_MS	500
#define RETRY_LAST_MS	60000
#define BUSY_MS		500	/* for the tool to be done with the configuration */

/**
 * struct cleaning - a VF that is to be cleaned
 * @vf: it, as it was when it was found dirty
 * @job: at work where its pidfd is not -1
 * @forgotten: the module that it was for is gone; only its end is waited for
 * @due_ms: when to try, where it is not at work
 * @began_ms: when it was found
 * @delay_ms: how long to wait after the next failure
 */
struct cleaning {
	struct pool_vf vf;
	struct job job;
	bool forgotten;
	uint64_t due_ms;
	uint64_t began_ms;
	uint64_t delay_ms;
};

static struct cleaning *list;
static size_t nr_list, nr_room;
static uint64_t look_due_ms;	/* when to look at all again; 0: never */

static const char *name_of(uint32_t vf)
{
	static char name[BDF_OBJECT_LEN];

	return bdf_object("VF", vf, name);
}

/* -- The work, in a child --------------------------------------------------- */

static int clean(void *arg, char error[JOB_ERROR_LEN])
{
	const struct pool_vf *vf = arg;
	struct kvmshare_vf_cleaned cleaned = {
		.size = sizeof(cleaned),
		.vf = vf->bdf,
		.generation = vf->generation,
	};
	int err = setup_clean(vf->pf, vf->index, vf->class, error);

	if (err)
		return err;
	err = ctl_call(KVMSHARE_VF_CLEANED, &cleaned);
	/* Somebody else was faster, or it is past that: neither is a failure. */
	return err == -EBUSY || err == -ENOENT ? 0 : err;
}

/* -- The list --------------------------------------------------------------- */

static struct cleaning *find(uint32_t vf, uint64_t generation)
{
	for (size_t i = 0; i < nr_list; i++)
		if (list[i].vf.bdf == vf && list[i].vf.generation == generation &&
		    !list[i].forgotten)
			return &list[i];
	return NULL;
}

/*
 * An acknowledgement names a generation, the cleaning cannot: a late one would
 * take the VF from who leased it after the other.
 */
static bool may_start(const struct cleaning *c)
{
	int of_pf = 0;

	for (size_t i = 0; i < nr_list; i++) {
		if (list[i].job.pidfd < 0)
			continue;
		if (list[i].vf.bdf == c->vf.bdf)
			return false;
		of_pf += list[i].vf.pf == c->vf.pf;
	}
	return of_pf < AT_ONCE;
}

static void start(struct cleaning *c)
{
	int err = job_start(&c->job, clean, &c->vf);

	if (err) {
		log_error("%s: no process to clean it: %s", name_of(c->vf.bdf), strerror(-err));
		c->job.pidfd = -1;
		c->due_ms = now_ms() + RETRY_LAST_MS;
	}
}

static void add(const struct pool_vf *vf)
{
	if (find(vf->bdf, vf->generation))
		return;
	if (nr_list == nr_room) {
		size_t room = nr_room ? nr_room * 2 : 16;
		struct cleaning *more = realloc(list, room * sizeof(*list));

		if (!more) {
			log_error("%s: no memory to clean it", name_of(vf->bdf));
			return;
		}
		list = more;
		nr_room = room;
	}
	list[nr_list++] = (struct cleaning){
		.vf = *vf,
		.job.pidfd = -1,
		.due_ms = now_ms(),
		.began_ms = now_ms(),
		.delay_ms = RETRY_FIRST_MS,
	};
}

/* Is it what it was when it was found, so that trying again has a point? */
static bool still_dirty(const struct pool_vf *was)
{
	struct pool_vf vf;

	return !pool_vf(was->bdf, &vf) && pool_vf_is(&vf, "dirty") &&
	       vf.generation == was->generation;
}

/* True where it is done with. */
static bool finish(struct cleaning *c)
{
	char error[JOB_ERROR_LEN];
	int err = job_finish(&c->job, error);

	if (c->forgotten)
		return true;
	if (!err) {
		log_info("%s: cleaned, generation %" PRIu64 ", %" PRIu64 " ms",
			 name_of(c->vf.bdf), c->vf.generation, now_ms() - c->began_ms);
		return true;
	}
	if (!still_dirty(&c->vf))
		return true;
	log_error("%s: it stays dirty: %s; trying again in %" PRIu64 " ms",
		  name_of(c->vf.bdf), error, c->delay_ms);
	c->due_ms = now_ms() + c->delay_ms;
	c->delay_ms = c->delay_ms * 2 > RETRY_LAST_MS ? RETRY_LAST_MS : c->delay_ms * 2;
	return false;
}

static void poll_until(struct poll_set *set, uint64_t due_ms)
{
	poll_within(set, due_ms > now_ms() ? (int)(due_ms - now_ms()) : 0);
}

void clean_poll(struct poll_set *set)
{
	if (look_due_ms)
		poll_until(set, look_due_ms);
	for (size_t i = 0; i < nr_list; i++) {
		if (list[i].job.pidfd >= 0)
			poll_add(set, list[i].job.pidfd);
		else if (may_start(&list[i]))
			poll_until(set, list[i].due_ms);
	}
}

void clean_step(void)
{
	if (look_due_ms && look_due_ms <= now_ms())
		clean_look_all();
	for (size_t i = 0; i < nr_list; ) {
		struct cleaning *c = &list[i];
		bool done = false;

		if (c->job.pidfd >= 0)
			done = job_wait(&c->job, 0) == 1 && finish(c);
		else if (c->due_ms <= now_ms() && may_start(c)) {
			done = !still_dirty(&c->vf);
			if (!done)
				start(c);
		}
		if (done)
			list[i] = list[--nr_list];
		else
			i++;
	}
}

void clean_forget(void)
{
	size_t kept = 0;

	for (size_t i = 0; i < nr_list; i++) {
		if (list[i].job.pidfd < 0)
			continue;
		list[kept] = list[i];
		list[kept++].forgotten = true;
	}
	nr_list = kept;
	look_due_ms = 0;
}

/* -- Which VFs -------------------------------------------------------------- */

enum kept {
	KEPT_NO = 0,
	KEPT_ASIDE,
	KEPT_UNKNOWN,	/* the file is broken: leave the VF as it is */
};

/* Read anew each time: the tool changes it. */
static enum kept is_kept(const struct pool_vf *vf)
{
	struct conf_quarantines *aside = calloc(1, sizeof(*aside));
	char error[CONF_ERROR_LEN] = "no memory";
	struct identity id;
	enum kept kept = KEPT_NO;

	if (!aside || conf_load_quarantines(aside, error)) {
		log_error("%s; %s is left as it is: mend that file", error, name_of(vf->bdf));
		free(aside);
		look_due_ms = now_ms() + RETRY_LAST_MS;
		return KEPT_UNKNOWN;
	}
	if (!identity_read("", vf->pf, &id) && conf_find_quarantine(aside, &id, vf->index))
		kept = KEPT_ASIDE;
	free(aside);
	return kept;
}

/*
 * For what the tool may be changing: -EWOULDBLOCK where it is, and all is looked
 * at again soon.
 */
static int try_lock(void)
{
	int lock = conf_try_lock();

	if (lock == -EWOULDBLOCK)
		look_due_ms = now_ms() + BUSY_MS;
	return lock;
}

/* Somebody made the PF's VFs anew behind our back, and it came back free of it. */
static void set_aside(const struct pool_vf *vf)
{
	struct kvmshare_vf_quarantine arg = {
		.size = sizeof(arg),
		.vf = vf->bdf,
		.reason = "set aside before its PF's VFs were made anew",
	};
	int err = ctl_call(KVMSHARE_VF_QUARANTINE, &arg);

	if (err && err != -ENOENT)
		log_error("%s: it is to be set aside, but cannot be now: %s", name_of(vf->bdf),
			  strerror(-err));
}

static void set_aside_again(const struct pool_vf *vf)
{
	int lock = try_lock();

	if (lock == -EWOULDBLOCK)
		return;
	/* An administrator may have taken it back before the lock was had. */
	if (lock < 0 || is_kept(vf) == KEPT_ASIDE)
		set_aside(vf);
	conf_unlock(lock);
}

static void write_down(uint32_t bdf)
{
	char error[CONF_ERROR_LEN];
	struct pool_vf vf;
	int lock = try_lock();
	int err = lock < 0 ? lock : 0;

	if (lock == -EWOULDBLOCK)
		return;
	if (err)
		snprintf(error, sizeof(error), "%s: %s", CONF_DIR, strerror(-err));
	/* As above. */
	if (!pool_vf(bdf, &vf) && pool_vf_is(&vf, "quarantined")) {
		log_warn("%s: set aside: %s", name_of(bdf), vf.reason);
		if (!err)
			err = keep_quarantine(vf.pf, vf.index, vf.reason, error);
		if (err)
			log_error("%s: it is set aside only until a reboot: %s", name_of(bdf), error);
	}
	conf_unlock(lock);
}

static int look(const struct pool_vf *vf, void *arg)
{
	bool aside = pool_vf_is(vf, "quarantined");
	bool dirty = pool_vf_is(vf, "dirty");
	enum kept kept;

	(void)arg;
	if (!aside && !dirty && !pool_vf_is(vf, "free"))
		return 0;
	kept = is_kept(vf);
	if (aside && kept == KEPT_NO)
		write_down(vf->bdf);
	else if (!aside && kept == KEPT_ASIDE)
		set_aside_again(vf);
	else if (dirty && kept == KEPT_NO)
		add(vf);
	return 0;
}

void clean_look(uint32_t bdf)
{
	struct pool_vf vf;

	if (!pool_vf(bdf, &vf))
		look(&vf, NULL);
}

void clean_look_all(void)
{
	look_due_ms = 0;
	pool_each_vf(KVMSHARE_BDF_ANY, look, NULL);
}
