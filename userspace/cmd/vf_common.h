/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of vf. */
#ifndef KVMSHARE_CMD_VF_COMMON_H
#define KVMSHARE_CMD_VF_COMMON_H

#include <json-c/json.h>
#include <stdint.h>

#include "cmd.h"
#include "../lib/conf.h"
#include "../lib/lease.h"
#include "../lib/spec.h"

/* A word that must be an address; 0 or EXIT_USAGE, printed. */
int vf_parse_bdf(const struct cmd_line *line, const char *word, uint32_t *bdf);
int vf_parse_lease(const struct cmd_line *line, const char *word, uint64_t *id);
/* For what is written down too; 0 or EXIT_FAILED, printed. */
int vf_need_root(const char *object);
/* All --vf and --for of a line; their number, or -EXIT_USAGE, printed. */
#define VF_MAX_SPECS	16
int vf_parse_specs(const struct cmd_line *line, struct vf_spec *specs);
/* --tenant and --wait; --uid where the verb has it. */
int vf_parse_terms(const struct cmd_line *line, struct lease_terms *terms);
/* What was leased, as it is printed everywhere. */
json_object *vf_lease_json(const struct lease *lease);

/* Options that several verbs have. */
#define VF_OPTION_VF	{ "vf", "SPEC", "VFs to lease: class=nvme,count=1,node=0,... (may be repeated)", NULL }
#define VF_OPTION_FOR	{ "for", "WORK", "a VF for ai, graphics, crypto, net or storage", \
			  "ai graphics crypto net storage" }
#define VF_OPTION_TENANT { "tenant", "TENANT", "whom to charge", NULL }
#define VF_OPTION_WAIT	{ "wait", NULL, "wait until they are free", NULL }

#endif
