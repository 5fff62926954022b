// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subst.h"

/* At a reference: its number, and how long it is; numbers stop at 9999. */
static bool at_reference(const char *at, const char *mark, long *number, size_t *len)
{
	const char *digit = at + strlen(mark);
	long n = 0;

	if (strncmp(at, mark, strlen(mark)) || !isdigit((unsigned char)*digit))
		return false;
	for (; isdigit((unsigned char)*digit); digit++)
		n = n > 999 ? 9999 : n * 10 + (*digit - '0');
	*number = n;
	*len = (size_t)(digit - at);
	return true;
}

long subst_highest(const char *arg, const char *mark)
{
	long highest = SUBST_NONE;
	long number;
	size_t len;

	for (; *arg; arg++) {
		if (*arg == '@' && at_reference(arg + 1, mark, &number, &len))
			arg++;
		else if (at_reference(arg, mark, &number, &len) && number > highest)
			highest = number;
	}
	return highest;
}

/* How much of @arg the reference is that it begins with, written to @to; 0 without one. */
static size_t put_reference(const char *arg, const struct subst *kinds, FILE *to)
{
	long number;
	size_t len;

	for (; kinds->mark; kinds++) {
		if (*arg == '@' && at_reference(arg + 1, kinds->mark, &number, &len)) {
			fwrite(arg + 1, 1, len, to);
			return 1 + len;
		}
		if (at_reference(arg, kinds->mark, &number, &len) && (size_t)number < kinds->nr) {
			fputs(kinds->values[number], to);
			return len;
		}
	}
	return 0;
}

char *subst_apply(const char *arg, const struct subst *kinds)
{
	char *copy = NULL;
	size_t room, len;
	bool whole;
	FILE *to = open_memstream(&copy, &room);

	if (!to)
		return NULL;
	for (; *arg; arg += len) {
		len = put_reference(arg, kinds, to);
		if (!len) {
			fputc(*arg, to);
			len = 1;
		}
	}
	whole = !ferror(to);
	if (!fclose(to) && whole)
		return copy;
	free(copy);
	return NULL;
}
