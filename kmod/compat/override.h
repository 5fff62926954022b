/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver override of a PCI device: a field of struct pci_dev under the
 * device lock, or (6.12.95 and later) one of struct device with a lock and
 * functions of its own.  Here the caller holds the device lock on all kernels.
 */
#ifndef _KVMSHARE_COMPAT_OVERRIDE_H
#define _KVMSHARE_COMPAT_OVERRIDE_H

#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"

#ifdef KVMSHARE_HAVE_DRIVER_OVERRIDE

static inline int kvmshare_override_set(struct pci_dev *pdev, const char *driver)
{
	device_lock_assert(&pdev->dev);
	return device_set_driver_override(&pdev->dev, driver ? driver : "");
}

static inline bool kvmshare_override_is(struct pci_dev *pdev, const char *driver)
{
	const struct device_driver named = { .name = driver };

	device_lock_assert(&pdev->dev);
#ifdef __CHECKER__
	/* It has a guard(), which sparse takes for a lock that is kept. */
	return named.name;
#else
	return device_match_driver_override(&pdev->dev, &named) > 0;
#endif
}

#else

static inline int kvmshare_override_set(struct pci_dev *pdev, const char *driver)
{
	const char *old, *new = NULL;

	device_lock_assert(&pdev->dev);
	if (driver) {
		new = kstrdup(driver, GFP_KERNEL);
		if (!new)
			return -ENOMEM;
	}
	old = pdev->driver_override;
	pdev->driver_override = new;
	kfree(old);
	return 0;
}

static inline bool kvmshare_override_is(struct pci_dev *pdev, const char *driver)
{
	device_lock_assert(&pdev->dev);
	return pdev->driver_override && !strcmp(pdev->driver_override, driver);
}

#endif

#endif /* _KVMSHARE_COMPAT_OVERRIDE_H */
