// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU's educational device (1234:11e8, docs/specs/edu): a BAR, DMA and one
 * interrupt.  It is two engines: one computes, for as long as its operand says
 * and without a way to stop it; the other copies, 2 KiB in 200 ms.
 *
 * Each of them is driven by its engine's thread alone, so that at most one
 * operand and one transfer are under way.  They share the interrupt, which only
 * wakes: what has come to its end, the device's registers say.
 */
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "../vgpu.h"

#define REG_ID		0x00
#define REG_OPERAND	0x08
#define REG_STATUS	0x20
#define REG_IRQ		0x24
#define REG_IRQ_ACK	0x64
#define REG_DMA_FROM	0x80
#define REG_DMA_TO	0x88
#define REG_DMA_COUNT	0x90
#define REG_DMA_COMMAND	0x98
#define BAR_LEAST	0xa0

#define ID_MASK		0xffff
#define ID_EDU		0x00ed
#define STATUS_BUSY	0x01
#define STATUS_IRQ	0x80
#define IRQ_COMPUTED	0x001
#define IRQ_COPIED	0x100
#define DMA_RUN		0x01
#define DMA_TO_MEMORY	0x02
#define DMA_IRQ		0x04
#define GONE		(~0U)

/* Where its own buffer is. Full 4 KiB make some versions of QEMU abort. */
#define BUFFER		0x40000
#define CHUNK		2048U
#define COPY_MOST	4096U

#define TRIAL_OPERAND	1000000U
#define TRIALS		3

/* Longer than any operand takes: what is under way then will not end. */
#define PATIENCE_MS	30000
#define LOOK_MS		100

static unsigned int edu_job_us = 10000;
module_param(edu_job_us, uint, 0444);
MODULE_PARM_DESC(edu_job_us, "so long may an operand of edu take, 100 to 1000000 us (default 10000)");

/**
 * struct edu - a device
 * @pdev: it
 * @bar: its registers
 * @irq: its interrupt
 * @wait: woken by it
 * @computed: when it last told that it had computed; read and written once
 * @copied: likewise
 * @buffer: CHUNK bytes that it reaches
 * @bus: where it sees them
 * @computes: the engine, or NULL
 * @copies: likewise
 */
struct edu {
	struct pci_dev *pdev;
	void __iomem *bar;
	int irq;
	wait_queue_head_t wait;
	u64 computed;
	u64 copied;
	void *buffer;
	dma_addr_t bus;
	struct vgpu_engine *computes;
	struct vgpu_engine *copies;
};

/* -- The device ------------------------------------------------------------- */

static irqreturn_t edu_interrupt(int irq, void *data)
{
	struct edu *edu = data;
	/* Before the register, which an emulator may take long to answer for. */
	u64 now = ktime_get_ns();
	u32 why = readl(edu->bar + REG_IRQ);

	if (!why || why == GONE)
		return IRQ_NONE;
	if (why & IRQ_COMPUTED)
		WRITE_ONCE(edu->computed, now);
	if (why & IRQ_COPIED)
		WRITE_ONCE(edu->copied, now);
	writel(why, edu->bar + REG_IRQ_ACK);
	wake_up(&edu->wait);
	return IRQ_HANDLED;
}

/* Sets @busy to when it was not, if that is seen. */
static bool is_clear(struct edu *edu, u32 reg, u32 bit, u64 *busy)
{
	u64 now = ktime_get_ns();

	if (!(readl(edu->bar + reg) & bit))
		return true;
	*busy = now;
	return false;
}

/*
 * Until @bit of @reg is clear.  The interrupt of one that ended before may come
 * late, or never: the register is what counts, and is looked at without one too.
 */
static int wait_clear(struct edu *edu, u32 reg, u32 bit, u64 *busy)
{
	unsigned long patience = jiffies + msecs_to_jiffies(PATIENCE_MS);

	do {
		if (wait_event_idle_timeout(edu->wait, is_clear(edu, reg, bit, busy),
					    msecs_to_jiffies(LOOK_MS)))
			return 0;
		if (readl(edu->bar + REG_ID) == GONE)
			return -ENODEV;
	} while (time_before(jiffies, patience));
	return -ETIMEDOUT;
}

/*
 * Since @ended, which an interrupt has told.  One from before it was last seen busy is of
 * another operand or transfer.
 */
static u64 unseen_since(u64 ended, u64 busy)
{
	return ended > busy ? ktime_get_ns() - ended : 0;
}

/* A write while it computes would be dropped: where it does not end, none is made. */
static int compute(struct edu *edu, u32 operand, u64 *unseen)
{
	u64 busy;
	int rc = wait_clear(edu, REG_STATUS, STATUS_BUSY, &busy);

	if (rc)
		return rc;
	busy = ktime_get_ns();
	writel(STATUS_IRQ, edu->bar + REG_STATUS);
	writel(operand, edu->bar + REG_OPERAND);
	rc = wait_clear(edu, REG_STATUS, STATUS_BUSY, &busy);
	*unseen += unseen_since(READ_ONCE(edu->computed), busy);
	return rc;
}

