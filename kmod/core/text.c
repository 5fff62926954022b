// SPDX-License-Identifier: GPL-2.0
/*
 * Names and tenants, as a process wrote them into a fixed-length field. They
 * are shown in sysfs, in traces and on terminals, so only printable ASCII
 * passes, and nothing follows the NUL that could carry what is not shown.
 */
#include "text.h"

static bool is_printable(char c)
{
	return c >= 0x20 && c <= 0x7e;
}

/**
 * kvmshare_text_valid() - may this field be kept and shown?
 * @text: the field, possibly without a NUL
 * @len: its whole length in bytes
 *
 * Return: true if it holds printable ASCII, then only NULs, at least one.
 */
bool kvmshare_text_valid(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && is_printable(text[i]))
		i++;
	if (i == len)
		return false;
	for (; i < len; i++) {
		if (text[i])
			return false;
	}
	return true;
}
