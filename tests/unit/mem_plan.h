/* SPDX-License-Identifier: GPL-2.0 */
/* A host with a few VMs, whose windows the tests of plan.c decide; after cmocka.h. */
#include "../../kmod/ksm-tune/domain.c"
#include "../../kmod/ksm-tune/looks.c"
#include "../../kmod/ksm-tune/loop.c"
#include "../../kmod/ksm-tune/merge.c"
#include "../../kmod/ksm-tune/plan.c"
#include "../../kmod/ksm-tune/rate.c"
#include "random.h"

#define VMS	8
#define GIB	262144ULL	/* in pages */

static const struct plan_policy policy = {
	.merge = { .page = 4096, .huge_pages = 512, .huge_price = 128, .items_most = 64, .rest = 10, .rest_most = 80,
		   .retry = 100, .kept = 10 },
	.loop = { .least = 8, .windows = 2, .huge_price = 128 },
	.domain = { .better = 20, .windows = 5 },
	.rate = { .cpu_percent = 20, .steady = 600, .started = 60, .yield_least = 100 },
	.guess = 10,
};
static struct plan plan;
static struct plan_host host;
static struct plan_vm vms[VMS], *all[VMS];
static struct domain_tenant room[VMS];
static u32 nr;

static void start(u32 vms_there)
{
	memset(&plan, 0, sizeof(plan));
	memset(vms, 0, sizeof(vms));
	host = (struct plan_host){ .yield = ~0U, .cost = 1000, .short_in = RATE_NEVER };
	nr = vms_there;
	for (u32 i = 0; i < VMS; i++)
		all[i] = &vms[i];
	for (u32 i = 0; i < nr; i++)
		vms[i] = (struct plan_vm){ .tenant = 1, .pages = GIB };
}

/* What was decided is done: what is in is advised, what is out has nothing merged. */
static void apply(void)
{
	for (u32 i = 0; i < nr; i++) {
		vms[i].advised = vms[i].mergeable = vms[i].merge.in;
		if (!vms[i].merge.in)
			vms[i].merging = vms[i].zero = vms[i].items = 0;
	}
}

/* A window in which ksmd makes a pass; what was decided is not done yet. */
static void decide(void)
{
	host.passes++;
	plan_window(&plan, &policy, &host, all, nr, room);
}

static void window(void)
{
	decide();
	apply();
}

static void windows(u32 count)
{
	while (count--)
		window();
}

static void pays(struct plan_vm *vm, u64 merging)
{
	vm->merging = merging;
	vm->items = merging;
}

static u64 any_number(void)
{
	return random_next() >> random_below(64);
}

static void any_vm(struct plan_vm *vm)
{
	vm->tenant = 1 + random_below(3);
	vm->scope = (u32)random_below(2) * (PLAN_SCOPES - 1);
	vm->guarded = !random_below(2);
}
