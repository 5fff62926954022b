// SPDX-License-Identifier: GPL-2.0
/* kvmshare itself: its modules, node and service. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/service.h"

static bool is_built(const char *root, const char *release, const char *module)
{
	static const char *const ends[] = { "", ".xz", ".zst", ".gz" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (fs_exists(root, fmt("/lib/modules/%s/updates/dkms/%s.ko%s", release, module, ends[i])))
			return true;
	return false;
}

static void look_module(struct checkup *c, const char *module)
{
	char release[128] = "", version[64] = "";

	fs_read(c->root, "/proc/sys/kernel/osrelease", release, sizeof(release));
	fs_read(c->root, fmt("/sys/module/%s/version", module), version, sizeof(version));
	if (fs_exists(c->root, fmt("/sys/module/%s", module)))
		check_ok(c, "%s is loaded%s%s", module, *version ? ", release " : "", version);
	else if (is_built(c->root, release, module))
		check_missing(c, fmt("modprobe %s", module), "%s is built for kernel %s, but not loaded",
			      module, release);
	else
		check_missing(c, fmt("apt install linux-headers-%s; dkms autoinstall -k %s", release, release),
			      "%s is not built for kernel %s", module, release);
}

static void look_modules(struct checkup *c)
{
	look_module(c, "kvmshare");
	look_module(c, "kvmshare_vf");
}

static void look_service(struct checkup *c)
{
	if (fs_exists(c->root, SERVICE_READY))
		check_ok(c, "kvmshare-host runs");
	else
		check_warn(c, "systemctl enable --now kvmshare-host",
			   "kvmshare-host does not run: settings are not restored, VFs are not cleaned");
}

const struct check check_suite[] = {
	{ "kvmshare modules", true, look_modules },
	{ "kvmshare service", false, look_service },
	{ NULL, false, NULL }
};
