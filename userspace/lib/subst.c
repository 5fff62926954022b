// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "subst.h"

#define MARK	"@vf"

/* At a reference: its number, and how long it is; numbers stop at 9999. */
static bool at_reference(const char *at, long *number, size_t *len)
{
	const char *digit = at + strlen(MARK);
	long n = 0;

	if (strncmp(at, MARK, strlen(MARK)) || !isdigit((unsigned char)*digit))
		return false;
	for (; isdigit((unsigned char)*digit); digit++)
		n = n > 999 ? 9999 : n * 10 + (*digit - '0');
	*number = n;
	*len = (size_t)(digit - at);
	return true;
}

static bool at_escape(const char *at)
{
	return !strncmp(at, "@" MARK, strlen("@" MARK)) &&
	       isdigit((unsigned char)at[strlen("@" MARK)]);
}

long subst_highest(const char *arg)
{
	long highest = SUBST_NONE;
	long number;
	size_t len;

	for (; *arg; arg++) {
		if (at_escape(arg))
			arg++;
		else if (at_reference(arg, &number, &len) && number > highest)
			highest = number;
	}
	return highest;
}

char *subst_apply(const char *arg, char (*vfs)[BDF_LEN], size_t nr)
{
	/* A reference is 4 characters at least, an address fewer than 16. */
	char *copy = malloc(strlen(arg) * BDF_LEN / 4 + BDF_LEN);
	char *to = copy;
	long number;
	size_t len;

	if (!copy)
		return NULL;
	while (*arg) {
		if (at_escape(arg)) {
			arg++;
			*to++ = *arg++;
		} else if (at_reference(arg, &number, &len) && (size_t)number < nr) {
			to = stpcpy(to, vfs[number]);
			arg += len;
		} else {
			*to++ = *arg++;
		}
	}
	*to = '\0';
	return copy;
}
