/* SPDX-License-Identifier: GPL-2.0 */
/* Which PF a setting is for, after a reboot that may have moved addresses. */
#ifndef KVMSHARE_LIB_IDENTITY_H
#define KVMSHARE_LIB_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct identity - a PF
 * @bdf: where it was
 * @vendor: PCI vendor
 * @device: PCI device
 * @subvendor: subsystem vendor
 * @subdevice: subsystem device
 * @serial: PCI Express Device Serial Number, or 0 where it has none
 */
struct identity {
	uint32_t bdf;
	uint16_t vendor;
	uint16_t device;
	uint16_t subvendor;
	uint16_t subdevice;
	uint64_t serial;
};

/*
 * Is the PF @now the one that was written down as @kept?  By its serial number
 * and function, wherever it sits, where it has one; else by its address.
 */
bool identity_same(const struct identity *kept, const struct identity *now);
/* The serial number in @len bytes of a function's configuration space, or 0. */
uint64_t identity_serial(const uint8_t *config, size_t len);
/* Read that of a device; 0 or a negative errno. */
int identity_read(const char *root, uint32_t bdf, struct identity *id);

#endif
