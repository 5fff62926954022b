// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "vms.h"

static struct vm *find_or_add(struct vms *vms, __u32 tgid)
{
	struct vm *more;

	for (size_t i = 0; i < vms->nr; i++)
		if (vms->rows[i].tgid == tgid)
			return &vms->rows[i];
	more = reallocarray(vms->rows, vms->nr + 1, sizeof(*more));
	if (!more)
		return NULL;
	vms->rows = more;
	more[vms->nr] = (struct vm){ .tgid = tgid };
	return &more[vms->nr++];
}

/* -- Threads that have ended ------------------------------------------------ */

static void fold(struct exits_vcpu *into, const struct exits_vcpu *vcpu)
{
	into->tgid = vcpu->tgid;
	into->halts += vcpu->halts;
	into->halt_ns += vcpu->halt_ns;
	into->polls += vcpu->polls;
	for (size_t i = 0; i < EXITS_PLACES; i++)
		sum_add(&into->places[i], &vcpu->places[i]);
}

/* They are the programs' no more: from now on they are only here. */
static int take_ended(struct vms *vms)
{
	size_t kept = 0;
	int err = 0;

	for (size_t i = 0; i < vms->running.nr; i++) {
		const struct exits_vcpu *vcpu = &vms->running.vcpus[i];
		struct vm *vm = find_or_add(vms, vcpu->tgid);

		if (!vm) {
			err = -ENOMEM;
		} else if (!vcpu->ended) {
			vm->seen = true;
			vms->running.vcpus[kept++] = *vcpu;
		} else {
			if (!vm->ended)
				vm->ended = calloc(1, sizeof(*vm->ended));
			if (vm->ended)
				fold(vm->ended, vcpu);
			else
				err = -ENOMEM;
		}
	}
	vms->running.nr = kept;
	return err;
}

/* -- Samples ---------------------------------------------------------------- */

static void add_vcpu(struct abuse_sample *sample, const struct exits_vcpu *vcpu,
		     const struct exits_reasons *reasons)
{
	for (size_t i = 0; i < EXITS_PLACES; i++)
		if (vcpu->places[i].count)
			abuse_add_exits(sample, &reasons->of[i], vcpu->places[i].count);
}

static void look_at(struct vms *vms, struct vm *vm, uint64_t now_ms)
{
	struct abuse_sample sample = { .at_ms = now_ms };
	struct abuse_alert alert;

	for (size_t i = 0; i < vms->running.nr; i++) {
		if (vms->running.vcpus[i].tgid != vm->tgid)
			continue;
		sample.vcpus++;
		add_vcpu(&sample, &vms->running.vcpus[i], &vms->running.reasons);
	}
	if (vm->ended)
		add_vcpu(&sample, vm->ended, &vms->running.reasons);
	abuse_add_counts(&sample, &vm->counts);
	if (!abuse_see(&vm->abuse, &sample, &vms->ceilings, &alert))
		return;
	vm->alerts[alert.kind]++;
	if (vms->each)
		vms->each(vm, &alert, vms->arg);
}

static void on_counts(const struct abuse_row *row, void *arg)
{
	struct vm *vm = find_or_add(arg, row->tgid);

	if (!vm)
		return;
	vm->seen = true;
	vm->counts = row->counts;
}

static void forget_gone(struct vms *vms)
{
	size_t kept = 0;

	for (size_t i = 0; i < vms->nr; i++) {
		if (vms->rows[i].seen)
			vms->rows[kept++] = vms->rows[i];
		else
			free(vms->rows[i].ended);
	}
	vms->nr = kept;
}

int vms_look(struct vms *vms, const struct programs *exits, const struct programs *abuse, uint64_t now_ms)
{
	int err = 0;

	for (size_t i = 0; i < vms->nr; i++)
		vms->rows[i].seen = false;
	exits_free(&vms->running);
	if (exits->object)
		err = exits_take(exits, &vms->running);
	if (!err)
		err = take_ended(vms);
	if (!err && abuse->object)
		err = abuse_read(abuse, on_counts, vms);
	if (err)
		return err;
	forget_gone(vms);
	for (size_t i = 0; i < vms->nr; i++)
		look_at(vms, &vms->rows[i], now_ms);
	return 0;
}

int vms_sum(const struct vms *vms, struct sums *sums)
{
	size_t nr = vms->running.nr;
	struct exits_vcpu *all;
	int err;

	all = calloc(nr + vms->nr + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++)
		all[i] = vms->running.vcpus[i];
	for (size_t i = 0; i < vms->nr; i++)
		if (vms->rows[i].ended)
			all[nr++] = *vms->rows[i].ended;
	err = sum_up(all, nr, &vms->running.reasons, false, sums);
	free(all);
	return err;
}

void vms_free(struct vms *vms)
{
	for (size_t i = 0; i < vms->nr; i++)
		free(vms->rows[i].ended);
	free(vms->rows);
	vms->rows = NULL;
	vms->nr = 0;
	exits_free(&vms->running);
}
