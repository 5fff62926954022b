// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "check.h"
#include "../lib/out.h"

static void say(struct checkup *c, const char *status, const char *remedy,
		const char *format, va_list args)
{
	json_object *row = json_object_new_object();
	char found[512];

	vsnprintf(found, sizeof(found), format, args);
	out_str(row, "status", status);
	out_str(row, "check", c->now->name);
	out_str(row, "found", found);
	out_str(row, "remedy", remedy);
	json_object_array_add(c->rows, row);
}

void check_ok(struct checkup *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(c, "ok", NULL, format, args);
	va_end(args);
}

void check_warn(struct checkup *c, const char *remedy, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(c, "warn", remedy, format, args);
	va_end(args);
}

void check_missing(struct checkup *c, const char *remedy, const char *format, ...)
{
	va_list args;

	c->lacking |= c->now->needed;
	va_start(args, format);
	say(c, "missing", remedy, format, args);
	va_end(args);
}

bool check_all(const char *root, json_object *rows)
{
	static const struct check *const groups[] = {
		check_cpu, check_iommu, check_sriov, check_suite,
		check_memory, check_security, check_guests,
	};
	struct checkup c = { .root = root, .rows = rows };

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		for (c.now = groups[i]; c.now->look; c.now++)
			c.now->look(&c);
	}
	return !c.lacking;
}
