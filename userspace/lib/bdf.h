/* SPDX-License-Identifier: GPL-2.0 */
/* PCI addresses as text, "0000:01:10.2", and as KVMSHARE_BDF() numbers. */
#ifndef KVMSHARE_LIB_BDF_H
#define KVMSHARE_LIB_BDF_H

#include <stdbool.h>
#include <stdint.h>

#define BDF_LEN	16	/* of the text, with its NUL */

/* Accepts the segment left out, as lspci prints it; nothing else may vary. */
bool bdf_parse(const char *text, uint32_t *bdf);
void bdf_format(uint32_t bdf, char text[BDF_LEN]);

/* "VF 0000:01:10.2", as messages name it; returns @text. */
#define BDF_OBJECT_LEN	24
const char *bdf_object(const char *kind, uint32_t bdf, char text[BDF_OBJECT_LEN]);

#endif
