/* SPDX-License-Identifier: GPL-2.0 */
/* A picture of who ran when: SVG, a row a client. */
#ifndef KVMSHARE_TESTS_SIM_TIMELINE_H
#define KVMSHARE_TESTS_SIM_TIMELINE_H

#include <stdio.h>
#include "scenario.h"

/* More rows than that cannot be told apart: the first ones are drawn. */
#define TIMELINE_ROWS	64

void timeline_begin(FILE *out, const struct scenario *scenario);
/* Client @nr ran from @begin to @end; slices come in the order of time. */
void timeline_slice(FILE *out, const struct scenario *scenario, u32 nr, u64 begin, u64 end);
/* The picture ends; @parts: what each client got, in percent. */
void timeline_end(FILE *out, const struct scenario *scenario, const double *parts);

#endif
