// SPDX-License-Identifier: GPL-2.0
/*
 * The soft engine: the CPU that its thread runs on.  Integer work only, on the
 * client's memory, a bounded number of words from one safe point to the next.
 */
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "../vgpu.h"

/* From one safe point to the next: some microseconds. */
#define STEPS	2048

static unsigned int soft_engines = 1;
module_param(soft_engines, uint, 0444);
MODULE_PARM_DESC(soft_engines, "soft engines to begin with, 0 to 16 (default 1)");

static enum vgpu_outcome soft_run(struct vgpu_engine *engine, struct vgpu_run *run)
{
	u64 now;

	do {
		if (words_run(run->job, run->words, run->place->memory, STEPS))
			return VGPU_DONE;
		cond_resched();
		now = vgpu_time_own(engine);
		if (vgpu_run_late(run, now))
			return VGPU_LATE;
	} while (now < run->until && !vgpu_run_stopped(engine, run));
	return VGPU_MORE;
}

static const struct vgpu_engine_ops soft_ops = {
	.kind = "soft",
	.types = BIT(JOB_FILL) | BIT(JOB_COPY) | BIT(JOB_CONVERT) | BIT(JOB_BLEND) |
		 BIT(JOB_MATMUL) | BIT(JOB_SUM) | BIT(JOB_HASH),
	.preemptible = true,
	.is_cpu = true,
	.removable = true,
	.job_limit = 100 * SCHED_MS,
	.run = soft_run,
};

/**
 * vgpu_soft_add() - one more
 * @numa_node: near which node, or NUMA_NO_NODE
 * @name: out, KVMSHARE_ENGINE_NAME_LEN bytes
 */
int vgpu_soft_add(int numa_node, char *name)
{
	struct vgpu_engine *engine = vgpu_engine_add(&soft_ops, NULL, 0, numa_node);

	if (IS_ERR(engine))
		return PTR_ERR(engine);
	if (name)
		memcpy(name, engine->name, sizeof(engine->name));
	vgpu_engine_put(engine);
	return 0;
}

/* One less: -ENODEV where there is none, -EBUSY where it is a device's. */
int vgpu_soft_remove(const char *name)
{
	struct vgpu_engine *engine = vgpu_engine_get(name);
	int rc = -EBUSY;

	if (!engine)
		return -ENODEV;
	if (engine->ops->removable)
		rc = vgpu_engine_remove(engine);
	vgpu_engine_put(engine);
	return rc;
}

int vgpu_soft_init(void)
{
	unsigned int i;
	int rc;

	if (soft_engines > 16)
		return -EINVAL;
	for (i = 0; i < soft_engines; i++) {
		rc = vgpu_soft_add(NUMA_NO_NODE, NULL);
		if (rc)
			goto err_remove;
	}
	return 0;

err_remove:
	vgpu_soft_exit();
	return rc;
}

void vgpu_soft_exit(void)
{
	vgpu_engine_remove_kind(&soft_ops);
}
