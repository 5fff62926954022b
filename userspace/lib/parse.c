// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <string.h>

#include "parse.h"

bool parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	uint64_t v = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		uint64_t digit = (uint64_t)(*text - '0');

		if (*text < '0' || *text > '9' || v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (v < min || v > max)
		return false;
	*value = v;
	return true;
}

bool parse_u32(const char *text, uint32_t min, uint32_t max, uint32_t *value)
{
	uint64_t v;

	if (!parse_u64(text, min, max, &v))
		return false;
	*value = (uint32_t)v;
	return true;
}

bool parse_hex(const char *text, int digits, uint32_t *value, int *got)
{
	uint32_t v = 0;
	int n = 0;

	if (text[0] == '0' && text[1] == 'x')
		text += 2;
	for (; *text; text++, n++) {
		if (!isxdigit((unsigned char)*text) || n == digits)
			return false;
		v = v << 4 | (uint32_t)(isdigit((unsigned char)*text) ?
			*text - '0' : tolower((unsigned char)*text) - 'a' + 10);
	}
	if (!n)
		return false;
	*value = v;
	if (got)
		*got = n;
	return true;
}

bool parse_switch(const char *text, bool *value)
{
	*value = !strcmp(text, "on");
	return *value || !strcmp(text, "off");
}

bool parse_mac(const char *text, uint8_t mac[6])
{
	static const uint8_t zero[6];

	for (int i = 0; i < 6; i++, text += 3) {
		char octet[3] = { text[0], text[0] ? text[1] : '\0', '\0' };
		uint32_t v;
		int got;

		if (!parse_hex(octet, 2, &v, &got) || got != 2 ||
		    text[2] != (i < 5 ? ':' : '\0'))
			return false;
		mac[i] = (uint8_t)v;
	}
	return !(mac[0] & 1) && memcmp(mac, zero, 6);
}

bool parse_label(const char *text, unsigned int room)
{
	size_t len = strlen(text);

	if (!len || len >= room)
		return false;
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}
