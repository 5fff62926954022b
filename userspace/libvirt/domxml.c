// SPDX-License-Identifier: GPL-2.0
/*
 * A small reader of the XML that libvirt writes: elements, attributes and text,
 * no entities but the five that XML itself has, no document types.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domxml.h"
#include "../lib/parse.h"

#define PATH_LEN	512
#define MAX_ATTRIBUTES	32
#define NAME_LEN	64
#define VALUE_LEN	256

struct attribute {
	char name[NAME_LEN];
	char value[VALUE_LEN];
};

/**
 * struct reader - where the reading stands
 * @at: what comes next
 * @path: the element that is open: "domain/devices/hostdev"
 * @nr: entries of @attributes
 * @attributes: of the element that was opened last
 * @pci: the hostdev or interface that is open passes a PCI function through
 * @managed: and libvirt is to change its driver
 * @domain: what was found
 * @error: why not
 */
struct reader {
	const char *at;
	char path[PATH_LEN];
	size_t nr;
	struct attribute attributes[MAX_ATTRIBUTES];
	bool pci;
	bool managed;
	struct domxml *domain;
	const char *error;
};

static bool wrong(struct reader *r, const char *error)
{
	r->error = error;
	return false;
}

static void skip_space(struct reader *r)
{
	while (isspace((unsigned char)*r->at))
		r->at++;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == ':' || c == '.';
}

static bool take_name(struct reader *r, char name[NAME_LEN])
{
	size_t len = 0;

	for (; is_name(*r->at); r->at++) {
		if (len == NAME_LEN - 1)
			return wrong(r, "a name is too long");
		name[len++] = *r->at;
	}
	name[len] = '\0';
	return len ? true : wrong(r, "a name is missing");
}

static bool take_entity(struct reader *r, char *to)
{
	static const struct {
		const char *text;
		char is;
	} entities[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
		{ "&apos;", '\'' }, { "&quot;", '"' },
	};

	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		size_t len = strlen(entities[i].text);

		if (!strncmp(r->at, entities[i].text, len)) {
			*to = entities[i].is;
			r->at += len;
			return true;
		}
	}
	/* Others stand in values that do not matter here. */
	*to = '?';
	r->at++;
	return true;
}

/* Values that are too long for what matters here are cut. */
static bool take_value(struct reader *r, char value[VALUE_LEN])
{
	char quote = *r->at;
	size_t len = 0;
	char c;

	if (quote != '\'' && quote != '"')
		return wrong(r, "a value has no quotes");
	r->at++;
	while (*r->at && *r->at != quote) {
		if (*r->at == '&')
			take_entity(r, &c);
		else
			c = *r->at++;
		if (len < VALUE_LEN - 1)
			value[len++] = c;
	}
	value[len] = '\0';
	if (*r->at != quote)
		return wrong(r, "a value does not end");
	r->at++;
	return true;
}

static bool take_attributes(struct reader *r)
{
	r->nr = 0;
	for (skip_space(r); is_name(*r->at); skip_space(r)) {
		struct attribute *a = &r->attributes[r->nr];

		if (r->nr == MAX_ATTRIBUTES)
			return wrong(r, "an element has too many attributes");
		if (!take_name(r, a->name))
			return false;
		skip_space(r);
		if (*r->at++ != '=')
			return wrong(r, "an attribute has no value");
		skip_space(r);
		if (!take_value(r, a->value))
			return false;
		r->nr++;
	}
	return true;
}

static const char *attribute(const struct reader *r, const char *name)
{
	for (size_t i = 0; i < r->nr; i++)
		if (!strcmp(r->attributes[i].name, name))
			return r->attributes[i].value;
	return "";
}

/* -- What matters ----------------------------------------------------------- */

static bool is_at(const struct reader *r, const char *path)
{
	return !strcmp(r->path, path);
}

static bool hex(const struct reader *r, const char *name, uint32_t max, uint32_t *value)
{
	return parse_hex(attribute(r, name), 8, value, NULL) && *value <= max;
}

static bool add_device(struct reader *r)
{
	uint32_t segment, bus, slot, function;

	if (!hex(r, "domain", 0xffff, &segment) || !hex(r, "bus", 0xff, &bus) ||
	    !hex(r, "slot", 0x1f, &slot) || !hex(r, "function", 7, &function))
		return wrong(r, "a PCI address is not one");
	if (r->domain->nr == DOMXML_MAX_DEVICES)
		return wrong(r, "there are too many PCI functions");
	r->domain->devices[r->domain->nr].bdf = KVMSHARE_BDF(segment, bus, slot << 3 | function);
	r->domain->devices[r->domain->nr++].managed = r->managed;
	return true;
}

