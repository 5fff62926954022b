// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bdf.h"
#include "keep.h"

static int add(struct conf_quarantines *all, const struct identity *pf, uint32_t index,
	       const char *reason, char *error)
{
	struct conf_quarantine *at = conf_find_quarantine(all, pf, index);

	if (at)
		return 0;
	if (all->nr == CONF_MAX) {
		snprintf(error, CONF_ERROR_LEN, "%s: it is full", CONF_DIR "/quarantines.json");
		return -ENOSPC;
	}
	at = &all->list[all->nr++];
	at->pf = *pf;
	at->index = index;
	snprintf(at->reason, sizeof(at->reason), "%s", *reason ? reason : "not told");
	return conf_save_quarantines(all, error);
}

/* Each that fits: a file that was edited may have several. */
static int drop(struct conf_quarantines *all, const struct identity *pf, uint32_t index,
		char *error)
{
	struct conf_quarantine *at;
	size_t before = all->nr;

	while ((at = conf_find_quarantine(all, pf, index)))
		*at = all->list[--all->nr];
	return all->nr == before ? 0 : conf_save_quarantines(all, error);
}

static int change(uint32_t pf, uint32_t index, const char *reason, char *error)
{
	struct conf_quarantines *all = calloc(1, sizeof(*all));
	char name[BDF_OBJECT_LEN];
	struct identity id;
	int err = all ? identity_read("", pf, &id) : -ENOMEM;

	if (err)
		snprintf(error, CONF_ERROR_LEN, "%s: %s", bdf_object("PF", pf, name),
			 strerror(-err));
	if (!err)
		err = conf_load_quarantines(all, error);
	if (!err)
		err = reason ? add(all, &id, index, reason, error) : drop(all, &id, index, error);
	free(all);
	return err;
}

int keep_lock(char error[CONF_ERROR_LEN])
{
	int lock = conf_lock();

	if (lock < 0)
		snprintf(error, CONF_ERROR_LEN, "%s: %s", CONF_DIR, strerror(-lock));
	return lock;
}

int keep_quarantine(uint32_t pf, uint32_t index, const char *reason,
		    char error[CONF_ERROR_LEN])
{
	return change(pf, index, reason, error);
}

int forget_quarantine(uint32_t pf, uint32_t index, char error[CONF_ERROR_LEN])
{
	return change(pf, index, NULL, error);
}
