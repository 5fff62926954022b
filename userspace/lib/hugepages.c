// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "hugepages.h"
#include "parse.h"

#define BYTES_MOST	(1ULL << 50)

/* A number, and what it is of: @plain without a letter. */
static bool parse_bytes(const char *text, uint64_t plain, uint64_t *bytes)
{
	static const char letters[] = "KMGT";
	size_t len = strlen(text);
	const char *letter = len ? strchr(letters, text[len - 1]) : NULL;
	uint64_t unit = letter ? 1024ULL << 10 * (letter - letters) : plain;
	char digits[24];
	uint64_t number;

	if (letter)
		len--;
	if (!unit || !len || len >= sizeof(digits))
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (!parse_u64(digits, 1, BYTES_MOST / unit, &number))
		return false;
	*bytes = number * unit;
	return true;
}

static bool set_mem(void *to, const char *value)
{
	struct hugepages *spec = to;

	return parse_bytes(value, 0, &spec->bytes);
}

static bool set_node(void *to, const char *value)
{
	struct hugepages *spec = to;
	uint32_t node;

	if (!parse_u32(value, 0, 1023, &node))
		return false;
	spec->node = (int)node;
	return true;
}

static const struct pair_key keys[] = {
	{ "mem",	set_mem,	"a size, such as 4G" },
	{ "node",	set_node,	"a NUMA node's number" },
	{ NULL, NULL, NULL }
};

static uint64_t kib_of(const char *text, size_t len)
{
	if (len == 2 && !strncmp(text, "2M", len))
		return 2 << 10;
	if (len == 2 && !strncmp(text, "1G", len))
		return 1 << 20;
	return 0;
}

int hugepages_parse(const char *text, struct hugepages *spec, char error[PAIRS_ERROR_LEN])
{
	size_t len = strcspn(text, ",");

	*spec = (struct hugepages){ .kib = kib_of(text, len), .node = -1 };
	if (!spec->kib) {
		snprintf(error, PAIRS_ERROR_LEN, "it begins with the size of a page: 2M or 1G");
		return -EINVAL;
	}
	return pairs_parse(text[len] ? text + len + 1 : "", keys, spec, error);
}

/* "4G", "512", "size=4G,slots=2,maxmem=8G": without a letter it is of MiB. */
static uint64_t bytes_of_m(const char *text)
{
	char size[24];
	uint64_t bytes;

	if (!strncmp(text, "size=", 5))
		text += 5;
	if (strcspn(text, ",") >= sizeof(size))
		return 0;
	snprintf(size, sizeof(size), "%.*s", (int)strcspn(text, ","), text);
	return parse_bytes(size, 1 << 20, &bytes) ? bytes : 0;
}

uint64_t hugepages_of_command(char *const *command)
{
	for (; command[0]; command++)
		if (!strcmp(command[0], "-m") && command[1])
			return bytes_of_m(command[1]);
	return 0;
}

uint64_t hugepages_count(const struct hugepages *spec)
{
	uint64_t page = spec->kib << 10;

	return (spec->bytes + page - 1) / page;
}