static int transfer(struct edu *edu, u32 from, u32 to, u32 bytes, u32 direction, u64 *unseen)
{
	u64 busy;
	int rc = wait_clear(edu, REG_DMA_COMMAND, DMA_RUN, &busy);

	if (rc)
		return rc;
	busy = ktime_get_ns();
	writel(from, edu->bar + REG_DMA_FROM);
	writel(to, edu->bar + REG_DMA_TO);
	writel(bytes, edu->bar + REG_DMA_COUNT);
	writel(DMA_RUN | DMA_IRQ | direction, edu->bar + REG_DMA_COMMAND);
	rc = wait_clear(edu, REG_DMA_COMMAND, DMA_RUN, &busy);
	*unseen += unseen_since(READ_ONCE(edu->copied), busy);
	return rc;
}

/* -- The engine that computes ----------------------------------------------- */

/**
 * struct part - of a job: one operand, or what is copied at once
 * @kept: for how long the thread had been kept from a CPU when it began, in all
 * @unseen: for how long the device had ended, and the thread had not seen it
 */
struct part {
	u64 kept;
	u64 unseen;
};

/*
 * One has ended: does its job go on? If not, @outcome is how it went.  What the thread
 * does between two of them is the client's, see run_job().
 */
static bool goes_on(struct vgpu_engine *engine, struct vgpu_run *run, const struct part *part,
		    bool done, enum vgpu_outcome *outcome)
{
	u64 waited = min(part->unseen, vgpu_time_kept() - part->kept);
	u64 now = vgpu_time_own(engine);
	bool late, on;

	run->unseen += waited;
	late = !done && vgpu_run_late(run, now);
	on = !done && !late && now < run->until && !vgpu_run_stopped(engine, run);
	if (!on)
		run->unseen += part->unseen - waited;
	*outcome = done ? VGPU_DONE : late ? VGPU_LATE : VGPU_MORE;
	return on;
}

static enum vgpu_outcome compute_run(struct vgpu_engine *engine, struct vgpu_run *run)
{
	enum vgpu_outcome outcome;
	struct part part;

	do {
		part = (struct part) { .kept = vgpu_time_kept() };
		if (compute(engine->device, run->job->value, &part.unseen))
			return VGPU_FAILED;
	} while (goes_on(engine, run, &part, ++run->words->round == run->job->repeat, &outcome));
	return outcome;
}

static bool compute_check(const struct vgpu_engine *engine, const struct job *job)
{
	return job->value <= engine->bound;
}

static const struct vgpu_engine_ops compute_ops = {
	.kind = "edu",
	.types = BIT(JOB_SPIN),
	.job_limit = 100 * SCHED_MS,
	.check = compute_check,
	.run = compute_run,
};

/* -- The engine that copies ------------------------------------------------- */

/* Into @bytes of its buffer and back; what is there then is still to be copied. */
static int copy_chunk(struct edu *edu, const void *from, u32 bytes, u64 *unseen)
{
	u32 bus = lower_32_bits(edu->bus);
	int rc;

	memcpy(edu->buffer, from, bytes);
	rc = transfer(edu, bus, BUFFER, bytes, 0, unseen);
	return rc ?: transfer(edu, BUFFER, bus, bytes, DMA_TO_MEMORY, unseen);
}

static enum vgpu_outcome copy_run(struct vgpu_engine *engine, struct vgpu_run *run)
{
	const struct job *job = run->job;
	struct edu *edu = engine->device;
	u64 all = job->count * sizeof(u32);
	enum vgpu_outcome outcome;
	struct part part;

	do {
		u64 at = run->words->at * sizeof(u32);
		u32 bytes = min_t(u64, CHUNK, all - at);

		part = (struct part) { .kept = vgpu_time_kept() };
		if (copy_chunk(edu, run->place->memory + job->a + at, bytes, &part.unseen))
			return VGPU_FAILED;
		/* That took long: its memory may not be its client's any more. */
		if (vgpu_run_stopped(engine, run))
			return VGPU_MORE;
		memcpy(run->place->memory + job->dst + at, edu->buffer, bytes);
		run->words->at += bytes / sizeof(u32);
	} while (goes_on(engine, run, &part, run->words->at == job->count, &outcome));
	return outcome;
}

static bool copy_check(const struct vgpu_engine *engine, const struct job *job)
{
	return job->repeat == 1 && job->count * sizeof(u32) <= engine->bound;
}

static const struct vgpu_engine_ops copy_ops = {
	.kind = "edu-dma",
	.types = BIT(JOB_COPY),
	.job_limit = 2000 * SCHED_MS,
	.check = copy_check,
	.run = copy_run,
};

/* -- Coming and going ------------------------------------------------------- */

