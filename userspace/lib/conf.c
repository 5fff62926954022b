// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "conf_file.h"
#include "lock.h"
#include "msg.h"
#include "out.h"

#define PFS_FILE	"pfs.json"
#define QUOTAS_FILE	"quotas.json"
#define QUARANTINES_FILE "quarantines.json"

int conf_lock(void)
{
	return lock_take("conf", fmt("waiting for another kvmshare, which changes %s",
				     conf_file_path("")));
}

int conf_try_lock(void)
{
	return lock_take("conf", NULL);
}

void conf_unlock(int lock)
{
	lock_drop(lock);
}

/* -- PFs -------------------------------------------------------------------- */

static void read_pf(struct conf_entry *entry, struct conf_pf *pf)
{
	static const char *const keys[] = {
		CONF_IDENTITY_KEYS, "driver", "cleaning", "limit", "vfs", NULL
	};
	const char *cleaning;

	conf_entry_keys(entry, keys);
	conf_entry_identity(entry, &pf->id);
	conf_entry_label(entry, "driver", pf->driver, sizeof(pf->driver));
	pf->limit = (uint32_t)conf_entry_number(entry, "limit", UINT16_MAX);
	pf->vfs = (uint32_t)conf_entry_number(entry, "vfs", UINT16_MAX);
	if (pf->vfs > pf->limit)
		conf_entry_wrong(entry, "vfs", "it must not be above \"limit\"");
	cleaning = conf_entry_text(entry, "cleaning");
	pf->reset_cleans = !strcmp(cleaning, "reset");
	if (!pf->reset_cleans && strcmp(cleaning, "service"))
		conf_entry_wrong(entry, "cleaning", "it must be \"service\" or \"reset\"");
}

int conf_load_pfs(struct conf_pfs *pfs, char error[CONF_ERROR_LEN])
{
	struct conf_entry entry = { .file = PFS_FILE, .error = error };
	int err;
	json_object *list = conf_file_read(PFS_FILE, "pfs", &err, error);
	size_t nr = list ? json_object_array_length(list) : 0;

	for (pfs->nr = 0; pfs->nr < nr && !entry.bad; pfs->nr++) {
		struct conf_pf *pf = &pfs->list[pfs->nr];

		entry.object = json_object_array_get_idx(list, pfs->nr);
		entry.number = pfs->nr + 1;
		memset(pf, 0, sizeof(*pf));
		read_pf(&entry, pf);
	}
	json_object_put(list);
	return entry.bad ? -EBADMSG : err;
}

int conf_save_pfs(const struct conf_pfs *pfs, char error[CONF_ERROR_LEN])
{
	json_object *list = json_object_new_array();

	for (size_t i = 0; i < pfs->nr; i++) {
		const struct conf_pf *pf = &pfs->list[i];
		json_object *entry = json_object_new_object();

		conf_entry_put_identity(entry, &pf->id);
		out_str(entry, "driver", pf->driver);
		out_str(entry, "cleaning", pf->reset_cleans ? "reset" : "service");
		out_uint(entry, "limit", pf->limit);
		out_uint(entry, "vfs", pf->vfs);
		json_object_array_add(list, entry);
	}
	return conf_file_write(PFS_FILE, "pfs", list, error);
}

struct conf_pf *conf_find_pf(struct conf_pfs *pfs, const struct identity *id)
{
	struct conf_pf *found = NULL;

	for (size_t i = 0; i < pfs->nr; i++) {
		struct conf_pf *pf = &pfs->list[i];

		if (identity_same(&pf->id, id) && (!found || pf->id.bdf == id->bdf))
			found = pf;
	}
	return found;
}

/* -- Quotas ----------------------------------------------------------------- */

static void read_quota(struct conf_entry *entry, struct conf_quota *quota)
{
	static const char *const keys[] = { "tenant", "uid", "max", NULL };

	conf_entry_keys(entry, keys);
	quota->max = (uint32_t)conf_entry_number(entry, "max", UINT32_MAX);
	if (conf_entry_has(entry, "tenant") == conf_entry_has(entry, "uid"))
		conf_entry_wrong(entry, "tenant", "either it or \"uid\" must be there");
	else if (conf_entry_has(entry, "tenant"))
		conf_entry_label(entry, "tenant", quota->tenant, sizeof(quota->tenant));
	else
		quota->uid = (uint32_t)conf_entry_number(entry, "uid", UINT32_MAX - 1);
}

