// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "parse.h"
#include "vgpu_spec.h"

static bool keep(void *to, enum vgpu_spec_key key, const char *value)
{
	struct vgpu_spec *spec = to;

	snprintf(spec->values[key], PAIRS_VALUE_LEN, "%s", value);
	return true;
}

static bool keep_number(void *to, enum vgpu_spec_key key, const char *value, uint32_t least,
			uint32_t most)
{
	uint32_t number;

	return parse_u32(value, least, most, &number) && keep(to, key, value);
}

static bool set_engine(void *to, const char *value)
{
	return keep(to, VGPU_SPEC_ENGINE, value);
}

static bool set_weight(void *to, const char *value)
{
	return keep_number(to, VGPU_SPEC_WEIGHT, value, 1, 10000);
}

static bool set_cap(void *to, const char *value)
{
	return keep_number(to, VGPU_SPEC_CAP, value, 1, 100);
}

static bool set_minimum(void *to, const char *value)
{
	return keep_number(to, VGPU_SPEC_MINIMUM, value, 0, 100);
}

static bool set_slice(void *to, const char *value)
{
	return keep_number(to, VGPU_SPEC_SLICE, value, 100, 30000);
}

static bool set_averaging(void *to, const char *value)
{
	return keep_number(to, VGPU_SPEC_AVERAGING, value, 1, 60);
}

static bool set_resolution(void *to, const char *value)
{
	return strchr(value, 'x') && keep(to, VGPU_SPEC_RESOLUTION, value);
}

/* It becomes part of a path. */
static bool set_size(void *to, const char *value)
{
	return !strchr(value, '/') && keep(to, VGPU_SPEC_SIZE, value);
}

static const struct pair_key keys[] = {
	{ "weight",	set_weight,	"1 to 10000" },
	{ "min",	set_minimum,	"percent of the engine, 0 to 100" },
	{ "cap",	set_cap,	"percent of the engine, 1 to 100" },
	{ "mem",	set_size,	"a size of kvmshare vgpu types, such as 256M" },
	{ "engine",	set_engine,	"an engine's name" },
	{ "slice",	set_slice,	"microseconds, 100 to 30000" },
	{ "averaging",	set_averaging,	"a number of slices, 1 to 60" },
	{ "resolution",	set_resolution,	"width and height, such as 1280x800" },
	{ NULL, NULL, NULL }
};

int vgpu_spec_parse(const char *text, struct vgpu_spec *spec, char error[PAIRS_ERROR_LEN])
{
	memset(spec, 0, sizeof(*spec));
	snprintf(spec->values[VGPU_SPEC_SIZE], PAIRS_VALUE_LEN, "%s", VGPU_SIZE_DEFAULT);
	return pairs_parse(text, keys, spec, error);
}
