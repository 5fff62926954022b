// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "pairs.h"

static int refuse_key(const char *name, const struct pair_key *keys, char *error)
{
	snprintf(error, PAIRS_ERROR_LEN, "there is no key '%.32s'; there are:", name);
	for (; keys->name; keys++) {
		size_t len = strlen(error);

		snprintf(error + len, PAIRS_ERROR_LEN - len, " %s", keys->name);
	}
	return -EINVAL;
}

static int parse_pair(char *pair, const struct pair_key *keys, void *to, uint32_t *seen, char *error)
{
	char *value = strchr(pair, '=');
	size_t i = 0;

	if (value)
		*value++ = '\0';
	while (keys[i].name && strcmp(keys[i].name, pair))
		i++;
	if (!keys[i].name)
		return refuse_key(pair, keys, error);
	if (*seen & 1U << i) {
		snprintf(error, PAIRS_ERROR_LEN, "%s= stands there twice", pair);
		return -EINVAL;
	}
	*seen |= 1U << i;
	if (value && *value && strlen(value) < PAIRS_VALUE_LEN && keys[i].set(to, value))
		return 0;
	snprintf(error, PAIRS_ERROR_LEN, "%s= takes %s", pair, keys[i].takes);
	return -EINVAL;
}

int pairs_parse(const char *text, const struct pair_key *keys, void *to,
		char error[PAIRS_ERROR_LEN])
{
	char words[PAIRS_TEXT_LEN];
	char *rest = words;
	uint32_t seen = 0;

	if (strlen(text) >= sizeof(words)) {
		snprintf(error, PAIRS_ERROR_LEN, "it is too long");
		return -EINVAL;
	}
	memcpy(words, text, strlen(text) + 1);
	while (rest && *words)
		if (parse_pair(strsep(&rest, ","), keys, to, &seen, error))
			return -EINVAL;
	return 0;
}
