// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "classes.h"
#include "parse.h"

/* Narrow ones before those that contain them. */
const struct class_name class_names[] = {
	{ "nvme",	 0x010802, 0xffffff, "NVMe controllers" },
	{ "storage",	 0x010000, 0xff0000, "mass storage controllers of any kind" },
	{ "ethernet",	 0x020000, 0xffff00, "Ethernet controllers" },
	{ "infiniband",	 0x020700, 0xffff00, "InfiniBand controllers" },
	{ "net",	 0x020000, 0xff0000, "network controllers of any kind" },
	{ "vga",	 0x030000, 0xffff00, "VGA controllers" },
	{ "3d",		 0x030200, 0xffff00, "3D controllers: GPUs without an output" },
	{ "display",	 0x030000, 0xff0000, "display controllers of any kind" },
	{ "coprocessor", 0x0b4000, 0xffff00, "co-processors, such as QAT" },
	{ "crypto",	 0x100000, 0xff0000, "encryption controllers" },
	{ "accel",	 0x120000, 0xff0000, "processing accelerators" },
	{ NULL, 0, 0, NULL }
};

const struct class_work class_works[] = {
	{ "ai",	      { "accel", "3d", "display" },	"training and inference" },
	{ "graphics", { "vga", "display" },		"rendering" },
	{ "crypto",   { "crypto", "coprocessor" },	"encryption and compression" },
	{ "net",      { "ethernet", "net" },		"networking" },
	{ "storage",  { "nvme", "storage" },		"disks" },
	{ NULL, { NULL }, NULL }
};

static int find_code(const char *text, struct class_name *found)
{
	uint32_t value;
	int digits;

	if (strncmp(text, "0x", 2) || !parse_hex(text, 6, &value, &digits) || digits % 2)
		return -EINVAL;
	found->name = "code";
	found->what = "a class code";
	found->value = value << 4 * (6 - digits);
	found->mask = 0xffffffU << 4 * (6 - digits) & 0xffffffU;
	return 0;
}

int class_find(const char *text, struct class_name *found)
{
	for (const struct class_name *c = class_names; c->name; c++) {
		if (!strcmp(c->name, text)) {
			*found = *c;
			return 0;
		}
	}
	return find_code(text, found);
}

const struct class_work *class_find_work(const char *text)
{
	for (const struct class_work *w = class_works; w->name; w++)
		if (!strcmp(w->name, text))
			return w;
	return NULL;
}

const char *class_name_of(uint32_t code)
{
	for (const struct class_name *c = class_names; c->name; c++)
		if ((code & c->mask) == c->value)
			return c->name;
	return "other";
}
