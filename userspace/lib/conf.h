/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /etc/kvmshare: what is kept over a reboot.  A file is an object with a
 * version and one list; it is read strictly, so that a slip of an editor is
 * named and not obeyed, and replaced whole, so that a crash leaves the old one.
 */
#ifndef KVMSHARE_LIB_CONF_H
#define KVMSHARE_LIB_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uapi/kvmshare.h>

#include "identity.h"

#define CONF_DIR	"/etc/kvmshare"
#define CONF_MAX	1024	/* entries of a file */
#define CONF_ERROR_LEN	512

/**
 * struct conf_pf - an enrolled PF
 * @id: which
 * @driver: what its VFs are bound to for a lease
 * @reset_cleans: a reset is enough to clean a VF
 * @limit: how many VFs may be made of it
 * @vfs: how many to make at boot
 */
struct conf_pf {
	struct identity id;
	char driver[KVMSHARE_NAME_LEN];
	bool reset_cleans;
	uint32_t limit;
	uint32_t vfs;
};

/**
 * struct conf_quota - a bound on VFs at once
 * @tenant: whose, or empty
 * @uid: whose, where @tenant is empty
 * @max: the bound
 */
struct conf_quota {
	char tenant[KVMSHARE_NAME_LEN];
	uint32_t uid;
	uint32_t max;
};

/**
 * struct conf_quarantine - a VF that is set aside
 * @pf: its PF
 * @index: its number on that PF
 * @reason: for people
 */
struct conf_quarantine {
	struct identity pf;
	uint32_t index;
	char reason[KVMSHARE_REASON_LEN];
};

struct conf_pfs {
	size_t nr;
	struct conf_pf list[CONF_MAX];
};

struct conf_quotas {
	size_t nr;
	struct conf_quota list[CONF_MAX];
};

struct conf_quarantines {
	size_t nr;
	struct conf_quarantine list[CONF_MAX];
};

/*
 * Where another directory than CONF_DIR is meant, in the unit tests.
 */
void conf_setup(const char *dir);

/* Held from the read to the write of a change; -errno or a descriptor. */
int conf_lock(void);
/* The same for who must not wait: -EWOULDBLOCK where another has it. */
int conf_try_lock(void);
void conf_unlock(int lock);

/*
 * 0, or a negative errno with a sentence in @error that names the file.  A
 * file that is not there is an empty one.
 */
int conf_load_pfs(struct conf_pfs *pfs, char error[CONF_ERROR_LEN]);
int conf_load_quotas(struct conf_quotas *quotas, char error[CONF_ERROR_LEN]);
int conf_load_quarantines(struct conf_quarantines *list, char error[CONF_ERROR_LEN]);
int conf_save_pfs(const struct conf_pfs *pfs, char error[CONF_ERROR_LEN]);
int conf_save_quotas(const struct conf_quotas *quotas, char error[CONF_ERROR_LEN]);
int conf_save_quarantines(const struct conf_quarantines *list, char error[CONF_ERROR_LEN]);

/*
 * The entry for a PF, a quota's owner, a VF; NULL where there is none. Of two
 * that fit, the one that has the address too.
 */
struct conf_pf *conf_find_pf(struct conf_pfs *pfs, const struct identity *id);
struct conf_quota *conf_find_quota(struct conf_quotas *quotas, const char *tenant, uint32_t uid);
struct conf_quarantine *conf_find_quarantine(struct conf_quarantines *list,
					     const struct identity *pf, uint32_t index);

#endif
