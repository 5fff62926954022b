// SPDX-License-Identifier: GPL-2.0
/*
 * The VMs whose memory is looked after, from the registry's list, each window.
 */
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "../compat/ksm.h"
#include "mem.h"

DEFINE_MUTEX(mem_lock);
LIST_HEAD(mem_vms);
unsigned int mem_nr_vms;

static LIST_HEAD(all);		/* mem_lock */
static u64 window;		/* likewise */

static struct kvmshare_counter counter = { .name = "mem_vms" };

/* Tenants by number: an equal name is an equal number, as long as one has it. */
static u64 last_tenant;

/* -- Their memory ----------------------------------------------------------- */

/*
 * The last one to let go of a VM's memory frees all of it, which takes long: that is
 * not to be done where other VMs wait for it.
 */
struct put {
	struct work_struct work;
	struct mm_struct *mm;
};

static struct workqueue_struct *puts;

static void put_mm(struct work_struct *work)
{
	struct put *put = container_of(work, struct put, work);

	mmput(put->mm);
	kfree(put);
}

struct mm_struct *mem_vms_get(struct mem_vm *vm)
{
	return vm->mm && mmget_not_zero(vm->mm) ? vm->mm : NULL;
}

void mem_vms_put(struct mm_struct *mm)
{
	struct put *put;

	/* Not the last one. */
	if (atomic_add_unless(&mm->mm_users, -1, 1))
		return;
	put = kmalloc(sizeof(*put), GFP_KERNEL);
	if (!put) {
		mmput(mm);
		return;
	}
	INIT_WORK(&put->work, put_mm);
	put->mm = mm;
	queue_work(puts, &put->work);
}

/* -- Who is there ----------------------------------------------------------- */

static struct mem_vm *make(u64 id)
{
	struct mem_vm *vm = kzalloc(sizeof(*vm), GFP_KERNEL);

	if (!vm)
		return NULL;
	vm->id = id;
	vm->seen = window;
	atomic_inc(&counter.live);
	return vm;
}

static void destroy(struct mem_vm *vm)
{
	if (vm->mm)
		mmdrop(vm->mm);
	if (vm->holds)
		module_put(THIS_MODULE);
	kfree(vm);
	atomic_dec(&counter.live);
}

struct mem_vm *mem_vms_of(u64 id)
{
	struct mem_vm *vm;

	lockdep_assert_held(&mem_lock);
	list_for_each_entry(vm, &all, all) {
		if (vm->id == id)
			return vm;
	}
	vm = make(id);
	if (vm)
		list_add_tail(&vm->all, &all);
	return vm;
}

/* Another that looks after the same memory, or NULL. */
static struct mem_vm *other_of(const struct mem_vm *vm)
{
	struct mem_vm *other;

	list_for_each_entry(other, &all, all) {
		if (other != vm && other->mm == vm->mm)
			return other;
	}
	return NULL;
}

/* The module stays for @to from now on, as it did for @from. */
static void move_hold(struct mem_vm *from, struct mem_vm *to)
{
	if (from->holds && !to->holds)
		swap(from->holds, to->holds);
}

/* What is known of the memory goes to who has it still; whose that is stays. */
static void hand_over(struct mem_vm *vm)
{
	struct mem_vm *other = vm->mm && !vm->first ? other_of(vm) : NULL;
	struct mem_vm heir = *vm;

	if (!other)
		return;
	move_hold(vm, other);
	heir.all = other->all;
	heir.list = other->list;
	heir.id = other->id;
	heir.seen = other->seen;
	heir.left = other->left;
	heir.holds = other->holds;
	heir.exposure = other->exposure;
	heir.plan.tenant = other->plan.tenant;
	heir.plan.guarded = other->plan.guarded;
	memcpy(heir.tenant, other->tenant, sizeof(heir.tenant));
	if (vm->left || other->plan.merge.mode != MERGE_AUTO)
		heir.plan.merge.mode = other->plan.merge.mode;
	*other = heir;
}

/*
 * A process may outlive its VM, as far as the registry goes: memory that was made
 * mergeable for the VM is looked after until it is not any more.
 */
static bool leaves_memory(const struct mem_vm *vm)
{
	return vm->mm && atomic_read(&vm->mm->mm_users) && !other_of(vm) &&
	       (vm->plan.advised || vm->apart.owed);
}

/* Nobody finds it by a number any more. */
static void leave(struct mem_vm *vm)
{
	vm->id = 0;
	vm->left = true;
	vm->plan.changes = false;
	merge_ask(&vm->plan.merge, MERGE_NEVER);
	vm->plan.merge.in = false;
	vm->first = NULL;
}

/* Whether the memory of its last VM is looked after by an entry of its own. */
static bool leave_memory_of(struct mem_vm *vm)
{
	struct mem_vm *copy;

	if (!leaves_memory(vm))
		return true;
	copy = kmemdup(vm, sizeof(*vm), GFP_KERNEL);
	if (!copy)
		return false;
	atomic_inc(&counter.live);
	mmgrab(copy->mm);
	copy->holds = false;
	move_hold(vm, copy);
	leave(copy);
	list_add_tail(&copy->all, &all);
	return true;
}