int conf_load_quotas(struct conf_quotas *quotas, char error[CONF_ERROR_LEN])
{
	struct conf_entry entry = { .file = QUOTAS_FILE, .error = error };
	int err;
	json_object *list = conf_file_read(QUOTAS_FILE, "quotas", &err, error);
	size_t nr = list ? json_object_array_length(list) : 0;

	for (quotas->nr = 0; quotas->nr < nr && !entry.bad; quotas->nr++) {
		struct conf_quota *quota = &quotas->list[quotas->nr];

		entry.object = json_object_array_get_idx(list, quotas->nr);
		entry.number = quotas->nr + 1;
		memset(quota, 0, sizeof(*quota));
		read_quota(&entry, quota);
	}
	json_object_put(list);
	return entry.bad ? -EBADMSG : err;
}

int conf_save_quotas(const struct conf_quotas *quotas, char error[CONF_ERROR_LEN])
{
	json_object *list = json_object_new_array();

	for (size_t i = 0; i < quotas->nr; i++) {
		const struct conf_quota *quota = &quotas->list[i];
		json_object *entry = json_object_new_object();

		if (*quota->tenant)
			out_str(entry, "tenant", quota->tenant);
		else
			out_uint(entry, "uid", quota->uid);
		out_uint(entry, "max", quota->max);
		json_object_array_add(list, entry);
	}
	return conf_file_write(QUOTAS_FILE, "quotas", list, error);
}

struct conf_quota *conf_find_quota(struct conf_quotas *quotas, const char *tenant, uint32_t uid)
{
	for (size_t i = 0; i < quotas->nr; i++) {
		struct conf_quota *quota = &quotas->list[i];

		if (!strcmp(quota->tenant, tenant) && (*tenant || quota->uid == uid))
			return quota;
	}
	return NULL;
}

/* -- Quarantines ------------------------------------------------------------ */

static void read_quarantine(struct conf_entry *entry, struct conf_quarantine *q)
{
	static const char *const keys[] = { CONF_IDENTITY_KEYS, "index", "reason", NULL };

	conf_entry_keys(entry, keys);
	conf_entry_identity(entry, &q->pf);
	q->index = (uint32_t)conf_entry_number(entry, "index", UINT16_MAX);
	conf_entry_label(entry, "reason", q->reason, sizeof(q->reason));
}

int conf_load_quarantines(struct conf_quarantines *all, char error[CONF_ERROR_LEN])
{
	struct conf_entry entry = { .file = QUARANTINES_FILE, .error = error };
	int err;
	json_object *list = conf_file_read(QUARANTINES_FILE, "quarantines", &err, error);
	size_t nr = list ? json_object_array_length(list) : 0;

	for (all->nr = 0; all->nr < nr && !entry.bad; all->nr++) {
		struct conf_quarantine *q = &all->list[all->nr];

		entry.object = json_object_array_get_idx(list, all->nr);
		entry.number = all->nr + 1;
		memset(q, 0, sizeof(*q));
		read_quarantine(&entry, q);
	}
	json_object_put(list);
	return entry.bad ? -EBADMSG : err;
}

int conf_save_quarantines(const struct conf_quarantines *all, char error[CONF_ERROR_LEN])
{
	json_object *list = json_object_new_array();

	for (size_t i = 0; i < all->nr; i++) {
		const struct conf_quarantine *q = &all->list[i];
		json_object *entry = json_object_new_object();

		conf_entry_put_identity(entry, &q->pf);
		out_uint(entry, "index", q->index);
		out_str(entry, "reason", q->reason);
		json_object_array_add(list, entry);
	}
	return conf_file_write(QUARANTINES_FILE, "quarantines", list, error);
}

struct conf_quarantine *conf_find_quarantine(struct conf_quarantines *list,
					     const struct identity *pf, uint32_t index)
{
	struct conf_quarantine *found = NULL;

	for (size_t i = 0; i < list->nr; i++) {
		struct conf_quarantine *q = &list->list[i];

		if (q->index == index && identity_same(&q->pf, pf) &&
		    (!found || q->pf.bdf == pf->bdf))
			found = q;
	}
	return found;
}
