/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kvmshare doctor looks at, below a root: "" on a real host, a fixture tree
 * in the unit tests.  Checks read; they change nothing and load nothing.
 */
#ifndef KVMSHARE_DOCTOR_CHECK_H
#define KVMSHARE_DOCTOR_CHECK_H

#include <json-c/json.h>
#include <stdbool.h>

struct check;

/**
 * struct checkup - a host that is being looked at
 * @root: where
 * @rows: what was found so far: objects with check, status, found, remedy
 * @now: the check at work
 * @lacking: something that kvmshare needs is missing
 */
struct checkup {
	const char *root;
	json_object *rows;
	const struct check *now;
	bool lacking;
};

/**
 * struct check - one of the things to look at
 * @name: what it is, for people
 * @needed: kvmshare does not work without
 * @look: says what it finds, in one or more of the calls below
 */
struct check {
	const char *name;
	bool needed;
	void (*look)(struct checkup *c);
};

void check_ok(struct checkup *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* @remedy: the command that mends it, or what else to do. */
void check_warn(struct checkup *c, const char *remedy, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void check_missing(struct checkup *c, const char *remedy, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* All of them; true where nothing that is needed is missing. @rows is a new array. */
bool check_all(const char *root, json_object *rows);

/* Each up to one without @look. */
extern const struct check check_cpu[];		/* cpu.c */
extern const struct check check_iommu[];	/* iommu.c */
extern const struct check check_sriov[];	/* sriov.c */
extern const struct check check_memory[];	/* memory.c */
extern const struct check check_security[];	/* security.c */
extern const struct check check_guests[];	/* guests.c */
extern const struct check check_suite[];	/* suite.c */

#endif
