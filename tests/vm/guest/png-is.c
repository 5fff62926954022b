// SPDX-License-Identifier: GPL-2.0
/*
 * png-is FILE WIDTH HEIGHT WORD: is the picture of that size, and its bytes the word
 * again and again, as "yes WORD" without its newlines gives them? The fourth of each
 * pixel is not drawn.  Says how many pixels differ.
 * link: -lpng -lz -lm
 */
#include <string.h>

#include "png_read.h"

int main(int argc, char **argv)
{
	unsigned long other = 0, i, nr;
	unsigned int width, height;
	unsigned char *pixels;
	size_t len;

	if (argc != 5)
		return 2;
	pixels = png_read_pixels(argv[1], &width, &height);
	if (width != strtoul(argv[2], NULL, 10) || height != strtoul(argv[3], NULL, 10)) {
		printf("it is %u by %u\n", width, height);
		return 1;
	}
	len = strlen(argv[4]);
	nr = (unsigned long)width * height;
	for (i = 0; i < nr; i++) {
		unsigned long at = 4 * i;

		other += pixels[at] != (unsigned char)argv[4][at % len] ||
			 pixels[at + 1] != (unsigned char)argv[4][(at + 1) % len] ||
			 pixels[at + 2] != (unsigned char)argv[4][(at + 2) % len];
	}
	printf("%lu of %lu pixels differ\n", other, nr);
	return other != 0;
}