/* What an administrator said of it stays, whatever VM its process makes next. */
static void begin(struct mem_vm *vm, struct mm_struct *mm)
{
	struct mem_vm anew = { .id = vm->id, .mm = mm, .exposure = vm->exposure };

	hand_over(vm);
	if (!leave_memory_of(vm))
		return;		/* in the next window, then */
	if (mm)
		mmgrab(mm);
	if (vm->mm)
		mmdrop(vm->mm);
	anew.all = vm->all;
	anew.list = vm->list;
	anew.holds = vm->holds;
	anew.plan.merge.mode = vm->plan.merge.mode;
	*vm = anew;
	/* The first of a memory is who has looked after it. */
	list_move_tail(&vm->all, &all);
}

static void see(const struct kvmshare_vm_view *view, void *data)
{
	struct mem_vm *vm;

	mutex_lock(&mem_lock);
	vm = mem_vms_of(view->id);
	if (!vm)
		goto out;	/* there is no memory for it: the next window finds it */
	if (view->mm != vm->mm)
		begin(vm, view->mm);
	vm->seen = window;
	vm->plan.guarded = view->sealed;
	if (strcmp(vm->tenant, view->tenant)) {
		strscpy(vm->tenant, view->tenant, sizeof(vm->tenant));
		vm->plan.tenant = 0;
	}
out:
	mutex_unlock(&mem_lock);
}

static void begin_window(void)
{
	mutex_lock(&mem_lock);
	window++;
	mutex_unlock(&mem_lock);
}

/* Another VM of the same memory, which has its place already: what is done is done once. */
static struct mem_vm *first_of(const struct mm_struct *mm)
{
	struct mem_vm *vm;

	list_for_each_entry(vm, &mem_vms, list) {
		if (mm && vm->mm == mm)
			return vm->first ?: vm;
	}
	return NULL;
}

/* Is it to stay? */
static bool is_here(struct mem_vm *vm)
{
	if (!vm->left && vm->seen != window && leaves_memory(vm))
		leave(vm);
	return vm->left ? leaves_memory(vm) : vm->seen == window;
}

/* Those that the registry has, or that came since; the others go to @gone. */
static void end_window(struct list_head *gone)
{
	struct mem_vm *vm, *next;

	mutex_lock(&mem_lock);
	INIT_LIST_HEAD(&mem_vms);
	mem_nr_vms = 0;
	list_for_each_entry_safe(vm, next, &all, all) {
		if (!is_here(vm)) {
			list_move(&vm->all, gone);
			hand_over(vm);
			continue;
		}
		vm->first = first_of(vm->mm);
		if (vm->first)
			vm->first->plan.guarded |= vm->plan.guarded;
		list_add_tail(&vm->list, &mem_vms);
		mem_nr_vms += !vm->left;
	}
	mutex_unlock(&mem_lock);
}

static void destroy_all(struct list_head *vms)
{
	struct mem_vm *vm, *next;

	list_for_each_entry_safe(vm, next, vms, all)
		destroy(vm);
}

static void number_tenant(struct mem_vm *vm)
{
	struct mem_vm *other;

	list_for_each_entry(other, &mem_vms, list) {
		if (other != vm && other->plan.tenant && !strcmp(other->tenant, vm->tenant)) {
			vm->plan.tenant = other->plan.tenant;
			return;
		}
	}
	vm->plan.tenant = ++last_tenant;
}

bool mem_vms_hold(struct mem_vm *vm, bool hold)
{
	if (hold && !vm->holds) {
		vm->holds = try_module_get(THIS_MODULE);
	} else if (!hold && vm->holds) {
		module_put(THIS_MODULE);
		vm->holds = false;
	}
	return vm->holds;
}

void mem_vms_collect(void)
{
	struct mem_vm *vm;
	LIST_HEAD(gone);

	begin_window();
	kvmshare_vms_each(see, NULL);
	end_window(&gone);
	destroy_all(&gone);
	list_for_each_entry(vm, &mem_vms, list) {
		if (!vm->plan.tenant)
			number_tenant(vm);
	}
}

/* -- Coming and going ------------------------------------------------------- */

int mem_vms_init(void)
{
	int rc = kvmshare_counter_add(&counter);

	if (rc)
		return rc;
	puts = alloc_workqueue("kvmshare_mem_put", WQ_UNBOUND, 0);
	if (puts)
		return 0;
	kvmshare_counter_remove(&counter);
	return -ENOMEM;
}

/* There is no worker any more, and nobody reads their files. */
void mem_vms_exit(void)
{
	destroy_all(&all);
	destroy_workqueue(puts);
	kvmshare_counter_remove(&counter);
}
