// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "bdf.h"
#include "fs.h"
#include "identity.h"
#include "msg.h"

#define EXTENDED_START	0x100
#define CAP_SERIAL	0x0003
#define MAX_CAPS	64	/* a loop in the list must end */

bool identity_same(const struct identity *kept, const struct identity *now)
{
	if (kept->vendor != now->vendor || kept->device != now->device ||
	    kept->subvendor != now->subvendor || kept->subdevice != now->subdevice)
		return false;
	if (!kept->serial)
		return kept->bdf == now->bdf;
	/* The functions of one card share its serial number: up to 256, with ARI. */
	return kept->serial == now->serial && (kept->bdf & 0xff) == (now->bdf & 0xff);
}

static uint32_t get_le32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint64_t identity_serial(const uint8_t *config, size_t len)
{
	size_t at = EXTENDED_START;

	for (int i = 0; i < MAX_CAPS; i++) {
		uint32_t header;
		uint64_t serial;

		if (at < EXTENDED_START || at % 4 || at + 12 > len)
			return 0;
		header = get_le32(config + at);
		if ((header & 0xffff) == CAP_SERIAL) {
			serial = get_le32(config + at + 4) |
				 (uint64_t)get_le32(config + at + 8) << 32;
			return serial == UINT64_MAX ? 0 : serial;
		}
		at = header >> 20;
	}
	return 0;
}

static int read_id(const char *root, const char *bdf, const char *file, uint16_t *id)
{
	uint64_t value;
	int err = fs_read_u64(root, fmt("/sys/bus/pci/devices/%s/%s", bdf, file), &value);

	if (!err)
		*id = (uint16_t)value;
	return err;
}

int identity_read(const char *root, uint32_t bdf, struct identity *id)
{
	uint8_t config[4096];
	char text[BDF_LEN];
	int err, len;

	memset(id, 0, sizeof(*id));
	id->bdf = bdf;
	bdf_format(bdf, text);
	err = read_id(root, text, "vendor", &id->vendor);
	if (!err)
		err = read_id(root, text, "device", &id->device);
	if (!err)
		err = read_id(root, text, "subsystem_vendor", &id->subvendor);
	if (!err)
		err = read_id(root, text, "subsystem_device", &id->subdevice);
	if (err)
		return err;
	len = fs_read_all(root, fmt("/sys/bus/pci/devices/%s/config", text),
			  config, sizeof(config));
	if (len > 0)
		id->serial = identity_serial(config, (size_t)len);
	return 0;
}
