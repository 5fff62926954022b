// SPDX-License-Identifier: GPL-2.0
/*
 * Resetting a VF, and making sure that it worked.
 */
#include <linux/pm_runtime.h>

#include "vf.h"

/* Does the function answer, with nothing on its way still? */
static enum vf_reset check(struct pci_dev *pdev)
{
	u32 command, class;
	u16 status = 0;

	/* A VF's vendor reads as all ones by specification; these do not. */
	pci_read_config_dword(pdev, PCI_COMMAND, &command);
	pci_read_config_dword(pdev, PCI_CLASS_REVISION, &class);
	if (PCI_POSSIBLE_ERROR(command) || PCI_POSSIBLE_ERROR(class))
		return VF_RESET_SILENT;

	pcie_capability_read_word(pdev, PCI_EXP_DEVSTA, &status);
	return status & PCI_EXP_DEVSTA_TRPND ? VF_RESET_BUSY : VF_RESET_OK;
}

/**
 * vf_reset_locked() - reset a VF
 * @vf: the VF; its device is locked and registered, its group is claimed
 *
 * What the kernel returned is left in @vf->reset.
 */
enum vf_reset vf_reset_locked(struct vf_dev *vf)
{
	struct pci_dev *pdev = vf->pdev;
	enum vf_reset result;
	int rc;

	device_lock_assert(&pdev->dev);

	/* An idle vfio-pci lets the device sleep, and the bridge above it. */
	pm_runtime_get_sync(&pdev->dev);
	rc = pci_reset_function_locked(pdev);
	if (!rc)
		result = check(pdev);
	else if (!pdev->reset_methods[0])
		result = VF_RESET_NO_METHOD;
	else
		result = VF_RESET_FAILED;
	pm_runtime_put(&pdev->dev);

	spin_lock(&vf_lock);
	vf->reset = rc ? rc : result == VF_RESET_OK ? 0 : -EIO;
	spin_unlock(&vf_lock);
	return result;
}
