// SPDX-License-Identifier: GPL-2.0
/*
 * seeds DIR: what well-behaved drivers do, and what those do that are wrong in one place,
 * as inputs of device.c, for the fuzzer to begin with.
 */
#include "seed.h"
#include "seed_context.h"
#include "seed_front.h"
#include "seed_image.h"
#include "seed_ring.h"
#include "seed_screen.h"

static void save(const char *dir, const char *name)
{
	char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out = fopen(path, "w");
	if (!out || fwrite(seed.bytes, seed.len, 1, out) != 1 || fclose(out)) {
		perror(path);
		exit(1);
	}
}

#define SUBJECT(seeds)	{ seeds, sizeof(seeds) / sizeof(*(seeds)) }

int main(int argc, char **argv)
{
	static const struct {
		const struct seed *seeds;
		size_t nr;
	} subjects[] = {
		SUBJECT(context_seeds), SUBJECT(front_seeds), SUBJECT(image_seeds),
		SUBJECT(ring_seeds), SUBJECT(screen_seeds),
	};
	size_t i, j;

	if (argc != 2) {
		fprintf(stderr, "usage: seeds DIR\n");
		return 2;
	}
	for (i = 0; i < sizeof(subjects) / sizeof(*subjects); i++) {
		for (j = 0; j < subjects[i].nr; j++) {
			seed.len = seed.steps = 0;
			subjects[i].seeds[j].fill();
			save(argv[1], subjects[i].seeds[j].name);
		}
	}
	return 0;
}
