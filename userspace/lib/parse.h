/* SPDX-License-Identifier: GPL-2.0 */
/* Words of the command line and of /etc/kvmshare, each read strictly. */
#ifndef KVMSHARE_LIB_PARSE_H
#define KVMSHARE_LIB_PARSE_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal digits alone, within the bounds. */
bool parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value);
bool parse_u32(const char *text, uint32_t min, uint32_t max, uint32_t *value);
/* Hexadecimal digits, at most @digits of them; "0x" may stand before. */
bool parse_hex(const char *text, int digits, uint32_t *value, int *got);
/* "on" or "off". */
bool parse_switch(const char *text, bool *value);
/* A MAC that a function may have: six octets, neither zero nor multicast. */
bool parse_mac(const char *text, uint8_t mac[6]);
/* What a name, tenant or driver may be: not empty, printable ASCII, < @room. */
bool parse_label(const char *text, unsigned int room);

#endif
