/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KVMSHARE_CORE_TEXT_H
#define _KVMSHARE_CORE_TEXT_H

#include "../compat/types.h"

bool kvmshare_text_valid(const char *text, size_t len);

#endif /* _KVMSHARE_CORE_TEXT_H */
