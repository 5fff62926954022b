// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/vmstat.h>
#include <linux/workqueue.h>

#include "files.h"
#include "mem.h"
#include "pools.h"
#include "trace.h"

#define PATH_LEN	96

/* How often it looks. */
#define LOOK		HZ

/* So many looks it has to be too large for before it shrinks. */
#define IDLE		300

/* Looks between two attempts to grow, where the first came to less than was wanted. */
#define SHORT_REST	60

/* What was in use counts half after so many looks. */
#define HALF_LIFE	600

/* At once: a step is not to last for minutes. */
#define STEP_KIB	(64UL << 10)

/* Sizes that KVM can map. */
static const unsigned long sizes[] = { 2UL << 10, 1UL << 20 };

static LIST_HEAD(pools);	/* as long as the module is there */

static struct kobject *dir;
static struct workqueue_struct *worker;
static unsigned int looks;
static void look(struct work_struct *work);
static DECLARE_DELAYED_WORK(work, look);

/* -- What is seen ----------------------------------------------------------- */

static const char *path_of(const struct mem_pool *pool, const char *file, char *path)
{
	snprintf(path, PATH_LEN, "devices/system/node/node%d/hugepages/hugepages-%lukB/%s",
		 pool->node, pool->kib, file);
	return path;
}

static int read(const struct mem_pool *pool, const char *file, u64 *number)
{
	char path[PATH_LEN];

	return mem_file_read_u64(path_of(pool, file, path), number);
}

/* What could be had: what is free, and half of what caches files. */
static u64 available_of(int node)
{
	struct pglist_data *pgdat = NODE_DATA(node);
	s64 pages = 0;
	int i;

	for (i = 0; i < MAX_NR_ZONES; i++)
		pages += zone_page_state(&pgdat->node_zones[i], NR_FREE_PAGES);
	pages += (atomic_long_read(&pgdat->vm_stat[NR_INACTIVE_FILE]) +
		  atomic_long_read(&pgdat->vm_stat[NR_ACTIVE_FILE])) / 2;
	return (u64)max(pages, 0LL) << PAGE_SHIFT;
}

/*
 * Pages beyond what was set aside are the kernel's to take back.  What is reserved is
 * told of all nodes together: each is taken to have to give all of it, as far as it can.
 */
static int sample(const struct mem_pool *pool, u64 *set_aside, struct pool_facts *facts)
{
	u64 all, free, surplus, after, reserved = 0;
	char path[PATH_LEN];

	if (read(pool, "surplus_hugepages", &surplus) || read(pool, "nr_hugepages", &all) ||
	    read(pool, "free_hugepages", &free) || read(pool, "surplus_hugepages", &after))
		return -ENOENT;
	/* They are not of one moment: in the next look, then. */
	if (surplus != after)
		return -EAGAIN;
	snprintf(path, sizeof(path), "kernel/mm/hugepages/hugepages-%lukB/resv_hugepages",
		 pool->kib);
	mem_file_read_u64(path, &reserved);
	*set_aside = all - min(surplus, all);
	*facts = (struct pool_facts){
		.all = *set_aside,
		.used = all - min(free, all),
		.reserved = min(reserved, free),
		.available = available_of(pool->node),
	};
	return 0;
}

/* What was asked for beforehand comes into use soon, or it is for nothing. */
static void note_use(struct mem_pool *pool)
{
	u64 held = pool->facts.used + pool->facts.reserved;

	hist_add(&pool->use, held);
	if (looks % HALF_LIFE == HALF_LIFE - 1)
		hist_decay(&pool->use);
	if (held >= pool->demand || !pool->demand_left--)
		pool->demand = 0;
	pool->facts.asked = max(hist_percentile(&pool->use, 95), pool->demand);
}

/* -- What is done ----------------------------------------------------------- */

/* So many were there; so many are now. */
static void note_wrote(struct mem_pool *pool, u64 before, u64 now)
{
	mutex_lock(&mem_lock);
	/* What falls short compacts memory, and is not tried all the time. */
	knob_wrote(&pool->knob, before, pool->wanted, now, now < pool->wanted ? SHORT_REST : 0);
	mutex_unlock(&mem_lock);
	pool->seen = now;
	trace_kvmshare_mem_pool(pool, before, now);
}

static void set_aside(struct mem_pool *pool, u64 now)
{
	char path[PATH_LEN];
	struct pool_facts facts;
	u64 before;

	/* As for the kernel's other knobs. */
	if (sample(pool, &before, &facts) || before != now ||
	    mem_file_write_u64(path_of(pool, "nr_hugepages", path), pool->wanted))
		return;
	pool->unsure = sample(pool, &now, &facts);
	pool->before = before;
	if (!pool->unsure)
		note_wrote(pool, before, now);
}

