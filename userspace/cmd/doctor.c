// SPDX-License-Identifier: GPL-2.0
#include "cmd.h"
static int doctor(const struct cmd_line *line) { (void)line; return 0; }
static const struct cmd_verb verbs[] = { { .what = "x", .run = doctor }, { .run = NULL } };
const struct cmd_object cmd_doctor = { .name = "doctor", .what = "x", .verbs = verbs };
