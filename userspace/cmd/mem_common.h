/* SPDX-License-Identifier: GPL-2.0 */
/* What the verbs of mem share. */
#ifndef KVMSHARE_CMD_MEM_COMMON_H
#define KVMSHARE_CMD_MEM_COMMON_H

#include <json-c/json.h>

#include "cmd.h"
#include "../lib/pool.h"

#define MEM		POOL_ROOT "/mem"
#define MEM_POOLS	MEM "/pools"

/* The kernel gives a page of text at most, and that ends here. */
#define MEM_TEXT_LEN	4097

/* A file's lines, without the last one's end. 0, or -errno. */
int mem_read_lines(const char *path, char text[MEM_TEXT_LEN]);

/* All files of a directory, numbers as such; NULL where it is not there. */
json_object *mem_read_dir(const char *path);
/* The same of a VM's, with its number; NULL where there is no such VM. */
json_object *mem_read_vm(const char *id);
/* Of the object; 0 where it has none. */
int64_t mem_number(json_object *object, const char *key);

/* Errors, printed; an exit code. */
int mem_not_loaded(void);
int mem_no_vm(const char *id);
int mem_write_failed(int err, const char *object);

/* A VM's number; 0, or an exit code with the error printed. */
int mem_check_vm(const struct cmd_line *line, const char *word);

/* mem_*.c: the verbs, one file a subject; mem.c has the table. */
int cmd_mem_status(const struct cmd_line *line);
int cmd_mem_explain(const struct cmd_line *line);
int cmd_mem_pools(const struct cmd_line *line);
int cmd_mem_plan(const struct cmd_line *line);
int cmd_mem_history(const struct cmd_line *line);
int cmd_mem_mode(const struct cmd_line *line);
int cmd_mem_set(const struct cmd_line *line);
int cmd_mem_reclaim(const struct cmd_line *line);
int cmd_mem_rebuild(const struct cmd_line *line);

#endif
