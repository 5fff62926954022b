// SPDX-License-Identifier: GPL-2.0
#include "pci.h"
#include "resolve.h"

struct search {
	const char *root;
	const struct identity *kept;
	uint32_t bdf;
};

static int is_it(uint32_t bdf, void *arg)
{
	struct search *search = arg;
	struct identity now;

	if (identity_read(search->root, bdf, &now) || !identity_same(search->kept, &now))
		return 0;
	search->bdf = bdf;
	return 1;
}

bool resolve_pf(const char *root, struct identity *id)
{
	struct search search = { root, id, id->bdf };
	int found = is_it(id->bdf, &search);

	if (!found && id->serial)
		found = pci_each_pf(root, is_it, &search);
	if (found != 1)
		return false;
	id->bdf = search.bdf;
	return true;
}
