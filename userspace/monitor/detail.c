// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

#include "detail.h"

int details_begin(struct programs *programs)
{
	return programs_begin(programs, &object_detail);
}

static int compare(const void *a, const void *b)
{
	const struct detail_row *one = a, *other = b;

	if (one->key.tgid != other->key.tgid)
		return one->key.tgid < other->key.tgid ? -1 : 1;
	if (one->key.kind != other->key.kind)
		return one->key.kind < other->key.kind ? -1 : 1;
	if (one->detail.count != other->detail.count)
		return one->detail.count > other->detail.count ? -1 : 1;
	return one->key.where < other->key.where ? -1 : one->key.where > other->key.where;
}

/* Guests go on, and keys come and go meanwhile: no more than there can be. */
int details_read(const struct programs *programs, struct details *details)
{
	int fd = programs_map(programs, "details");
	struct detail_key key, *last = NULL;

	*details = (struct details){ .rows = calloc(DETAIL_MOST, sizeof(*details->rows)) };
	if (!details->rows)
		return -ENOMEM;
	while (details->nr < DETAIL_MOST && !bpf_map_get_next_key(fd, last, &key)) {
		struct detail_row *row = &details->rows[details->nr];

		last = &key;
		row->key = key;
		if (!bpf_map_lookup_elem(fd, &key, &row->detail) && row->detail.count)
			details->nr++;
	}
	qsort(details->rows, details->nr, sizeof(*details->rows), compare);
	return 0;
}

void details_free(struct details *details)
{
	free(details->rows);
	*details = (struct details){ NULL };
}
