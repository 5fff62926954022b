// SPDX-License-Identifier: GPL-2.0
/* What kvmshare run takes for the command: VFs, and devices on engines. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "run_hugepages.h"
#include "run_mem.h"
#include "../lib/bdf.h"
#include "../lib/ctl.h"
#include "../lib/msg.h"
#include "../lib/node.h"
#include "../lib/parse.h"

/* The registry then knows the VM's name and tenant from its first moment. */
static int expect_vm(const struct run_plan *plan)
{
	struct kvmshare_vm_attach arg = {
		.size = sizeof(arg),
		.flags = KVMSHARE_VM_EXPECT,
		.vm_fd = -1,
	};
	const char *name = cmd_value(plan->line, "name");
	int err;

	if (name && !parse_label(name, sizeof(arg.name)))
		return cmd_usage(plan->line, "--name",
				 "it must be printable, not empty, and shorter than 64 characters");
	snprintf(arg.name, sizeof(arg.name), "%s", name ? name : "");
	snprintf(arg.tenant, sizeof(arg.tenant), "%s", plan->terms.tenant ? plan->terms.tenant : "");
	/* See become(). */
	if (plan->terms.tenant)
		arg.flags |= KVMSHARE_VM_SEALED;
	err = ctl_call(KVMSHARE_VM_ATTACH, &arg);
	return err ? ctl_fail(KVMSHARE_VM_ATTACH, err, "registering the VM") :
		     run_mem_tell(plan->line, arg.id);
}

static int out_of_memory(void)
{
	return FAIL(EXIT_FAILED, .object = "kvmshare run", .reason = strerror(ENOMEM),
		    .kept = "what was leased is given back");
}

/* A device that is @vgpuN: where it is, and its node. */
static int add_path(struct run_plan *plan, const char *path)
{
	plan->paths[plan->nr_paths] = strdup(path);
	return plan->paths[plan->nr_paths++] ? 0 : out_of_memory();
}

static int give_node(const struct run_plan *plan, uint32_t group)
{
	int err = plan->has_user ? node_give(group, plan->user.uid) : 0;

	if (!err)
		return 0;
	return FAIL(EXIT_FAILED, .object = fmt("/dev/vfio/%u", group),
		    .reason = fmt("it cannot be given to %s: %s", plan->user.name, strerror(-err)),
		    .kept = "the lease was given back");
}

static int add_vgpu(struct run_plan *plan, struct run_vgpu *vgpu)
{
	uint32_t group;
	int code = run_vgpu_make(vgpu);

	if (code)
		return code;
	if (vgpu_device_group(vgpu->uuid, &group))
		return FAIL(EXIT_FAILED, .object = fmt("device %s", vgpu->uuid),
			    .reason = "it has no IOMMU group", .kept = "it is removed again");
	code = give_node(plan, group);
	return code ? code : add_path(plan, vgpu_device_path(vgpu->uuid));
}

static int add_vfs(struct run_plan *plan, const struct lease *lease, bool as_vgpu)
{
	char name[BDF_LEN];
	int code = 0;

	for (uint32_t v = 0; v < lease->nr && !code; v++) {
		bdf_format(lease->vfs[v].bdf, name);
		code = give_node(plan, lease->vfs[v].iommu_group);
		if (code)
			break;
		if (as_vgpu) {
			code = add_path(plan, fmt("/sys/bus/pci/devices/%s", name));
			continue;
		}
		plan->vfs[plan->nr_vfs] = strdup(name);
		code = plan->vfs[plan->nr_vfs++] ? 0 : out_of_memory();
	}
	return code;
}

/* A whole VF where one is free, or else a slice of an engine. */
static int take_for(struct run_plan *plan, int i)
{
	struct run_vgpu *vgpu = &plan->vgpus[plan->nr_vgpus];
	int code = lease_take_free(&plan->specs[i], &plan->terms, &plan->leases[i]);
	char error[PAIRS_ERROR_LEN];

	if (code >= 0)
		return code ? code : add_vfs(plan, &plan->leases[i], true);
	vgpu_spec_parse("", &vgpu->spec, error);
	plan->nr_vgpus++;
	return add_vgpu(plan, vgpu);
}

int run_take(struct run_plan *plan)
{
	int whole = plan->nr_specs - plan->nr_fors, asked = plan->nr_vgpus;
	int code = expect_vm(plan);

	if (!code)
		code = lease_take_all(plan->specs, whole, &plan->terms, plan->leases);
	for (int i = 0; i < whole && !code; i++)
		code = add_vfs(plan, &plan->leases[i], false);
	for (int i = 0; i < asked && !code; i++)
		code = add_vgpu(plan, &plan->vgpus[i]);
	for (int i = whole; i < plan->nr_specs && !code; i++)
		code = take_for(plan, i);
	return code ? code : run_hugepages_wait(plan->line);
}
