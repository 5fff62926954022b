// SPDX-License-Identifier: GPL-2.0
/*
 * libvirt calls this as /etc/libvirt/hooks/qemu.d/kvmshare: GUEST OPERATION ...,
 * with the domain's XML on standard input.  VFs of the pool that the domain
 * passes through are leased before its QEMU starts, handed over to that when it
 * has, and released when it has stopped.  It must not call libvirt.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "hook.h"
#include "../lib/bdf.h"
#include "../lib/ctl.h"
#include "../lib/fs.h"
#include "../lib/parse.h"
#include "../lib/pool.h"

#define XML_MAX		(4 * 1024 * 1024)

/**
 * struct guest - what libvirt told
 * @name: the domain's name
 * @domain: from its XML
 */
struct guest {
	const char *name;
	struct domxml domain;
};

/* -- prepare ---------------------------------------------------------------- */

static int refuse(const struct guest *guest, uint32_t vf, const char *reason, const char *remedy)
{
	char name[BDF_OBJECT_LEN];

	return FAIL(EXIT_FAILED, .object = fmt("guest %s: %s", guest->name,
					       bdf_object("VF", vf, name)),
		    .reason = reason, .kept = "it was not started", .remedy = remedy);
}

/* 1: it is the pool's, and @spec asks for it; 0: it is not ours; else printed. */
static int want(const struct guest *guest, const struct domxml_device *device,
		struct vf_spec *spec)
{
	char name[BDF_LEN], error[SPEC_ERROR_LEN];
	struct pool_vf vf;

	if (pool_vf(device->bdf, &vf))
		return 0;
	if (device->managed)
		return -refuse(guest, device->bdf, "managed='yes' would let libvirt change the driver of a VF that kvmshare leases",
			       "write managed='no' there: virsh edit");
	if (pool_vf_is(&vf, "leased"))
		return -refuse(guest, device->bdf, fmt("lease %" PRIu64 " has it", vf.lease),
			       "give the guest another VF, or end that lease: kvmshare vf release");
	if (pool_vf_is(&vf, "quarantined") || pool_vf_is(&vf, "foreign"))
		return -refuse(guest, device->bdf, fmt("it is %s%s%s", vf.state,
						      *vf.reason ? ": " : "", vf.reason),
			       "give the guest another VF; one that is set aside is taken back by: kvmshare vf quarantine VF --end");
	bdf_format(device->bdf, name);
	return spec_parse(fmt("vf=%s", name), spec, error) ? -EXIT_FAILED : 1;
}

static int prepare(const struct guest *guest)
{
	static struct vf_spec specs[DOMXML_MAX_DEVICES];
	int nr = 0;

	/* A reload of the modules counts leases from 1 again: they are others'. */
	record_remove(guest->domain.uuid);
	for (size_t i = 0; i < guest->domain.nr; i++) {
		int wanted = want(guest, &guest->domain.devices[i], &specs[nr]);

		if (wanted < 0)
			return -wanted;
		nr += wanted;
	}
	return nr ? holder_start(&guest->domain, specs, nr, getppid()) : EXIT_OK;
}

/* -- started ---------------------------------------------------------------- */

static int qemu_pid(const struct guest *guest, uint32_t *pid)
{
	char text[32];

	if (fs_read("", fmt("/run/libvirt/qemu/%s.pid", guest->name), text, sizeof(text)) < 0 ||
	    !parse_u32(text, 1, INT32_MAX, pid))
		return FAIL(EXIT_FAILED, .object = fmt("guest %s", guest->name),
			    .reason = "the process number of its QEMU is not in /run/libvirt/qemu");
	return EXIT_OK;
}

static bool has_ended(int pidfd)
{
	struct pollfd poller = { .fd = pidfd, .events = POLLIN };

	return poll(&poller, 1, 0) != 0;
}

