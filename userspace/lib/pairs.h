/* SPDX-License-Identifier: GPL-2.0 */
/* "key=value,key=value", each key once. */
#ifndef KVMSHARE_LIB_PAIRS_H
#define KVMSHARE_LIB_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#define PAIRS_TEXT_LEN	512
#define PAIRS_VALUE_LEN	128
#define PAIRS_ERROR_LEN	256

/**
 * struct pair_key - a key
 * @name: of it
 * @set: put its value, shorter than PAIRS_VALUE_LEN, where @to has it; is it one?
 * @takes: what it takes, for messages
 */
struct pair_key {
	const char *name;
	bool (*set)(void *to, const char *value);
	const char *takes;
};

/* @keys end with one without a name, at most 32 of them. 0, or -EINVAL with a sentence in @error. */
int pairs_parse(const char *text, const struct pair_key *keys, void *to,
		char error[PAIRS_ERROR_LEN]);

#endif
