// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <unistd.h>

#include "vf_common.h"
#include "../lib/bdf.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"

int vf_parse_bdf(const struct cmd_line *line, const char *word, uint32_t *bdf)
{
	if (bdf_parse(word, bdf))
		return 0;
	return cmd_usage(line, word, "it must be a PCI address such as 0000:01:00.0");
}

int vf_parse_lease(const struct cmd_line *line, const char *word, uint64_t *id)
{
	if (parse_u64(word, 1, UINT64_MAX, id))
		return 0;
	return cmd_usage(line, word, "a lease is named by its number");
}

int vf_need_root(const char *object)
{
	if (!geteuid())
		return 0;
	return FAIL(EXIT_FAILED, .object = object,
		    .reason = "this needs CAP_SYS_ADMIN on the host, and writes " CONF_DIR,
		    .kept = "nothing was changed", .remedy = "run it as root");
}

static int parse_spec(const struct cmd_line *line, const char *option, const char *text,
		      struct vf_spec *specs, int nr)
{
	char error[SPEC_ERROR_LEN];

	if (nr == VF_MAX_SPECS)
		return cmd_usage(line, "--vf, --for", fmt("at most %d of them", VF_MAX_SPECS));
	if (!spec_parse(text, &specs[nr], error))
		return 0;
	return cmd_usage(line, fmt("--%s %s", option, text), error);
}

/* What can never be had together would be waited for without end. */
static int check_twins(const struct cmd_line *line, const struct vf_spec *specs, int nr)
{
	for (int i = 0; i < nr; i++)
		for (int j = 0; j < i; j++)
			if (specs[i].vf != KVMSHARE_BDF_ANY && specs[i].vf == specs[j].vf)
				return cmd_usage(line, fmt("--vf %s", specs[i].text),
						 "that VF is asked for twice");
	return 0;
}

int vf_parse_specs(const struct cmd_line *line, struct vf_spec *specs)
{
	const char *text;
	int nr = 0;

	for (int i = 0; (text = cmd_nth(line, "vf", i)); i++, nr++)
		if (parse_spec(line, "vf", text, specs, nr))
			return -EXIT_USAGE;
	for (int i = 0; (text = cmd_nth(line, "for", i)); i++, nr++)
		if (parse_spec(line, "for", fmt("for=%s", text), specs, nr))
			return -EXIT_USAGE;
	return check_twins(line, specs, nr) ? -EXIT_USAGE : nr;
}

int vf_parse_terms(const struct cmd_line *line, struct lease_terms *terms)
{
	const char *uid = cmd_value(line, "uid");

	memset(terms, 0, sizeof(*terms));
	terms->tenant = cmd_value(line, "tenant");
	terms->wait = cmd_has(line, "wait");
	if (terms->tenant && !parse_label(terms->tenant, KVMSHARE_NAME_LEN))
		return cmd_usage(line, "--tenant",
				 "it must be printable, not empty, and shorter than 64 characters");
	terms->has_uid = uid;
	if (uid && !parse_u32(uid, 0, UINT32_MAX - 1, &terms->uid))
		return cmd_usage(line, "--uid", "it must be a number");
	return 0;
}

static json_object *one_vf(const struct kvmshare_vf *vf)
{
	json_object *to = json_object_new_object();
	char text[BDF_LEN];

	bdf_format(vf->bdf, text);
	out_str(to, "vf", text);
	bdf_format(vf->pf, text);
	out_str(to, "pf", text);
	out_uint(to, "index", vf->index);
	out_uint(to, "iommu_group", vf->iommu_group);
	out_int(to, "numa_node", vf->node);
	out_str(to, "class", fmt("0x%06x", vf->class_code));
	out_str(to, "vendor", fmt("0x%04x", vf->vendor));
	out_str(to, "device", fmt("0x%04x", vf->device));
	out_uint(to, "generation", vf->generation);
	return to;
}

json_object *vf_lease_json(const struct lease *lease)
{
	json_object *to = json_object_new_object();
	json_object *vfs = json_object_new_array();

	for (uint32_t i = 0; i < lease->nr; i++)
		json_object_array_add(vfs, one_vf(&lease->vfs[i]));
	out_uint(to, "lease", lease->id);
	json_object_object_add(to, "vfs", vfs);
	return to;
}