static int hand_over(const struct guest *guest, const uint64_t *ids, int nr)
{
	uint32_t pid;
	int pidfd, err = 0;

	if (qemu_pid(guest, &pid))
		return EXIT_FAILED;
	pidfd = pidfd_open((pid_t)pid, 0);
	if (pidfd < 0)
		return FAIL(EXIT_FAILED, .object = fmt("guest %s", guest->name),
			    .reason = fmt("its QEMU, process %u: %s", pid, strerror(errno)));
	for (int i = 0; i < nr && !err; i++) {
		struct kvmshare_vf_handover arg = {
			.size = sizeof(arg),
			.id = ids[i],
			.pid = (int32_t)pid,
		};

		err = ctl_call(KVMSHARE_VF_HANDOVER, &arg);
		if (err)
			ctl_fail(KVMSHARE_VF_HANDOVER, err, fmt("lease %" PRIu64, ids[i]));
	}
	/* Its number may have become another process's: see release(). */
	if (!err && has_ended(pidfd))
		err = FAIL(EXIT_FAILED, .object = fmt("guest %s", guest->name),
			   .reason = "its QEMU ended while it was given its VFs");
	close(pidfd);
	return err ? EXIT_FAILED : EXIT_OK;
}

/* -- release ---------------------------------------------------------------- */

/* They may have ended with their owner; the holder follows its leases. */
static int release(const struct guest *guest, const uint64_t *ids, int nr)
{
	for (int i = 0; i < nr; i++) {
		struct kvmshare_vf_release arg = { .size = sizeof(arg), .id = ids[i] };

		ctl_call(KVMSHARE_VF_RELEASE, &arg);
	}
	record_remove(guest->domain.uuid);
	return EXIT_OK;
}

static int started(const struct guest *guest, const uint64_t *ids, int nr)
{
	int code = hand_over(guest, ids, nr);

	if (code)
		release(guest, ids, nr);
	return code;
}

/* -- What libvirt says ------------------------------------------------------ */

static char *read_input(void)
{
	char *xml = malloc(XML_MAX + 1);
	size_t len = xml ? fread(xml, 1, XML_MAX + 1, stdin) : 0;

	if (!xml || len > XML_MAX) {
		free(xml);
		return NULL;
	}
	xml[len] = '\0';
	return xml;
}

static int read_guest(struct guest *guest)
{
	char error[DOMXML_ERROR_LEN] = "it is too long";
	char *xml = read_input();
	int err = xml ? domxml_parse(xml, &guest->domain, error) : -E2BIG;

	free(xml);
	if (!err && !*guest->domain.uuid)
		err = -EINVAL;
	if (!err)
		return EXIT_OK;
	return FAIL(EXIT_FAILED, .object = fmt("guest %s", guest->name),
		    .reason = fmt("its XML cannot be read: %s", error));
}

int main(int argc, char **argv)
{
	uint64_t ids[DOMXML_MAX_DEVICES];
	struct guest guest;
	const char *operation;
	int nr;

	msg_setup("kvmshare-libvirt-hook", false);
	if (argc < 3)
		return FAIL(EXIT_USAGE, .object = "kvmshare-libvirt-hook",
			    .reason = "it is called by libvirt, with GUEST OPERATION");
	operation = argv[2];
	guest.name = argv[1];
	if (strcmp(operation, "prepare") && strcmp(operation, "started") &&
	    strcmp(operation, "release"))
		return EXIT_OK;
	/* Hosts without the modules have guests, too, but no leases. */
	if (!pool_root_there()) {
		record_remove_all();
		return EXIT_OK;
	}
	if (read_guest(&guest))
		return EXIT_FAILED;
	if (!strcmp(operation, "prepare"))
		return prepare(&guest);
	nr = record_read(guest.domain.uuid, ids, DOMXML_MAX_DEVICES);
	if (nr <= 0)
		return EXIT_OK;
	return !strcmp(operation, "started") ? started(&guest, ids, nr) : release(&guest, ids, nr);
}
