// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ctl.h"

static int ctl_fd = -1;

/* Opening and calling fail apart: the node's own errno must not be a call's. */
#define NODE_ABSENT	(-ENOMEDIUM)
#define NODE_CLOSED	(-EBADFD)

int ctl_call(unsigned long request, void *arg)
{
	if (ctl_fd < 0) {
		ctl_fd = open(CTL_NODE, O_RDWR | O_CLOEXEC);
		if (ctl_fd < 0)
			return errno == EACCES || errno == EPERM ? NODE_CLOSED : NODE_ABSENT;
	}
	return ioctl(ctl_fd, request, arg) < 0 ? -errno : 0;
}

void ctl_close(void)
{
	if (ctl_fd >= 0)
		close(ctl_fd);
	ctl_fd = -1;
}

struct call_error {
	unsigned long request;	/* 0: any */
	int err;
	const char *reason;
	const char *remedy;
};

/* Those of one call stand before those of any. */
static const struct call_error call_errors[] = {
	{ KVMSHARE_VM_ATTACH, EACCES, "another process created that VM",
	  "a VMM attaches its own VM" },
	{ KVMSHARE_VM_ATTACH, EDQUOT, "this process or its user has as many VMs registered as one may",
	  "raise the module parameter max_vms_per_process or max_vms_per_uid of kvmshare" },
	{ KVMSHARE_VM_SET, ENOENT, "there is no such VM", "see: kvmshare vm list" },
	{ KVMSHARE_VM_SET, EEXIST, "it has a tenant, and that is for good",
	  "a VM's tenant is set once: stop the VM and start it with the other one" },
	{ KVMSHARE_VM_SET, EBUSY, "it holds something already, charged without a tenant",
	  "give the tenant when it starts: kvmshare run --tenant" },
	{ KVMSHARE_VF_LEASE, ENOSPC, "no VF that was asked for is free now",
	  "see what there is: kvmshare vf list; wait for one: --wait" },
	{ KVMSHARE_VF_LEASE, EDQUOT, "the quota of the user or tenant is used up",
	  "see: kvmshare vf quota" },
	{ KVMSHARE_VF_LEASE, ENOENT, "there is no such PF or VF in the pool",
	  "see: kvmshare vf list, and kvmshare vf list --pfs" },
	{ KVMSHARE_VF_LEASE, ENXIO, "the driver that its PF is enrolled with is not there, or is none of VFIO's",
	  "load it (modprobe vfio-pci), or enrol the PF with another" },
	{ KVMSHARE_VF_LEASE, ENODEV, "the VF was taken off the bus while it was being leased",
	  "try again" },
	{ KVMSHARE_VF_LEASE, EBUSY, "the VF is not free", "see its state: kvmshare vf list" },
	{ KVMSHARE_VF_RELEASE, ENOENT, "there is no such lease, or it has ended",
	  "see the leases: kvmshare vf list" },
	{ KVMSHARE_VF_HANDOVER, ENOENT, "there is no such lease, or it has ended",
	  "see the leases: kvmshare vf list" },
	{ KVMSHARE_VF_HANDOVER, ESRCH, "there is no such process, or it has ended",
	  "the lease stays with its present owner" },
	{ KVMSHARE_VF_ENROL, ENOENT, "it is not enrolled, or there is no such PF",
	  "see: kvmshare vf list --pfs" },
	{ KVMSHARE_VF_ENROL, ENODEV, "there is no such PF, or it has no SR-IOV",
	  "see: kvmshare vf list --pfs" },
	{ KVMSHARE_VF_ENROL, EEXIST, "it is enrolled already, with other settings",
	  "take it out first: kvmshare vf enrol PF --out" },
	{ KVMSHARE_VF_ENROL, EBUSY, "a VF of it is leased, held or being reset",
	  "see which: kvmshare vf list; end its lease: kvmshare vf release LEASE" },
	{ KVMSHARE_VF_ENROL, EOPNOTSUPP, "it is not behind an IOMMU",
	  "see: kvmshare doctor" },
	{ KVMSHARE_VF_ENROL, ENXIO, "there is no such driver, or it is none of VFIO's",
	  "load it first: modprobe vfio-pci" },
	{ KVMSHARE_VF_CLEANED, EBUSY, "it is past that generation, or not dirty",
	  NULL },
	{ KVMSHARE_VF_CLEANED, ENOENT, "there is no such VF in the pool", NULL },
	{ KVMSHARE_VF_QUARANTINE, ENOENT, "there is no such VF in the pool",
	  "see: kvmshare vf list" },
	{ KVMSHARE_VF_QUARANTINE, EBUSY, "it is leased, held, being reset or in use by the host",
	  "see its state: kvmshare vf list; end its lease: kvmshare vf release LEASE" },
	{ KVMSHARE_VF_QUARANTINE, EEXIST, "it is set aside already, or was not",
	  "see its state: kvmshare vf list" },
	{ KVMSHARE_VF_QUOTA, ENOENT, "it has no quota", "see: kvmshare vf quota" },
	{ KVMSHARE_VF_QUOTA, ENOSPC, "the table of quotas is full",
	  "remove one: kvmshare vf quota --uid UID --none" },
	{ 0, ENOMEDIUM, CTL_NODE " is not there: the module kvmshare is not loaded",
	  "load it: modprobe kvmshare_vf; not installed: see kvmshare doctor" },
	{ 0, EBADFD, CTL_NODE " may not be opened by this user",
	  "run this as root, or for reading as a member of the group kvmshare" },
	{ 0, EPERM, "this needs CAP_SYS_ADMIN on the host, not in a container",
	  "run it as root" },
	{ 0, ENOTTY, "no loaded module serves this call",
	  "load it: modprobe kvmshare_vf" },
	{ 0, E2BIG, "this tool is newer than the loaded modules, which cannot do this",
	  "load the modules of this release: see kvmshare version" },
	{ 0, EINVAL, "the kernel refused the values", "compare releases: kvmshare version" },
	{ 0, EDQUOT, "a quota is used up", "see: kvmshare vf quota" },
	{ 0, ENOSPC, "the kernel's table for it is full", NULL },
	{ 0, EEXIST, "it has been done already, with other values", NULL },
	{ 0, EBUSY, "it is in a state that forbids this now", "see: kvmshare vf list" },
	{ 0, ENOENT, "there is no such object", "see: kvmshare vf list, kvmshare vm list" },
	{ 0, ENODEV, "the device went away", NULL },
	{ 0, ENXIO, "a driver that it needs is not there", "modprobe vfio-pci" },
	{ 0, ESRCH, "the process has ended", NULL },
	{ 0, EOPNOTSUPP, "this hardware cannot do it", "see: kvmshare doctor" },
	{ 0, EINTR, "it was interrupted", NULL },
	{ 0, ENOMEM, "the kernel has no memory for it", "free some, then try again" },
};

struct msg ctl_explain(unsigned long request, int err, const char *object)
{
	struct msg msg = {
		.object = object,
		.reason = strerror(-err),
		.kept = "nothing was changed",
	};

	for (size_t i = 0; i < sizeof(call_errors) / sizeof(call_errors[0]); i++) {
		const struct call_error *e = &call_errors[i];

		if (e->err == -err && (!e->request || e->request == request)) {
			msg.reason = e->reason;
			msg.remedy = e->remedy;
			break;
		}
	}
	return msg;
}

enum exit_code ctl_exit_code(int err)
{
	switch (-err) {
	case ENOMEDIUM:
	case ENOTTY:
	case E2BIG:
	case EOPNOTSUPP:
	case ENXIO:
		return EXIT_UNSUPPORTED;
	default:
		return EXIT_FAILED;
	}
}

int ctl_fail(unsigned long request, int err, const char *object)
{
	struct msg msg = ctl_explain(request, err, object);

	return msg_fail(ctl_exit_code(err), &msg);
}