static bool opened(struct reader *r)
{
	if (is_at(r, "domain/devices/hostdev") || is_at(r, "domain/devices/interface")) {
		r->pci = !strcmp(attribute(r, "type"),
				 strstr(r->path, "hostdev") ? "pci" : "hostdev");
		r->managed = !strcmp(attribute(r, "managed"), "yes");
	} else if (r->pci && (is_at(r, "domain/devices/hostdev/source/address") ||
			      is_at(r, "domain/devices/interface/source/address"))) {
		return add_device(r);
	} else if (is_at(r, "domain/metadata/kvmshare:guest")) {
		const char *tenant = attribute(r, "tenant");

		if (*tenant && !parse_label(tenant, KVMSHARE_NAME_LEN))
			return wrong(r, "the tenant is not printable, or too long");
		snprintf(r->domain->tenant, KVMSHARE_NAME_LEN, "%s", tenant);
	}
	return true;
}

static void got_text(struct reader *r, const char *text, size_t len)
{
	if (is_at(r, "domain/uuid") && len == DOMXML_UUID_LEN - 1 &&
	    strspn(text, "0123456789abcdefABCDEF-") >= len) {
		memcpy(r->domain->uuid, text, len);
		r->domain->uuid[len] = '\0';
	}
}

/* -- Elements --------------------------------------------------------------- */

static bool push(struct reader *r, const char *name)
{
	size_t len = strlen(r->path);

	if (len + strlen(name) + 2 > PATH_LEN)
		return wrong(r, "elements are nested too deeply");
	snprintf(r->path + len, PATH_LEN - len, "%s%s", len ? "/" : "", name);
	return true;
}

static bool pop(struct reader *r, const char *name)
{
	char *slash = strrchr(r->path, '/');

	if (strcmp(slash ? slash + 1 : r->path, name))
		return wrong(r, "an element ends that is not open");
	*(slash ? slash : r->path) = '\0';
	return true;
}

static bool take_open(struct reader *r)
{
	char name[NAME_LEN];
	bool empty;

	if (!take_name(r, name) || !push(r, name) || !take_attributes(r))
		return false;
	empty = *r->at == '/';
	r->at += empty;
	if (*r->at++ != '>')
		return wrong(r, "an element does not end");
	return opened(r) && (!empty || pop(r, name));
}

static bool take_close(struct reader *r)
{
	char name[NAME_LEN];

	r->at++;
	if (!take_name(r, name))
		return false;
	skip_space(r);
	if (*r->at++ != '>')
		return wrong(r, "an element's end does not end");
	return pop(r, name);
}

/* Comments, processing instructions and CDATA are passed over. */
static bool pass_over(struct reader *r)
{
	static const char *const pairs[][2] = {
		{ "<!--", "-->" }, { "<?", "?>" }, { "<![CDATA[", "]]>" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *end;

		if (strncmp(r->at, pairs[i][0], strlen(pairs[i][0])))
			continue;
		end = strstr(r->at + strlen(pairs[i][0]), pairs[i][1]);
		if (!end)
			return wrong(r, "a comment does not end");
		r->at = end + strlen(pairs[i][1]);
		return true;
	}
	return wrong(r, "it has a document type");
}

static bool take_markup(struct reader *r)
{
	if (r->at[1] == '!' || r->at[1] == '?')
		return pass_over(r);
	r->at++;
	return *r->at == '/' ? take_close(r) : take_open(r);
}

int domxml_parse(const char *xml, struct domxml *domain, char error[DOMXML_ERROR_LEN])
{
	struct reader r = { .at = xml, .domain = domain };
	bool good = true;

	memset(domain, 0, sizeof(*domain));
	while (good && *r.at) {
		size_t text = strcspn(r.at, "<");

		got_text(&r, r.at, text);
		r.at += text;
		if (*r.at)
			good = take_markup(&r);
	}
	if (good && *r.path)
		good = wrong(&r, "it ends too early");
	if (good)
		return 0;
	snprintf(error, DOMXML_ERROR_LEN, "%s", r.error);
	return -EINVAL;
}
