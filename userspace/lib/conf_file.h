/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of conf: one JSON file, strictly read and whole replaced. */
#ifndef KVMSHARE_LIB_CONF_FILE_H
#define KVMSHARE_LIB_CONF_FILE_H

#include <json-c/json.h>

#include "conf.h"

/*
 * The list called @key of the file @name, for the caller to drop; NULL with
 * *@err 0 where there is no such file, with *@err and @error where it is bad.
 */
json_object *conf_file_read(const char *name, const char *key, int *err, char *error);
/* Replace it by @list, which is dropped. */
int conf_file_write(const char *name, const char *key, json_object *list, char *error);

/* "DIR/NAME", in fmt()'s buffers. */
const char *conf_file_path(const char *name);

/* -- Reading one entry ------------------------------------------------------ */

/**
 * struct conf_entry - an object that is being read
 * @file: its file, for @error
 * @number: which of the list, from 1, for @error
 * @object: it
 * @error: what is wrong with it, CONF_ERROR_LEN
 * @bad: something is
 */
struct conf_entry {
	const char *file;
	size_t number;
	json_object *object;
	char *error;
	bool bad;
};

/* Each notes what is wrong and then gives an empty value. @keys end with NULL. */
void conf_entry_keys(struct conf_entry *entry, const char *const *keys);
bool conf_entry_has(const struct conf_entry *entry, const char *key);
const char *conf_entry_text(struct conf_entry *entry, const char *key);
void conf_entry_label(struct conf_entry *entry, const char *key, char *to, size_t room);
uint64_t conf_entry_number(struct conf_entry *entry, const char *key, uint64_t max);
void conf_entry_wrong(struct conf_entry *entry, const char *key, const char *want);
/* A PF: "pf", "vendor", "device", "subsystem", and perhaps "serial". */
#define CONF_IDENTITY_KEYS	"pf", "vendor", "device", "subsystem", "serial"
void conf_entry_identity(struct conf_entry *entry, struct identity *id);
void conf_entry_put_identity(json_object *to, const struct identity *id);

#endif