/* The largest operand that takes no more than it may, by the best of some trials. */
static int measure(struct edu *edu, u64 *operand)
{
	u64 best = U64_MAX;
	int i, rc;

	for (i = 0; i < TRIALS; i++) {
		u64 began = ktime_get_ns(), unseen = 0;

		rc = compute(edu, TRIAL_OPERAND, &unseen);
		if (rc)
			return rc;
		best = min(best, ktime_get_ns() - began);
	}
	*operand = min_t(u64, U32_MAX, div64_u64((u64)edu_job_us * 1000 * TRIAL_OPERAND, best ?: 1));
	return 0;
}

static int add_engines(struct edu *edu)
{
	int node = dev_to_node(&edu->pdev->dev);
	u64 operand;
	int rc;

	rc = measure(edu, &operand);
	if (rc)
		return rc;
	edu->computes = vgpu_engine_add(&compute_ops, edu, operand, node);
	if (IS_ERR(edu->computes))
		return PTR_ERR(edu->computes);
	edu->copies = vgpu_engine_add(&copy_ops, edu, COPY_MOST, node);
	if (!IS_ERR(edu->copies))
		return 0;
	vgpu_engine_remove(edu->computes);
	vgpu_engine_put(edu->computes);
	return PTR_ERR(edu->copies);
}

static int map(struct edu *edu)
{
	struct pci_dev *pdev = edu->pdev;
	int rc;

	if (pci_resource_len(pdev, 0) < BAR_LEAST)
		return -ENODEV;
	rc = pci_request_region(pdev, 0, KBUILD_MODNAME);
	if (rc)
		return rc;
	edu->bar = pci_iomap(pdev, 0, 0);
	if (!edu->bar) {
		pci_release_region(pdev, 0);
		return -ENOMEM;
	}
	return 0;
}

static void unmap(struct edu *edu)
{
	pci_iounmap(edu->pdev, edu->bar);
	pci_release_region(edu->pdev, 0);
}

static int set_up_dma(struct edu *edu)
{
	struct device *dev = &edu->pdev->dev;
	int rc;

	/* What the device has where it was not told otherwise. */
	rc = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(28));
	if (rc)
		return rc;
	edu->buffer = dma_alloc_coherent(dev, CHUNK, &edu->bus, GFP_KERNEL);
	if (!edu->buffer)
		return -ENOMEM;
	pci_set_master(edu->pdev);
	return 0;
}

static void tear_down_dma(struct edu *edu)
{
	pci_clear_master(edu->pdev);
	dma_free_coherent(&edu->pdev->dev, CHUNK, edu->buffer, edu->bus);
}

static int set_up_irq(struct edu *edu)
{
	int rc;

	rc = pci_alloc_irq_vectors(edu->pdev, 1, 1, PCI_IRQ_ALL_TYPES);
	if (rc < 0)
		return rc;
	edu->irq = pci_irq_vector(edu->pdev, 0);
	rc = request_irq(edu->irq, edu_interrupt, IRQF_SHARED, KBUILD_MODNAME, edu);
	if (rc)
		pci_free_irq_vectors(edu->pdev);
	return rc;
}

static void tear_down_irq(struct edu *edu)
{
	free_irq(edu->irq, edu);
	pci_free_irq_vectors(edu->pdev);
}

static int start(struct edu *edu)
{
	int rc;

	rc = pci_enable_device(edu->pdev);
	if (rc)
		return rc;
	rc = map(edu);
	if (rc)
		goto err_disable;
	rc = -ENODEV;
	if ((readl(edu->bar + REG_ID) & ID_MASK) != ID_EDU)
		goto err_unmap;
	rc = set_up_dma(edu);
	if (rc)
		goto err_unmap;
	rc = set_up_irq(edu);
	if (rc)
		goto err_dma;
	rc = add_engines(edu);
	if (rc)
		goto err_irq;
	return 0;

err_irq:
	tear_down_irq(edu);
err_dma:
	tear_down_dma(edu);
err_unmap:
	unmap(edu);
err_disable:
	pci_disable_device(edu->pdev);
	return rc;
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct edu *edu = kzalloc(sizeof(*edu), GFP_KERNEL);
	int rc;

	if (!edu)
		return -ENOMEM;
	edu->pdev = pdev;
	init_waitqueue_head(&edu->wait);
	rc = start(edu);
	if (rc) {
		kfree(edu);
		return rc;
	}
	pci_set_drvdata(pdev, edu);
	return 0;
}

/* Nothing runs on an engine that has been removed, so nothing reaches the device any more. */
static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	vgpu_engine_remove(edu->copies);
	vgpu_engine_put(edu->copies);
	vgpu_engine_remove(edu->computes);
	vgpu_engine_put(edu->computes);
	tear_down_irq(edu);
	tear_down_dma(edu);
	unmap(edu);
	pci_disable_device(pdev);
	kfree(edu);
}

/* No MODULE_DEVICE_TABLE: a device is no reason to load the module. */
static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};

static struct pci_driver edu_driver = {
	.name = "kvmshare_edu",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};

int vgpu_edu_init(void)
{
	if (edu_job_us < 100 || edu_job_us > 1000000)
		return -EINVAL;
	return pci_register_driver(&edu_driver);
}

void vgpu_edu_exit(void)
{
	pci_unregister_driver(&edu_driver);
}
