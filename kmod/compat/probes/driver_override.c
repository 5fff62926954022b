// SPDX-License-Identifier: GPL-2.0
/* Does the driver core own driver_override, with a setter that takes a device? */
#include <linux/device.h>

int probe(struct device *dev);
int probe(struct device *dev)
{
	return device_set_driver_override(dev, "x");
}
