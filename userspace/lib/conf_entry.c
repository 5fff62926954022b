// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bdf.h"
#include "conf_file.h"
#include "msg.h"
#include "out.h"
#include "parse.h"

void conf_entry_wrong(struct conf_entry *entry, const char *key, const char *want)
{
	if (entry->bad)
		return;
	entry->bad = true;
	snprintf(entry->error, CONF_ERROR_LEN, "%s, entry %zu: \"%s\": %s",
		 conf_file_path(entry->file), entry->number, key, want);
}

void conf_entry_keys(struct conf_entry *entry, const char *const *keys)
{
	if (!json_object_is_type(entry->object, json_type_object)) {
		conf_entry_wrong(entry, "", "it is not an object");
		return;
	}
	json_object_object_foreach(entry->object, key, value) {
		const char *const *known = keys;

		(void)value;
		while (*known && strcmp(*known, key))
			known++;
		if (!*known)
			conf_entry_wrong(entry, key, "there is no such key");
	}
}

bool conf_entry_has(const struct conf_entry *entry, const char *key)
{
	return json_object_object_get_ex(entry->object, key, NULL);
}

const char *conf_entry_text(struct conf_entry *entry, const char *key)
{
	json_object *value;

	if (!json_object_object_get_ex(entry->object, key, &value) ||
	    !json_object_is_type(value, json_type_string)) {
		conf_entry_wrong(entry, key, "it must be there, in quotes");
		return "";
	}
	return json_object_get_string(value);
}

void conf_entry_label(struct conf_entry *entry, const char *key, char *to, size_t room)
{
	const char *text = conf_entry_text(entry, key);

	*to = '\0';
	if (parse_label(text, (unsigned int)room))
		snprintf(to, room, "%s", text);
	else
		conf_entry_wrong(entry, key, "it must be printable, not empty and not long");
}

uint64_t conf_entry_number(struct conf_entry *entry, const char *key, uint64_t max)
{
	json_object *value;
	int64_t number;

	if (!json_object_object_get_ex(entry->object, key, &value) ||
	    !json_object_is_type(value, json_type_int)) {
		conf_entry_wrong(entry, key, "it must be there, a number");
		return 0;
	}
	number = json_object_get_int64(value);
	if (number < 0 || (uint64_t)number > max) {
		conf_entry_wrong(entry, key, fmt("it must be from 0 to %" PRIu64, max));
		return 0;
	}
	return (uint64_t)number;
}

static uint16_t entry_id(struct conf_entry *entry, const char *key, const char *text)
{
	uint32_t id = 0;
	int digits;

	if (!parse_hex(text, 4, &id, &digits) || digits != 4)
		conf_entry_wrong(entry, key, "it must be 4 hexadecimal digits");
	return (uint16_t)id;
}

static void entry_subsystem(struct conf_entry *entry, struct identity *id)
{
	const char *text = conf_entry_text(entry, "subsystem");
	char vendor[5] = "";

	if (strlen(text) != 9 || text[4] != ':') {
		conf_entry_wrong(entry, "subsystem", "it must be like 8086:0001");
		return;
	}
	memcpy(vendor, text, 4);
	id->subvendor = entry_id(entry, "subsystem", vendor);
	id->subdevice = entry_id(entry, "subsystem", text + 5);
}

static void entry_serial(struct conf_entry *entry, struct identity *id)
{
	const char *text = conf_entry_text(entry, "serial");
	char half[9] = "";
	uint32_t high = 0, low = 0;
	bool good = strlen(text) == 16;

	if (good) {
		memcpy(half, text, 8);
		good = parse_hex(half, 8, &high, NULL) && parse_hex(text + 8, 8, &low, NULL);
	}
	id->serial = (uint64_t)high << 32 | low;
	if (!good || !id->serial)
		conf_entry_wrong(entry, "serial", "it must be 16 hexadecimal digits, not all 0");
}

void conf_entry_identity(struct conf_entry *entry, struct identity *id)
{
	memset(id, 0, sizeof(*id));
	if (!bdf_parse(conf_entry_text(entry, "pf"), &id->bdf))
		conf_entry_wrong(entry, "pf", "it must be an address such as 0000:01:00.0");
	id->vendor = entry_id(entry, "vendor", conf_entry_text(entry, "vendor"));
	id->device = entry_id(entry, "device", conf_entry_text(entry, "device"));
	entry_subsystem(entry, id);
	if (conf_entry_has(entry, "serial"))
		entry_serial(entry, id);
}

void conf_entry_put_identity(json_object *to, const struct identity *id)
{
	char bdf[BDF_LEN];

	bdf_format(id->bdf, bdf);
	out_str(to, "pf", bdf);
	out_str(to, "vendor", fmt("%04x", id->vendor));
	out_str(to, "device", fmt("%04x", id->device));
	out_str(to, "subsystem", fmt("%04x:%04x", id->subvendor, id->subdevice));
	if (id->serial)
		out_str(to, "serial", fmt("%016" PRIx64, id->serial));
}
