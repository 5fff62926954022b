/* SPDX-License-Identifier: GPL-2.0 */
/* PCI classes by name, and the classes that serve a kind of work. */
#ifndef KVMSHARE_LIB_CLASSES_H
#define KVMSHARE_LIB_CLASSES_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct class_name - a class that a VF can be asked for by
 * @name: the word
 * @value: PCI class code, 24 bits
 * @mask: the bits of @value that count
 * @what: for people
 */
struct class_name {
	const char *name;
	uint32_t value;
	uint32_t mask;
	const char *what;
};

#define CLASS_MAX_PER_WORK	4

/**
 * struct class_work - a kind of work, and what can do it
 * @name: the word after --for
 * @classes: names of classes, the best first
 * @what: for people
 */
struct class_work {
	const char *name;
	const char *classes[CLASS_MAX_PER_WORK + 1];
	const char *what;
};

extern const struct class_name class_names[];
extern const struct class_work class_works[];

/* By name, or by 2, 4 or 6 hexadecimal digits after "0x"; @found is a copy. */
int class_find(const char *text, struct class_name *found);
const struct class_work *class_find_work(const char *text);
/* The narrowest name of a class code, or "other". */
const char *class_name_of(uint32_t code);

#endif
