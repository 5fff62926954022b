// SPDX-License-Identifier: GPL-2.0
/* Can we ask whether an IOMMU group's interrupts are remapped? */
#include <linux/iommu.h>

bool probe(struct iommu_group *group);
bool probe(struct iommu_group *group)
{
	return iommu_group_has_isolated_msi(group);
}
