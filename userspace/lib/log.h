/* SPDX-License-Identifier: GPL-2.0 */
/* What services say: to the journal, by its priority prefixes. */
#ifndef KVMSHARE_LIB_LOG_H
#define KVMSHARE_LIB_LOG_H

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