/*
 * Is what was read so?  What is read may be of several moments, since whoever has such
 * pages beyond those set aside makes and loses them: what is new is read once more.
 */
static bool is_sure(struct mem_pool *pool, u64 now)
{
	bool sure = now == pool->seen || now == pool->knob.ours;

	pool->seen = now;
	/* A write of which it could not be seen what came of it. */
	if (sure && pool->unsure) {
		pool->unsure = false;
		note_wrote(pool, pool->before, now);
	}
	return sure;
}

/* It is nobody's pool any more that is looked after here. */
static void let_go(struct mem_pool *pool)
{
	struct pool_facts facts;
	char path[PATH_LEN];
	u64 now;

	if (pool->knob.state != KNOB_OURS || sample(pool, &now, &facts))
		return;
	if (knob_restores(&pool->knob, now))
		mem_file_write_u64(path_of(pool, "nr_hugepages", path), pool->knob.before);
	mutex_lock(&mem_lock);
	knob_let_go(&pool->knob, now);
	mutex_unlock(&mem_lock);
}

static void look_at(struct mem_pool *pool)
{
	enum knob_act act = KNOB_NOTHING;
	struct pool_facts facts;
	u64 now;

	if (!READ_ONCE(pool->policy.most)) {
		let_go(pool);
		return;
	}
	if (sample(pool, &now, &facts) || !is_sure(pool, now))
		return;
	mutex_lock(&mem_lock);
	pool->facts = facts;
	note_use(pool);
	pool->policy.headroom = mem_policy.headroom;
	pool->wanted = pool_decide(&pool->pool, &pool->policy, &pool->facts);
	if (!mem_policy.observe)
		act = knob_decide(&pool->knob, now, pool->wanted);
	mutex_unlock(&mem_lock);
	if (act == KNOB_WRITE)
		set_aside(pool, now);
	else if (act == KNOB_STEPPED_ASIDE)
		pr_info("hugetlb pages of %lu KiB on node %d: somebody else set %llu aside, and they are left alone\n",
			pool->kib, pool->node, now);
}

static void look(struct work_struct *unused)
{
	struct mem_pool *pool;

	list_for_each_entry(pool, &pools, list)
		look_at(pool);
	looks++;
	queue_delayed_work(worker, &work, LOOK);
}

/* -- Coming and going ------------------------------------------------------- */

static int make(int node, unsigned long kib)
{
	struct mem_pool *pool = kvzalloc(sizeof(*pool), GFP_KERNEL);
	u64 unused;
	int rc;

	if (!pool)
		return -ENOMEM;
	pool->node = node;
	pool->kib = kib;
	pool->policy = (struct pool_policy){
		.bytes = (u64)kib << 10,
		.step = max(STEP_KIB / kib, 1UL),
		.idle = IDLE,
	};
	if (read(pool, "nr_hugepages", &unused)) {
		kvfree(pool);	/* no such pages on this machine */
		return 0;
	}
	rc = kobject_init_and_add(&pool->kobj, &mem_pool_ktype, dir, "node%d-%lukB", node, kib);
	if (rc) {
		kobject_put(&pool->kobj);
		return rc;
	}
	list_add_tail(&pool->list, &pools);
	return 0;
}

static int make_all(void)
{
	unsigned int i;
	int node, rc;

	for_each_node_state(node, N_MEMORY) {
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			rc = make(node, sizes[i]);
			if (rc)
				return rc;
		}
	}
	return 0;
}

/* Nobody asks any more; then nobody looks; then what is still ours is put back. */
static void exit_pools(void)
{
	struct mem_pool *pool, *next;

	list_for_each_entry(pool, &pools, list)
		kobject_del(&pool->kobj);
	cancel_delayed_work_sync(&work);
	list_for_each_entry_safe(pool, next, &pools, list) {
		let_go(pool);
		kobject_put(&pool->kobj);
	}
	kobject_put(dir);
}

void mem_pools_look(void)
{
	mod_delayed_work(worker, &work, 0);
}

int mem_pools_init(void)
{
	int rc;

	worker = alloc_workqueue("kvmshare_mem_pools", WQ_UNBOUND | WQ_FREEZABLE, 1);
	if (!worker)
		return -ENOMEM;
	dir = kvmshare_sysfs_dir(mem_sysfs_dir(), "pools");
	if (IS_ERR(dir)) {
		rc = PTR_ERR(dir);
		goto err_worker;
	}
	rc = make_all();
	if (rc)
		goto err_pools;
	queue_delayed_work(worker, &work, 0);
	return 0;

err_pools:
	exit_pools();
err_worker:
	destroy_workqueue(worker);
	return rc;
}

void mem_pools_exit(void)
{
	exit_pools();
	destroy_workqueue(worker);
}
