// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bdf.h"
#include "classes.h"
#include "pairs.h"
#include "parse.h"
#include "spec.h"

static bool add_class(struct vf_spec *spec, const char *name)
{
	struct class_name found;

	if (spec->nr_classes == KVMSHARE_MAX_CLASSES || class_find(name, &found))
		return false;
	spec->classes[spec->nr_classes].value = found.value;
	spec->classes[spec->nr_classes].mask = found.mask;
	spec->nr_classes++;
	return true;
}

/* "nvme" or "accel+3d+display", the best first. */
static bool set_class(void *to, const char *value)
{
	struct vf_spec *spec = to;
	char words[PAIRS_VALUE_LEN];
	char *rest = words;

	if (spec->nr_classes)
		return false;
	snprintf(words, sizeof(words), "%s", value);
	while (rest)
		if (!add_class(spec, strsep(&rest, "+")))
			return false;
	return true;
}

static bool set_for(void *to, const char *value)
{
	struct vf_spec *spec = to;
	const struct class_work *work = class_find_work(value);

	if (!work || spec->nr_classes)
		return false;
	for (const char *const *name = work->classes; *name; name++)
		if (!add_class(spec, *name))
			return false;
	return true;
}

static bool set_count(void *to, const char *value)
{
	struct vf_spec *spec = to;

	return parse_u32(value, 1, KVMSHARE_MAX_VFS, &spec->count);
}

static bool set_pf(void *to, const char *value)
{
	struct vf_spec *spec = to;

	return bdf_parse(value, &spec->pf);
}

static bool set_vf(void *to, const char *value)
{
	struct vf_spec *spec = to;

	return bdf_parse(value, &spec->vf);
}

/* "8086:10ca", or "8086" for any device of a vendor. */
static bool set_device(void *to, const char *value)
{
	struct vf_spec *spec = to;
	char vendor[PAIRS_VALUE_LEN];
	uint32_t id;
	char *colon;

	snprintf(vendor, sizeof(vendor), "%s", value);
	colon = strchr(vendor, ':');
	if (colon) {
		*colon = '\0';
		if (!parse_hex(colon + 1, 4, &id, NULL) || !id)
			return false;
		spec->device = (uint16_t)id;
	}
	if (!parse_hex(vendor, 4, &id, NULL) || !id)
		return false;
	spec->vendor = (uint16_t)id;
	return true;
}

static bool set_node(void *to, const char *value)
{
	struct vf_spec *spec = to;
	uint32_t node;

	if (!parse_u32(value, 0, 1023, &node))
		return false;
	spec->node = (int32_t)node;
	return true;
}

static bool set_strict(void *to, const char *value)
{
	struct vf_spec *spec = to;
	bool on;

	if (!parse_switch(value, &on))
		return false;
	if (on)
		spec->flags |= KVMSHARE_LEASE_STRICT_NODE;
	return true;
}

static bool set_place(void *to, const char *value)
{
	struct vf_spec *spec = to;

	if (!strcmp(value, "pack"))
		spec->flags |= KVMSHARE_LEASE_PACK;
	else if (strcmp(value, "spread"))
		return false;
	return true;
}

static bool set_mac(void *to, const char *value)
{
	struct vf_spec *spec = to;

	spec->net.has_mac = true;
	return parse_mac(value, spec->net.mac);
}

static bool set_vlan(void *to, const char *value)
{
	struct vf_spec *spec = to;

	spec->net.has_vlan = true;
	return parse_u32(value, 0, 4094, &spec->net.vlan);
}

static bool set_switch(enum spec_switch *to, const char *value)
{
	bool on;

	if (!parse_switch(value, &on))
		return false;
	*to = on ? SPEC_ON : SPEC_OFF;
	return true;
}

static bool set_trust(void *to, const char *value)
{
	struct vf_spec *spec = to;

	return set_switch(&spec->net.trust, value);
}

static bool set_spoofchk(void *to, const char *value)
{
	struct vf_spec *spec = to;

	return set_switch(&spec->net.spoofchk, value);
}

static const struct pair_key spec_keys[] = {
	{ "class",    set_class,    "a class such as nvme, net or 0x0200, or several: accel+3d" },
	{ "for",      set_for,	    "ai, graphics, crypto, net or storage, and no class beside it" },
	{ "count",    set_count,    "1 to 64" },
	{ "pf",	      set_pf,	    "the address of a PF, such as 0000:01:00.0" },
	{ "vf",	      set_vf,	    "the address of a VF, such as 0000:01:00.2" },
	{ "device",   set_device,   "vendor:device in hexadecimal, such as 8086:10ca" },
	{ "node",     set_node,	    "a NUMA node" },
	{ "strict",   set_strict,   "on or off" },
	{ "place",    set_place,    "spread or pack" },
	{ "mac",      set_mac,	    "a unicast address such as 02:00:00:00:00:01" },
	{ "vlan",     set_vlan,	    "0 to 4094" },
	{ "trust",    set_trust,    "on or off" },
	{ "spoofchk", set_spoofchk, "on or off" },
	{ NULL, NULL, NULL }
};

/* What each key by itself cannot see. */
static int check_together(const struct vf_spec *spec, char *error)
{
	const char *wrong = NULL;

	if (spec->net.has_mac && spec->count > 1)
		wrong = "a MAC is for one VF: give each its own --vf";
	else if (spec->vf != KVMSHARE_BDF_ANY && spec->count > 1)
		wrong = "vf= names one VF, count= wants more";
	else if (spec->flags & KVMSHARE_LEASE_STRICT_NODE && spec->node < 0)
		wrong = "strict=on needs a node=";
	if (!wrong)
		return 0;
	snprintf(error, SPEC_ERROR_LEN, "%s", wrong);
	return -EINVAL;
}

int spec_parse(const char *text, struct vf_spec *spec, char error[SPEC_ERROR_LEN])
{
	memset(spec, 0, sizeof(*spec));
	spec->count = 1;
	spec->pf = KVMSHARE_BDF_ANY;
	spec->vf = KVMSHARE_BDF_ANY;
	spec->node = -1;
	if (pairs_parse(text, spec_keys, spec, error))
		return -EINVAL;
	memcpy(spec->text, text, strlen(text) + 1);
	return check_together(spec, error);
}

bool spec_has_net(const struct vf_spec *spec)
{
	return spec->net.has_mac || spec->net.has_vlan ||
	       spec->net.trust != SPEC_UNSET || spec->net.spoofchk != SPEC_UNSET;
}
