// SPDX-License-Identifier: GPL-2.0
/*
 * vgpu-copy ENGINE: an engine that copies does so, in pieces and to the last
 * byte.  Prints a line for each check, as vgpu-jobs does.
 */
#define _GNU_SOURCE
#include "vgpu_common.h"

#define BYTES	16384

static struct client c;

static void is(const char *what, long got, long wanted)
{
	if (got == wanted)
		printf("ok %s\n", what);
	else
		printf("not ok %s: %ld, not %ld\n", what, got, wanted);
}

static int copy(uint32_t dst, uint32_t a, uint32_t words)
{
	struct kvmshare_job job = {
		.type = KVMSHARE_JOB_COPY, .repeat = 1, .dst = dst, .a = a, .count = words,
	};

	return client_run(&c, &job);
}

static void check(const char *what, uint32_t dst, uint32_t a, uint32_t words)
{
	unsigned int i;

	for (i = 0; i < BYTES / 4; i++)
		c.memory[i] = i * 2654435761U;
	is(what, copy(dst, a, words), 0);
	is("it is the same", memcmp((char *)c.memory + dst, (char *)c.memory + a, words * 4), 0);
	for (i = 0; i < BYTES / 4; i++) {
		if ((i < dst / 4 || i >= dst / 4 + words) && c.memory[i] != i * 2654435761U)
			break;
	}
	is("and nothing else has changed", i, BYTES / 4);
}

int main(int argc, char **argv)
{
	struct kvmshare_vgpu_open arg = { .memory = BYTES };

	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(arg.engine, sizeof(arg.engine), "%s", argc > 1 ? argv[1] : "");
	is("a client", client_open(&c, &arg), 0);
	check("a word", 8, 4096, 1);
	check("a piece", 0, 8192, 512);
	check("more than a piece, and less than two", 4, 8192, 700);
	check("as much as there may be", 0, 8192, 1024);
	is("more is refused", copy(0, 8192, 1025), -EINVAL);
	printf("end\n");
	return 0;
}
