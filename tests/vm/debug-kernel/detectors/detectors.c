// SPDX-License-Identifier: GPL-2.0
/*
 * Faults on purpose, one a load (fault=NAME), each of which a detector of the
 * debug kernel has to report.  For the test host only: nothing installs it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *fault = "";
module_param(fault, charp, 0);
MODULE_PARM_DESC(fault, "use-after-free, shift, inversion, atomic or leak");

static DEFINE_MUTEX(first_lock);
static DEFINE_MUTEX(second_lock);
static DEFINE_SPINLOCK(no_sleep_lock);

/* For KASAN. */
static noinline void use_after_free(void)
{
	volatile char *gone = kmalloc(64, GFP_KERNEL);

	if (!gone)
		return;
	kfree((void *)gone);
	pr_info("read %d from freed memory\n", gone[8]);
}

/* For UBSAN. */
static noinline void undefined_shift(void)
{
	volatile int too_far = 40;

	pr_info("shifted to %d\n", 1 << too_far);
}

/* For lockdep: it takes no deadlock, only the two orders. */
static noinline void lock_inversion(void)
{
	mutex_lock(&first_lock);
	mutex_lock(&second_lock);
	mutex_unlock(&second_lock);
	mutex_unlock(&first_lock);

	mutex_lock(&second_lock);
	mutex_lock(&first_lock);
	mutex_unlock(&first_lock);
	mutex_unlock(&second_lock);
}

/* For DEBUG_ATOMIC_SLEEP. */
static noinline void sleep_in_atomic(void)
{
	spin_lock(&no_sleep_lock);
	might_sleep();
	spin_unlock(&no_sleep_lock);
}

/* For kmemleak: more than one, as a register may still remember the last. */
static noinline void leak(void)
{
	int i;

	for (i = 0; i < 16; i++) {
		char *lost = kmalloc(96, GFP_KERNEL);

		if (lost)
			strscpy(lost, "leaked by detectors", 96);
	}
}

static const struct {
	const char *name;
	void (*commit)(void);
} faults[] = {
	{ "use-after-free", use_after_free },
	{ "shift", undefined_shift },
	{ "inversion", lock_inversion },
	{ "atomic", sleep_in_atomic },
	{ "leak", leak },
};

static int __init detectors_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		if (!strcmp(fault, faults[i].name)) {
			faults[i].commit();
			return 0;
		}
	}
	return -EINVAL;
}
module_init(detectors_init);

static void __exit detectors_exit(void)
{
}
module_exit(detectors_exit);

MODULE_DESCRIPTION("Faults on purpose, to prove what would report them");
MODULE_LICENSE("GPL");
