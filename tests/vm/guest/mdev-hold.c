// SPDX-License-Identifier: GPL-2.0
/* mdev-hold UUID: a VMM whose guest's driver has begun, and does nothing until it is killed. */
#include "mdev_driver.h"

int main(int argc, char **argv)
{
	struct driver driver = { 0 };
	struct vmm vmm;

	if (argc != 2)
		return 2;
	vmm_open(&vmm, argv[1]);
	if (!driver_start(&driver, &vmm))
		die("a driver begins");
	for (;;)
		pause();
}
