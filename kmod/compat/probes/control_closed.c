// SPDX-License-Identifier: GPL-2.0
/* Always no: declared to us, compiles, and exported by no kernel. */
void kvmshare_probe_no_such_symbol(void);

void probe(void);
void probe(void)
{
	kvmshare_probe_no_such_symbol();
}
