// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <libudev.h>
#include <string.h>

#include "host.h"

static struct udev_monitor *monitor;

int watch_open(void)
{
	struct udev *udev = udev_new();

	monitor = udev ? udev_monitor_new_from_netlink(udev, "udev") : NULL;
	if (!monitor ||
	    udev_monitor_filter_add_match_subsystem_devtype(monitor, "module", NULL) < 0 ||
	    udev_monitor_filter_add_match_subsystem_devtype(monitor, "misc", NULL) < 0 ||
	    udev_monitor_filter_add_match_subsystem_devtype(monitor, "pci", NULL) < 0 ||
	    udev_monitor_enable_receiving(monitor) < 0)
		return -EIO;
	return udev_monitor_get_fd(monitor);
}

void watch_read(bool *modules, bool *devices)
{
	struct udev_device *device;

	while ((device = udev_monitor_receive_device(monitor))) {
		const char *subsystem = udev_device_get_subsystem(device);
		const char *name = udev_device_get_sysname(device);

		if (subsystem && name && !strncmp(name, "kvmshare", strlen("kvmshare")))
			*modules = true;
		else if (subsystem && !strcmp(subsystem, "pci") &&
			 udev_device_get_sysattr_value(device, "sriov_totalvfs"))
			*devices = true;
		udev_device_unref(device);
	}
}
