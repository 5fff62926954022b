/* SPDX-License-Identifier: GPL-2.0 */
/* A terminal's whole screen, for what changes all the time. */
#ifndef KVMSHARE_CMD_VGPU_SCREEN_H
#define KVMSHARE_CMD_VGPU_SCREEN_H

#include <json-c/json.h>
#include <stdbool.h>

#include "../lib/out.h"

/* False where standard input and output are no terminal that can. */
bool screen_open(void);
void screen_close(void);

void screen_clear(void);
/* A line; what does not fit is cut. */
void screen_line(const char *text);
/* A title line and a line for each row; values are shown as they are. */
void screen_table(const struct out_column *columns, json_object *rows);
/* Show it, and wait, until a signal comes at most: true where "q" was typed. */
bool screen_wait(int ms);

#endif
