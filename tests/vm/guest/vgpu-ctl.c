// SPDX-License-Identifier: GPL-2.0
/*
 * vgpu-ctl add [NODE] | remove ENGINE | allow UID [CLIENTS WEIGHT MINIMUM CAP BYTES]:
 * the administrator's calls, and the name of the error where one fails.
 */
#define _GNU_SOURCE
#include "vgpu_common.h"

static int call(unsigned long cmd, void *arg)
{
	int fd = open("/dev/kvmshare", O_RDWR | O_CLOEXEC);
	int err = fd < 0 ? errno : client_call(fd, cmd, arg);

	if (err)
		fprintf(stderr, "vgpu-ctl: %s\n", strerrorname_np(err));
	return err ? 1 : 0;
}

static int add(int node)
{
	struct kvmshare_vgpu_engine arg = { .size = sizeof(arg), .node = node };
	int rc = call(KVMSHARE_VGPU_ENGINE, &arg);

	if (!rc)
		puts(arg.name);
	return rc;
}

static int remove_engine(const char *name)
{
	struct kvmshare_vgpu_engine arg = { .size = sizeof(arg), .flags = KVMSHARE_ENGINE_REMOVE };

	snprintf(arg.name, sizeof(arg.name), "%s", name);
	return call(KVMSHARE_VGPU_ENGINE, &arg);
}

static int allow(int argc, char **argv)
{
	struct kvmshare_vgpu_allow arg = { .size = sizeof(arg), .uid = atoi(argv[0]) };

	if (argc == 1)
		arg.flags = KVMSHARE_ALLOW_NONE;
	if (argc == 6) {
		arg.clients = atoi(argv[1]);
		arg.weight = atoi(argv[2]);
		arg.minimum_percent = atoi(argv[3]);
		arg.cap_percent = atoi(argv[4]);
		arg.memory = strtoull(argv[5], NULL, 0);
	}
	return call(KVMSHARE_VGPU_ALLOW, &arg);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "add"))
		return add(argc > 2 ? atoi(argv[2]) : -1);
	if (argc == 3 && !strcmp(argv[1], "remove"))
		return remove_engine(argv[2]);
	if ((argc == 3 || argc == 8) && !strcmp(argv[1], "allow"))
		return allow(argc - 2, argv + 2);
	fprintf(stderr, "usage: vgpu-ctl add [NODE] | remove ENGINE | allow UID [CLIENTS WEIGHT MINIMUM CAP BYTES]\n");
	return 2;
}
