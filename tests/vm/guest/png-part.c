// SPDX-License-Identifier: GPL-2.0
/*
 * png-part FILE RRGGBB: how many of a thousand of the picture's pixels are of that colour.
 * link: -lpng -lz -lm
 */
#include "png_read.h"

int main(int argc, char **argv)
{
	unsigned long i, nr, same = 0, colour;
	unsigned int width, height;
	unsigned char *pixels;

	if (argc != 3)
		return 2;
	pixels = png_read_pixels(argv[1], &width, &height);
	colour = strtoul(argv[2], NULL, 16);
	nr = (unsigned long)width * height;
	for (i = 0; i < nr; i++)
		same += (pixels[4 * i] | pixels[4 * i + 1] << 8 | (unsigned long)pixels[4 * i + 2] << 16) == colour;
	printf("%lu\n", same * 1000 / nr);
	return 0;
}
